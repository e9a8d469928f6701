// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel
import TributarySigning

extension Evaluator {
    /// Texts that are made out of others, and what is read out of a text.
    func made(_ expression: Expression, at current: JSONNode, _ state: inout WalkState) throws(Fault) -> Value {
        switch expression {
        case .template(let parts): return try filled(parts, at: current, &state)
        case .lower(let operand):
            guard let text = try text(operand, at: current, &state) else { return .missing }
            return .text(text.lowercased())
        case .trim(let operand):
            guard let text = try text(operand, at: current, &state) else { return .missing }
            return .text(Self.trimmed(text))
        case .sha256(let operand):
            guard let text = try text(operand, at: current, &state) else { return .missing }
            return .text(HashAlgorithm.sha256.digest(of: Array(text.utf8)).hexText)
        case .split(let operand, let separator, let part):
            guard let text = try text(operand, at: current, &state) else { return .missing }
            let parts = Self.cut(text, by: separator)
            let index = part < 0 ? parts.count + part : part
            return parts.indices.contains(index) ? .text(String(parts[index])) : .missing
        case .pairs(let operand, let separator, let sign, let isURL):
            guard let text = try text(operand, at: current, &state) else { return .missing }
            return .parameters(Self.pairs(text, by: separator, sign: sign, isURL: isURL))
        case .parseJSON(let operand, let selector):
            let origin = try value(operand, at: current, &state)
            guard let text = try text(origin) else { return .missing }
            return try parsed(text, from: origin, selector, &state)
        case .select, .constant, .first, .firstOf, .only, .count, .sum, .minus, .abs, .map,
            .money, .time, .received, .merge, .members, .header,
            .defaulted, .each:
            return .missing
        }
    }

    private func filled(_ parts: [TemplatePart], at current: JSONNode, _ state: inout WalkState) throws(Fault) -> Value
    {
        var result = ""
        for part in parts {
            switch part {
            case .literal(let text): result += text
            case .value(let selector):
                guard let node = try select(selector, at: current, &state) else { return .missing }
                guard let text = try scalarText(.node(node)) else { return .missing }
                result += text
            }
        }
        return .text(result)
    }

    /// JSON inside a text; a text that is none counts as nothing, because merchants write into such fields as they like.
    private func parsed(_ text: String, from origin: Value, _ selector: Selector?, _ state: inout WalkState)
        throws(Fault) -> Value
    {
        let limits = JSONLimits(bytesMax: 1 << 20, depthMax: 32, nodesMax: 50_000)
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: Array(text.utf8), limits: limits)
        } catch {
            return .missing
        }
        try state.spend(document.nodeCount)
        var node = document.root
        if let selector {
            guard let chosen = selector.node(in: document, at: node) else { return .missing }
            node = chosen
        }
        guard document.kind(node) != .null else { return .missing }
        if let trace, selector != nil { trace.refine(place(of: origin), with: document.normalizedPath(node)) }
        return .nested(NestedValue(document: document, node: node, origin: place(of: origin)))
    }

    private static func pairs(_ text: String, by separator: String, sign: String, isURL: Bool) -> [Attribution
        .Parameter]
    {
        cut(text, by: separator).compactMap { pair in
            let parts = cut(String(pair), by: sign, maxCuts: 1)
            guard parts.count == 2 else { return nil }
            var name = trimmed(String(parts[0]))
            var value = trimmed(String(parts[1]))
            if isURL {
                // What is no percent encoding stays as somebody wrote it.
                name = FormBody.decoded(name) ?? name
                value = FormBody.decoded(value) ?? value
            }
            return name.isEmpty || value.isEmpty ? nil : Attribution.Parameter(name, value)
        }
    }

    private static func trimmed(_ text: String) -> String {
        guard let start = text.firstIndex(where: { !$0.isWhitespace }),
            let end = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[start...end])
    }

    /// Cuts a text at every occurrence of a separator, byte for byte and in linear time.
    private static func cut(_ text: String, by separator: String, maxCuts: Int = .max) -> [Substring] {
        let bytes = text.utf8
        let wanted = Array(separator.utf8)
        var parts: [Substring] = []
        var start = bytes.startIndex
        var position = start
        while position < bytes.endIndex, parts.count < maxCuts {
            if bytes[position...].starts(with: wanted) {
                parts.append(Substring(bytes[start..<position]))
                position = bytes.index(position, offsetBy: wanted.count)
                start = position
            } else {
                position = bytes.index(after: position)
            }
        }
        parts.append(Substring(bytes[start...]))
        return parts
    }
}
