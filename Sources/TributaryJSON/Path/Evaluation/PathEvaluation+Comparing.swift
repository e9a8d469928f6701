// SPDX-License-Identifier: Apache-2.0

extension PathEvaluation {
    /// Whether a comparison holds (RFC 9535, section 2.3.5.2.2).
    mutating func holds(_ comparison: PathComparison, at current: JSONNode) throws(JSONPathError) -> Bool {
        let left = try value(comparison.left, at: current)
        let right = try value(comparison.right, at: current)
        try spend(cost(left, right))
        switch comparison.operation {
        case .equal: return areEqual(left, right)
        case .notEqual: return !areEqual(left, right)
        case .less: return order(left, right).map { $0 < 0 } ?? false
        case .greater: return order(left, right).map { $0 > 0 } ?? false
        case .lessOrEqual: return order(left, right).map { $0 <= 0 } ?? areEqual(left, right)
        case .greaterOrEqual: return order(left, right).map { $0 >= 0 } ?? areEqual(left, right)
        }
    }

    /// What a comparison costs beyond finding its sides: large values take long to compare.
    private func cost(_ a: PathValue, _ b: PathValue) -> Int {
        let (one, other) = (size(a), size(b))
        // Of a number the whole text is read, of all else no more than the shorter side has.
        return (one.isNumber || other.isNumber ? one.bytes + other.bytes : min(one.bytes, other.bytes)) / 64
    }

    private func size(_ value: PathValue) -> (bytes: Int, isNumber: Bool) {
        switch value {
        case .node(let node): (document.byteRange(node).count, document.kind(node) == .number)
        case .literal(.number(let text, _)): (text.count, true)
        case .literal(.string(let text)): (text.count, false)
        case .nothing, .integer, .literal: (0, false)
        }
    }

    private func areEqual(_ a: PathValue, _ b: PathValue) -> Bool {
        switch (a, b) {
        case (.nothing, .nothing): return true
        case (.nothing, _), (_, .nothing): return false
        case (.node(let one), .node(let other)): return document.equal(one, other)
        default: break
        }
        if let order = order(a, b) { return order == 0 }
        return switch (scalar(a), scalar(b)) {
        case (.null?, .null?): true
        case (.bool(let one)?, .bool(let other)?): one == other
        default: false
        }
    }

    /// A value as the literal that it is, when it is `null`, `true` or `false`.
    private func scalar(_ value: PathValue) -> PathLiteral? {
        switch value {
        case .nothing, .integer: nil
        case .literal(let literal): literal
        case .node(let node): document.kind(node) == .null ? .null : document.bool(node).map { .bool($0) }
        }
    }

    /// How two numbers or two strings are ordered: negative, zero, positive; `nil` for all else.
    private func order(_ a: PathValue, _ b: PathValue) -> Int? {
        if case .node(let one) = a, case .node(let other) = b { return document.order(one, other) }
        if let one = integer(a), let other = integer(b) { return one < other ? -1 : one > other ? 1 : 0 }
        if let order = withNumber(a, { one in withNumber(b) { ExactDecimal.order(one, $0) } }) { return order }
        return withString(a) { one in withString(b) { one.order($0) } } ?? nil
    }

    private func integer(_ value: PathValue) -> Int64? {
        switch value {
        case .integer(let integer): integer
        case .literal(.number(_, let integer)): integer
        case .node(let node): document.int64(node)
        case .nothing, .literal: nil
        }
    }

    /// The text of a number; `nil` where the value is none.
    private func withNumber<R>(_ value: PathValue, _ body: (Span<UInt8>) -> R) -> R? {
        switch value {
        case .node(let node): return document.kind(node) == .number ? document.withUTF8(of: node, body) : nil
        case .literal(.number(let text, _)): return body(text.span)
        case .integer(let integer):
            let text = Array(String(integer).utf8)
            return body(text.span)
        case .nothing, .literal: return nil
        }
    }

    /// The unescaped bytes of a string; `nil` where the value is none.
    func withString<R>(_ value: PathValue, _ body: (Span<UInt8>) -> R) -> R? {
        switch value {
        case .node(let node): return document.kind(node) == .string ? document.withUTF8(of: node, body) : nil
        case .literal(.string(let text)): return body(text.span)
        case .nothing, .literal, .integer: return nil
        }
    }
}
