// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension FileReader {
    /// Compiles what stands at a node into an expression for a place of that shape.
    func expression(_ node: JSONNode, _ what: String, _ current: CurrentNode, _ shape: Shape) -> Expression? {
        switch document.kind(node) {
        case .string:
            guard let selector = selector(node, what, current, singular: true) else { return nil }
            guard shape.accepts(.node) else {
                report(
                    .wrongResult,
                    "\(what) takes \(shape.words), and a selector alone does not say how to read one",
                    hint: shape.remedy,
                    at: node
                )
                return nil
            }
            return .select(selector)
        case .object: return operation(node, what, current, shape)
        case .null, .bool, .number, .array:
            reportType(node, what, expected: "a selector or an operator")
            return nil
        }
    }

    private func operation(_ node: JSONNode, _ what: String, _ current: CurrentNode, _ shape: Shape) -> Expression? {
        let names = children(node)
        let found = names.compactMap { Operator(rawValue: $0.name) }.filter { !excludedOperators.contains($0) }
        guard let operation = found.first else {
            reportUnknownOperator(node, what, names)
            return nil
        }
        if found.count > 1 {
            report(
                .twoOperators,
                "\(what) has two operators, \"\(found[0].rawValue)\" and \"\(found[1].rawValue)\"",
                hint: "put one inside the other",
                at: nameRange(names.first { $0.name == found[1].rawValue }?.node ?? node)
            )
            return nil
        }
        guard let members = members(node, of: "the operator \"\(operation.rawValue)\"", allowed: operation.keys),
            let operand = members[operation.rawValue]
        else { return nil }
        guard shape.accepts(operation.result) else {
            report(
                .wrongResult,
                "\(what) takes \(shape.words), which \"\(operation.rawValue)\" does not give",
                hint: shape.remedy,
                at: nameRange(operand)
            )
            return nil
        }
        let context = OperatorContext(node: node, members: members, what: what, current: current, shape: shape)
        let count = diagnostics.count
        let expression = build(operation, operand, context)
        let fallback = members["default"].flatMap { literal($0, "\"default\"", operation.shapeOfDefault ?? shape) }
        guard diagnostics.count == count, let expression else { return nil }
        return fallback.map { expression.defaulting(to: $0) } ?? expression
    }

    private func reportUnknownOperator(_ node: JSONNode, _ what: String, _ names: [(name: String, node: JSONNode)]) {
        let operators = Operator.allCases.filter { !excludedOperators.contains($0) }.map(\.rawValue)
        guard let first = names.first(where: { $0.name != "default" }) ?? names.first else {
            report(.unknownOperator, "\(what) is an empty object", hint: "name an operator", at: node)
            return
        }
        report(
            .unknownOperator,
            "there is no operator \"\(first.name)\"",
            hint: Spelling.question(first.name, in: operators)
                ?? "the operators are \(operators.joined(separator: ", "))",
            at: nameRange(first.node)
        )
    }

    private func build(_ operation: Operator, _ operand: JSONNode, _ context: OperatorContext) -> Expression? {
        let name = "\"\(operation.rawValue)\""
        func inner(_ shape: Shape) -> Expression? { expression(operand, name, context.current, shape) }
        func selection() -> Selector? { selector(operand, name, context.current, singular: false) }
        switch operation {
        case .const: return literal(operand, name, context.shape).map(Expression.constant)
        case .first: return first(operand, context)
        case .only: return selection().map(Expression.only)
        case .count: return selection().map(Expression.count)
        case .sum: return selection().map(Expression.sum)
        case .minus:
            guard let parts = list(operand, name) else { return nil }
            guard parts.count == 2 else {
                report(.wrongValue, "\(name) takes two numbers, found \(parts.count)", at: operand)
                return nil
            }
            let numbers = parts.compactMap { expression($0, name, context.current, .number) }
            return numbers.count == 2 ? .minus(numbers[0], numbers[1]) : nil
        case .abs: return inner(.number).map(Expression.abs)
        case .map: return table(operand, context)
        case .each: return each(operand, context)
        case .minor: return money(.minor, operand, context)
        case .major: return money(.major, operand, context)
        case .unix: return inner(.instant).map { .time(.unix, $0) }
        case .unixMilliseconds: return inner(.instant).map { .time(.unixMilliseconds, $0) }
        case .rfc3339: return inner(.text).map { .time(.rfc3339, $0) }
        case .received:
            guard document.bool(operand) == true else {
                report(.wrongValue, "\(name) can only be true", at: operand)
                return nil
            }
            return .received
        case .text: return template(operand, context).map(Expression.template)
        case .lower: return inner(.text).map(Expression.lower)
        case .trim: return inner(.text).map(Expression.trim)
        case .sha256: return inner(.text).map(Expression.sha256)
        case .split: return split(inner(.text), context)
        case .parseJSON: return parseJSON(inner(.text), context)
        case .pairs: return pairs(inner(.text), context)
        case .merge: return merge(operand, context)
        case .members: return bagMembers(inner(.params), context)
        case .header: return header(operand)
        }
    }

    // MARK: Literals

    /// Reads a literal and holds it against the place that takes it.
    func literal(_ node: JSONNode, _ what: String, _ shape: Shape) -> Scalar? {
        guard let scalar = scalar(node, what) else {
            reportType(node, what, expected: "a text, a number, true or false")
            return nil
        }
        switch (shape, scalar) {
        case (.anything, _), (.text, .text), (.text, .number), (.bool, .bool), (.number, .number), (.instant, .text),
            (.instant, .number):
            return scalar
        case (.integer, .number(let text)) where Int64(text) != nil: return scalar
        case (.currency, .text(let code)):
            guard Currency(code) == nil else { return scalar }
            reportCurrency(code, at: headRange(node))
            return nil
        case (.phase, .text(let text)):
            guard Phase(rawValue: text) == nil else { return scalar }
            reportName(text, .unknownPhase, "phase", of: Phase.allCases.map(\.rawValue), at: node)
            return nil
        case (.interval, .text(let text)):
            guard Subscription.Interval(rawValue: text) == nil else { return scalar }
            reportName(text, .unknownInterval, "interval", of: Subscription.Interval.allCases.map(\.rawValue), at: node)
            return nil
        case (_, _):
            report(
                .wrongResult,
                "\(shape.words) is wanted here, found \(scalar.literal)",
                hint: shape.remedy,
                at: node
            )
            return nil
        }
    }

    private func reportName(
        _ text: String,
        _ code: MappingDiagnostic.Code,
        _ noun: String,
        of names: [String],
        at node: JSONNode
    ) {
        report(
            code,
            "there is no \(noun) \"\(text)\"",
            hint: Spelling.question(text, in: names) ?? "one of \(names.joined(separator: ", "))",
            at: node
        )
    }

    func reportCurrency(_ code: String, at range: Range<Int>) {
        report(
            .unknownCurrency,
            "ISO 4217 has no currency \"\(code)\"",
            hint: Spelling.question(code.uppercased(), in: Currency.allCodes),
            at: range
        )
    }
}

