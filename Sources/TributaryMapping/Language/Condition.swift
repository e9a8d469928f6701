// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// A condition of the shapes that mappings mostly have: singular queries compared with literals or each other.
///
/// The same as the path engine's, without counting references. Where a value needs more than that, such as a number with
/// decimals, it answers `nil`, and the path engine decides.
final class Condition: Sendable {
    private enum Shape: Sendable {
        case all
        case any
        case not
        case exists
        case integer
        case text
        case bool
        case null
        case other
    }

    private let shape: Shape
    private let operation: PathComparison.Operation
    private let left: Route
    private let right: Route
    private let number: Int64
    private let bytes: [UInt8]

    /// The first part of a connection, and the next one beside this; a chain for the same reason as in ``Route``.
    private let first: Condition?
    private let next: Condition?

    /// How many queries there are.
    let operandCount: Int

    /// Compiles a condition; `nil` where it has another shape.
    convenience init?(_ clause: PathClause) { self.init(clause, next: nil) }

    private init?(_ clause: PathClause, next: Condition?) {
        self.next = next
        var shape = Shape.exists
        var operation = PathComparison.Operation.equal
        var left: PathQuery?
        var right: PathQuery?
        var number: Int64 = 0
        var bytes: [UInt8] = []
        var first: Condition?
        switch clause.kind {
        case .or(let parts), .and(let parts):
            if case .or = clause.kind { shape = .any } else { shape = .all }
            for part in parts.reversed() {
                guard let compiled = Condition(part, next: first) else { return nil }
                first = compiled
            }
        case .not(let inner):
            guard let compiled = Condition(inner, next: nil) else { return nil }
            shape = .not
            first = compiled
        case .exists(let query):
            guard query.isSingular else { return nil }
            left = query
        case .comparison(let comparison):
            guard case .query(let query) = comparison.left.kind, query.isSingular else { return nil }
            left = query
            operation = comparison.operation
            switch comparison.right.kind {
            case .literal(.number(_, let integer?)): (shape, number) = (.integer, integer)
            case .literal(.string(let text)): (shape, bytes) = (.text, text)
            case .literal(.bool(let flag)): (shape, number) = (.bool, flag ? 1 : 0)
            case .literal(.null): shape = .null
            case .query(let query) where query.isSingular: (shape, right) = (.other, query)
            case .literal(.number), .query, .length, .count, .value: return nil
            }
        case .match: return nil
        }
        self.shape = shape
        self.operation = operation
        self.left = left.map { Route($0) } ?? Route([])
        self.right = right.map { Route($0) } ?? Route([])
        self.number = number
        self.bytes = bytes
        self.first = first
        let own = (left == nil ? 0 : 1) + (right == nil ? 0 : 1)
        operandCount = own + (first?.operandCount ?? 0) + (next?.operandCount ?? 0)
    }

    /// Whether the condition holds; `nil` where the path engine must decide.
    func holds(in document: JSONDocument, at current: JSONNode) -> Bool? {
        switch shape {
        case .all, .any: return first?.connected(in: document, at: current, decisive: shape == .any)
        case .not: return first?.holds(in: document, at: current).map { !$0 }
        case .exists: return left.node(in: document, at: current) != nil
        case .integer, .text, .bool, .null, .other: return compared(in: document, at: current)
        }
    }

    /// Decides this part of a connection and, where that does not settle it, those beside it.
    private func connected(in document: JSONDocument, at current: JSONNode, decisive: Bool) -> Bool? {
        guard let holds = holds(in: document, at: current) else { return nil }
        guard holds != decisive, let next else { return holds }
        return next.connected(in: document, at: current, decisive: decisive)
    }

    private func compared(in document: JSONDocument, at current: JSONNode) -> Bool? {
        let node = left.node(in: document, at: current)
        if case .other = shape { return compared(node, right.node(in: document, at: current), document) }
        // Nothing is no literal.
        guard let node else { return operation == .notEqual }
        let kind = document.kind(node)
        switch shape {
        case .integer:
            guard kind == .number else { return operation == .notEqual }
            return document.int64(node).map { ordered($0 < number ? -1 : $0 > number ? 1 : 0) }
        case .text:
            guard kind == .string else { return operation == .notEqual }
            return ordered(document.withUTF8(of: node) { Self.order($0, bytes) })
        case .bool: return equal(document.bool(node) == (number == 1))
        case .null: return equal(kind == .null)
        case .all, .any, .not, .exists, .other: return nil
        }
    }

    private func compared(_ left: JSONNode?, _ right: JSONNode?, _ document: JSONDocument) -> Bool? {
        guard let left, let right else { return equal(left == nil && right == nil) }
        guard let one = document.int64(left), let other = document.int64(right) else { return nil }
        return ordered(one < other ? -1 : one > other ? 1 : 0)
    }

    /// What the operation says of two values that have an order.
    private func ordered(_ order: Int) -> Bool {
        switch operation {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }

    /// What the operation says of two values without an order: `<=` is as good as `==` (RFC 9535, section 2.3.5.2.2).
    private func equal(_ areEqual: Bool) -> Bool {
        switch operation {
        case .equal, .lessOrEqual, .greaterOrEqual: areEqual
        case .notEqual: !areEqual
        case .less, .greater: false
        }
    }

    /// UTF-8 sorts as its scalars do.
    private static func order(_ one: Span<UInt8>, _ other: [UInt8]) -> Int {
        for index in 0..<min(one.count, other.count) where one[index] != other[index] {
            return one[index] < other[index] ? -1 : 1
        }
        return one.count < other.count ? -1 : one.count > other.count ? 1 : 0
    }
}
