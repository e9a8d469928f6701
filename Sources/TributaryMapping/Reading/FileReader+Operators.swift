// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

extension FileReader {
    func first(_ operand: JSONNode, _ context: OperatorContext) -> Expression? {
        guard let alternatives = list(operand, "\"first\"") else { return nil }
        guard !alternatives.isEmpty else {
            report(.empty, "\"first\" must not be empty", at: operand)
            return nil
        }
        let compiled = alternatives.compactMap { node -> Expression? in
            guard document.kind(node) == .string, context.shape.accepts(.node) else {
                return expression(node, context.what, context.current, context.shape)
            }
            guard let selector = selector(node, "\"first\"", context.current, singular: false) else { return nil }
            return selector.isSingular ? .select(selector) : .firstOf(selector)
        }
        return compiled.count == alternatives.count ? .first(compiled) : nil
    }

    func table(_ operand: JSONNode, _ context: OperatorContext) -> Expression? {
        let value = expression(operand, "\"map\"", context.current, .anything)
        let otherwise = context.members["else"].flatMap { literal($0, "\"else\"", context.shape) }
        guard let to = require("to", in: context.members, of: context.node, "\"map\"") else { return nil }
        guard document.kind(to) == .object else {
            reportType(to, "\"to\"", expected: "an object of texts and literals")
            return nil
        }
        let rows = children(to)
        if rows.isEmpty { report(.empty, "\"to\" must not be empty", at: to) }
        let compiled = rows.compactMap { row in
            literal(row.node, "\"\(row.name)\"", context.shape).map {
                TextTable.Row(key: Array(row.name.utf8), value: $0)
            }
        }
        guard let value, compiled.count == rows.count else { return nil }
        return .map(value, TextTable(rows: compiled, otherwise: otherwise))
    }

    func each(_ operand: JSONNode, _ context: OperatorContext) -> Expression? {
        let selector = selector(operand, "\"each\"", context.current, singular: false)
        guard let set = require("set", in: context.members, of: context.node, "\"each\"") else { return nil }
        let names = LineTarget.allCases.map(\.rawValue)
        guard let members = members(set, of: "a line", allowed: names) else { return nil }
        if document.count(set) == 0 { report(.empty, "\"set\" must not be empty", at: set) }
        var assignments: [LineAssignment] = []
        for target in LineTarget.allCases {
            guard let node = members[target.rawValue],
                let expression = expression(node, "\"lines.\(target.rawValue)\"", .some, target.shape)
            else { continue }
            assignments.append(LineAssignment(target: target, expression: expression))
        }
        guard let selector, !assignments.isEmpty else { return nil }
        return .each(LineExpression(selector, assignments))
    }

    func money(_ unit: MoneyExpression.Unit, _ operand: JSONNode, _ context: OperatorContext) -> Expression? {
        let amount = expression(operand, unit == .minor ? "\"minor\"" : "\"major\"", context.current, .number)
        guard let node = require("currency", in: context.members, of: context.node, "an amount of money") else {
            return nil
        }
        let currency = expression(node, "\"currency\"", context.current, .currency)
        var rounds = false
        if let node = context.members["round"] {
            guard document.string(node) == "half-even" else {
                report(.wrongValue, "\"round\" can only be \"half-even\"", at: node)
                return nil
            }
            rounds = true
        }
        guard let amount, let currency else { return nil }
        return .money(MoneyExpression(unit: unit, amount: amount, currency: currency, rounds: rounds))
    }

    func split(_ text: Expression?, _ context: OperatorContext) -> Expression? {
        let by = require("by", in: context.members, of: context.node, "\"split\"").flatMap { self.text($0, "\"by\"") }
        let part = require("part", in: context.members, of: context.node, "\"split\"")
            .flatMap { integer($0, "\"part\"") }
        guard let text, let by, let part else { return nil }
        return .split(text, by: by, part: part)
    }

    func parseJSON(_ text: Expression?, _ context: OperatorContext) -> Expression? {
        guard let node = context.members["at"] else { return text.map { .parseJSON($0, at: nil) } }
        // Inside the text, $ and @ both mean the parsed value.
        let selector = selector(node, "\"at\"", .some, singular: true)
        guard let text, let selector else { return nil }
        return .parseJSON(text, at: selector)
    }