/// What an operator knows about the place where it stands.
struct OperatorContext {
    /// The operator's whole object.
    let node: JSONNode
    let members: [String: JSONNode]
    let what: String
    let current: CurrentNode
    let shape: Shape
}

extension Operator {
    /// What `default` must be, where that is not what the place takes.
    fileprivate var shapeOfDefault: Shape? {
        switch self {
        case .minor, .major: .number
        case .unix, .unixMilliseconds: .instant
        case .rfc3339: .text
        case .const, .received, .first, .only, .count, .sum, .minus, .abs, .map, .each, .text, .lower, .trim, .sha256,
            .split,
            .parseJSON, .pairs, .merge, .members, .header:
            nil
        }
    }
}

extension Expression {
    /// The expression with a literal for what is missing; amounts and instants take it for their number or text.
    fileprivate func defaulting(to scalar: Scalar) -> Expression {
        switch self {
        case .money(let money):
            .money(
                MoneyExpression(
                    unit: money.unit,
                    amount: .defaulted(money.amount, scalar),
                    currency: money.currency,
                    rounds: money.rounds
                )
            )
        case .time(let unit, let operand): .time(unit, .defaulted(operand, scalar))
        case .select, .constant, .received, .first, .firstOf, .only, .count, .sum, .minus, .abs, .map,
            .template, .lower, .trim,
            .sha256, .split, .parseJSON, .pairs, .merge, .members, .header, .defaulted, .each:
            .defaulted(self, scalar)
        }
    }
}
