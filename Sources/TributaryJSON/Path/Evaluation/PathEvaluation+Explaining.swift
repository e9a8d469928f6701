// SPDX-License-Identifier: Apache-2.0

extension PathEvaluation {
    /// Longest text of a value in an explanation, in bytes of UTF-8.
    static let valueBytesMax = 80

    /// The smallest part of a condition that makes it false: within `&&` the first part that is false; `nil` where the
    /// condition holds.
    mutating func firstFalse(_ clause: PathClause, at current: JSONNode) throws(JSONPathError) -> PathClause? {
        if case .and(let parts) = clause.kind {
            for part in parts {
                if let found = try firstFalse(part, at: current) { return found }
            }
            return nil
        }
        return try holds(clause, at: current) ? nil : clause
    }

    /// Says what a clause's operands came to; `source` is the expression's UTF-8.
    mutating func explain(
        _ clause: PathClause,
        at current: JSONNode,
        source: [UInt8]
    ) throws(JSONPathError) -> FalseClause {
        var operands: [FalseClause.Operand] = []
        try collect(clause, at: current, source: source, into: &operands)
        return FalseClause(text: Self.text(source, clause.range), operands: operands)
    }

    private mutating func collect(
        _ clause: PathClause,
        at current: JSONNode,
        source: [UInt8],
        into operands: inout [FalseClause.Operand]
    ) throws(JSONPathError) {
        switch clause.kind {
        case .or(let parts), .and(let parts):
            for part in parts { try collect(part, at: current, source: source, into: &operands) }
        case .not(let inner): try collect(inner, at: current, source: source, into: &operands)
        case .exists(let query):
            let node = try firstNode(query, at: current)
            operands.append(
                FalseClause.Operand(
                    text: Self.text(source, query.range),
                    path: node.map(document.normalizedPath) ?? expectedPath(query, at: current),
                    value: node.map(valueText)
                )
            )
        case .comparison(let comparison):
            for side in [comparison.left, comparison.right] {
                try collect(side, at: current, source: source, into: &operands)
            }
        case .match(let match):
            try collect(match.text, at: current, source: source, into: &operands)
            if case .dynamic(let pattern) = match.pattern {
                try collect(pattern, at: current, source: source, into: &operands)
            }
        }
    }

    private mutating func collect(
        _ operand: PathOperand,
        at current: JSONNode,
        source: [UInt8],
        into operands: inout [FalseClause.Operand]
    ) throws(JSONPathError) {
        guard let query = operand.query else { return }
        let value = try value(operand, at: current)
        let path: String?
        if case .node(let node) = value {
            path = document.normalizedPath(node)
        } else if let steps = query.steps, let node = try node(steps, of: query, at: current) {
            path = document.normalizedPath(node)
        } else {
            path = expectedPath(query, at: current)
        }
        operands.append(
            FalseClause.Operand(text: Self.text(source, operand.range), path: path, value: valueText(value))
        )
    }

    /// Where a singular query looks, whether or not there is a node.
    private func expectedPath(_ query: PathQuery, at current: JSONNode) -> String? {
        guard let steps = query.steps else { return nil }
        let start = query.anchor == .root ? "$" : document.normalizedPath(current)
        return start + steps.map(\.normalized).joined()
    }

    private func valueText(_ value: PathValue) -> String? {
        switch value {
        case .nothing: nil
        case .node(let node): valueText(node)
        case .integer(let integer): String(integer)
        case .literal: nil
        }
    }

    private func valueText(_ node: JSONNode) -> String {
        let range = document.byteRange(node)
        guard range.count > Self.valueBytesMax else { return Self.text(document.bytes, range) }
        var end = range.lowerBound + Self.valueBytesMax
        // Not within a character.
        while end > range.lowerBound, document.bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return Self.text(document.bytes, range.lowerBound..<end) + "…"
    }

    private static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}