    func pairs(_ text: Expression?, _ context: OperatorContext) -> Expression? {
        var by: String? = ";"
        var separator: String? = "="
        if let node = context.members["by"] { by = self.text(node, "\"by\"") }
        if let node = context.members["is"] { separator = self.text(node, "\"is\"") }
        guard let isURL = flag("url", context), let text, let by, let separator else { return nil }
        return .pairs(text, by: by, separator: separator, isURL: isURL)
    }

    func merge(_ operand: JSONNode, _ context: OperatorContext) -> Expression? {
        guard let bags = list(operand, "\"merge\"") else { return nil }
        guard !bags.isEmpty else {
            report(.empty, "\"merge\" must not be empty", at: operand)
            return nil
        }
        let compiled = bags.compactMap { expression($0, "\"merge\"", context.current, .params) }
        return compiled.count == bags.count ? .merge(compiled) : nil
    }

    func bagMembers(_ bag: Expression?, _ context: OperatorContext) -> Expression? {
        let prefix = require("prefix", in: context.members, of: context.node, "\"members\"")
            .flatMap { text($0, "\"prefix\"") }
        guard let strips = flag("strip", context), let bag, let prefix else { return nil }
        return .members(bag, prefix: prefix, strips: strips)
    }

    /// A key that is true or false, and false where it is left out.
    private func flag(_ name: String, _ context: OperatorContext) -> Bool? {
        guard let node = context.members[name] else { return false }
        guard let value = document.bool(node) else {
            reportType(node, "\"\(name)\"", expected: "true or false")
            return nil
        }
        return value
    }

    func header(_ operand: JSONNode) -> Expression? {
        guard let name = text(operand, "\"header\"") else { return nil }
        // Source: RFC 9110 section 5.6.2, token.
        let isToken = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
        guard isToken else {
            report(
                .badHeaderName,
                "\"\(name)\" cannot be the name of a header field",
                hint: "letters, digits and - are usual",
                at: operand
            )
            return nil
        }
        return .header(name)
    }

    // MARK: Templates

    /// Cuts `{@.a}-{@.b}` into its pieces; `{{` and `}}` stand for braces.
    func template(_ operand: JSONNode, _ context: OperatorContext) -> [TemplatePart]? {
        guard let text = text(operand, "\"text\"") else { return nil }
        let bytes = Array(text.utf8)
        var parts: [TemplatePart] = []
        var literal: [UInt8] = []
        var position = 0
        func flush() {
            if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
            literal = []
        }
        while position < bytes.count {
            let byte = bytes[position]
            let isDoubled = position + 1 < bytes.count && bytes[position + 1] == byte
            if byte == UInt8(ascii: "{"), !isDoubled {
                guard let end = Self.closingBrace(bytes, from: position + 1) else {
                    return badTemplate("this brace is never closed", operand, position)
                }
                flush()
                let inside = String(decoding: bytes[position + 1..<end], as: UTF8.self)
                guard !inside.isEmpty else {
                    return badTemplate("there is no selector in the braces", operand, position)
                }
                guard let part = selector(inside, from: position + 1, in: operand, context.current, singular: true)
                else { return nil }
                parts.append(.value(part))
                position = end + 1
            } else if byte == UInt8(ascii: "}"), !isDoubled {
                return badTemplate("this brace was never opened", operand, position)
            } else {
                literal.append(byte)
                position += (byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")) ? 2 : 1
            }
        }
        flush()
        return parts
    }

    private func badTemplate(_ message: String, _ node: JSONNode, _ offset: Int) -> [TemplatePart]? {
        report(
            .badTemplate,
            message,
            hint: "a value is written {@.name}, a brace itself {{ or }}",
            at: fileRange(of: node, offset: offset)
        )
        return nil
    }

    /// The brace that ends a selector; braces inside its quoted names do not count.
    private static func closingBrace(_ bytes: [UInt8], from start: Int) -> Int? {
        var quote: UInt8?
        var position = start
        while position < bytes.count {
            let byte = bytes[position]
            if let open = quote {
                if byte == UInt8(ascii: "\\") {
                    position += 1
                } else if byte == open {
                    quote = nil
                }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "}") {
                return position
            }
            position += 1
        }
        return nil
    }
}

extension LineTarget {
    /// What the field can hold.
    fileprivate var shape: Shape {
        switch self {
        case .product, .price, .name: .text
        case .quantity: .integer
        case .total: .money
        }
    }
}
