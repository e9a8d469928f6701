// SPDX-License-Identifier: Apache-2.0

/// A condition whose nodes are found beforehand, see ``JSONPathSet``; decides as ``JSONPredicate/holds(in:at:budget:)``.
///
/// Only for conditions that test whether singular queries select something, and compare what they select, or how long it
/// is, with literals or with each other.
package final class PlannedCondition: Sendable {
    /// One test; plain numbers, so that reading one counts no references.
    private struct Test {
        enum Code: UInt8 {
            case or, and, not, exists, text, number, bool, null, node, length
        }

        var code: Code
        var operation = PathComparison.Operation.equal

        /// The number of the node.
        var node: Int32 = 0

        /// The number of the node that it is compared with, or whose length its own is compared with.
        var other: Int32 = 0

        /// The tests below; for ``Code/not`` the first only.
        var first: Int32 = 0
        var second: Int32 = 0

        /// The literal: a text's or number's bytes, the number's value, or the Boolean.
        var literal = 0..<0
        var integer: Int64?
        var flag = false
    }

    private let tests: [Test]
    private let literals: [UInt8]

    /// Plans a condition.
    ///
    /// The result is `nil` for a condition that does more than this can.
    ///
    /// - Parameters:
    ///   - predicate: The condition.
    ///   - number: Gives a singular query the number of its node; `nil` where there are too many.
    package init?(_ predicate: JSONPredicate, number: (PathQuery) -> Int?) {
        var builder = Builder()
        guard builder.add(predicate.clause, number) != nil else { return nil }
        tests = builder.tests
        literals = builder.literals
    }

    /// Whether the condition holds.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - found: The index of each query's node, by number.
    ///   - budget: Reduced for long texts; below zero, the answer does not count.
    /// - Returns: `true` where it holds.
    package func holds(in document: JSONDocument, _ found: Span<UInt32>, budget: inout Int) -> Bool {
        holds(tests.count - 1, document, found, &budget)
    }

    private func holds(_ index: Int, _ document: JSONDocument, _ found: Span<UInt32>, _ budget: inout Int) -> Bool {
        let test = tests[index]
        switch test.code {
        case .or:
            return holds(Int(test.first), document, found, &budget)
                || holds(Int(test.second), document, found, &budget)
        case .and:
            return holds(Int(test.first), document, found, &budget)
                && holds(Int(test.second), document, found, &budget)
        case .not: return !holds(Int(test.first), document, found, &budget)
        case .exists: return found[Int(test.node)] != JSONPathSet.nothing
        case .text, .number, .bool, .null:
            guard let node = node(test.node, found) else { return test.operation == .notEqual }
            return decide(test, order(document, node, test, &budget)) { isSame(document, node, test) }
        case .node:
            let (one, other) = (node(test.node, found), node(test.other, found))
            guard let one, let other else { return decide(test, nil) { one == other } }
            budget -= cost(document, one, other)
            return decide(test, document.order(one, other)) { document.equal(one, other) }
        case .length:
            let one = length(document, node(test.node, found), &budget)
            let other = length(document, node(test.other, found), &budget)
            guard let one, let other else { return decide(test, nil) { one == other } }
            return decide(test, one - other) { false }
        }
    }

    @inline(__always)
    private func node(_ number: Int32, _ found: Span<UInt32>) -> JSONNode? {
        let index = found[Int(number)]
        return index == JSONPathSet.nothing ? nil : JSONNode(index: index)
    }

    /// Whether a comparison holds, by the order of its sides; `isSame` decides where they have none.
    @inline(__always)
    private func decide(_ test: Test, _ order: Int?, _ isSame: () -> Bool) -> Bool {
        switch test.operation {
        case .equal: order.map { $0 == 0 } ?? isSame()
        case .notEqual: !(order.map { $0 == 0 } ?? isSame())
        case .less: order.map { $0 < 0 } ?? false
        case .greater: order.map { $0 > 0 } ?? false
        case .lessOrEqual: order.map { $0 <= 0 } ?? isSame()
        case .greaterOrEqual: order.map { $0 >= 0 } ?? isSame()
        }
    }

    /// What comparing two values costs: of a number the whole text is read, of all else no more than the shorter has.
    private func cost(_ document: JSONDocument, _ one: JSONNode, _ other: JSONNode) -> Int {
        let (left, right) = (document.byteRange(one).count, document.byteRange(other).count)
        let isNumber = document.kind(one) == .number || document.kind(other) == .number
        return (isNumber ? left + right : min(left, right)) / 64
    }

    /// The length of a string in Unicode scalars, of an array in elements, of an object in members.
    private func length(_ document: JSONDocument, _ node: JSONNode?, _ budget: inout Int) -> Int? {
        guard let node else { return nil }
        switch document.kind(node) {
        case .array, .object: return document.count(node)
        case .string:
            return document.withUTF8(of: node) { text in
                budget -= text.count / 64
                var scalars = 0
                // Every scalar has one byte that does not continue another.
                for place in 0..<text.count where text[place] & 0xC0 != 0x80 { scalars += 1 }
                return scalars
            }
        case .null, .bool, .number: return nil
        }
    }

    /// How a number or a text is ordered against the literal; `nil` for all else.
    private func order(_ document: JSONDocument, _ node: JSONNode, _ test: Test, _ budget: inout Int) -> Int? {
        switch (test.code, document.kind(node)) {
        case (.text, .string):
            return document.withUTF8(of: node) { order($0, test) }
        case (.number, .number):
            if let one = document.int64(node), let other = test.integer {
                return one < other ? -1 : one > other ? 1 : 0
            }
            return document.withUTF8(of: node) { text in
                budget -= text.count / 64
                return order(text, test)
            }
        default: return nil
        }
    }

    /// How a text or a number's text is ordered against the literal.
    private func order(_ text: Span<UInt8>, _ test: Test) -> Int {
        let literals = literals
        let all = literals.span
        let literal = all.extracting(test.literal)
        if test.code == .number { return ExactDecimal.order(text, literal) }
        return text.order(literal)
    }

    /// Whether the value is the Boolean or null that the literal is.
    private func isSame(_ document: JSONDocument, _ node: JSONNode, _ test: Test) -> Bool {
        switch test.code {
        case .bool: document.bool(node) == test.flag
        case .null: document.kind(node) == .null
        case .or, .and, .not, .exists, .text, .number, .node, .length: false
        }
    }
}

extension PlannedCondition {
    /// Lays the tests out, those below before those above.
    private struct Builder {
        var tests: [Test] = []
        var literals: [UInt8] = []

        mutating func add(_ clause: PathClause, _ number: (PathQuery) -> Int?) -> Int32? {
            switch clause.kind {
            case .or(let parts): return add(parts, .or, number)
            case .and(let parts): return add(parts, .and, number)
            case .not(let inner):
                guard let inner = add(inner, number) else { return nil }
                return append(Test(code: .not, first: inner))
            case .exists(let query):
                guard query.isSingular, let node = number(query) else { return nil }
                return append(Test(code: .exists, node: Int32(node)))
            case .comparison(let comparison): return add(comparison, number)
            case .match: return nil
            }
        }

        private mutating func add(
            _ parts: [PathClause],
            _ code: Test.Code,
            _ number: (PathQuery) -> Int?
        ) -> Int32? {
            guard let last = parts.last, var result = add(last, number) else { return nil }
            for part in parts.dropLast().reversed() {
                guard let first = add(part, number) else { return nil }
                result = append(Test(code: code, first: first, second: result))
            }
            return result
        }

        private mutating func add(_ comparison: PathComparison, _ number: (PathQuery) -> Int?) -> Int32? {
            if case .length(let left) = comparison.left.kind, case .length(let right) = comparison.right.kind {
                return add(left, right, Test(code: .length, operation: comparison.operation), number)
            }
            guard case .literal(let literal) = comparison.right.kind else {
                return add(
                    comparison.left,
                    comparison.right,
                    Test(code: .node, operation: comparison.operation),
                    number
                )
            }
            guard case .query(let query) = comparison.left.kind, query.isSingular, let node = number(query) else {
                return nil
            }
            var test = Test(code: .null, operation: comparison.operation, node: Int32(node))
            switch literal {
            case .null: break
            case .bool(let flag):
                test.code = .bool
                test.flag = flag
            case .number(let text, let integer):
                test.code = .number
                test.integer = integer
                test.literal = keep(text)
            case .string(let text):
                test.code = .text
                test.literal = keep(text)
            }
            return append(test)
        }

        private mutating func add(
            _ left: PathOperand,
            _ right: PathOperand,
            _ test: Test,
            _ number: (PathQuery) -> Int?
        ) -> Int32? {
            guard case .query(let one) = left.kind, case .query(let other) = right.kind, one.isSingular,
                other.isSingular, let node = number(one), let second = number(other)
            else { return nil }
            var test = test
            test.node = Int32(node)
            test.other = Int32(second)
            return append(test)
        }

        private mutating func keep(_ bytes: [UInt8]) -> Range<Int> {
            literals += bytes
            return literals.count - bytes.count..<literals.count
        }

        private mutating func append(_ test: Test) -> Int32 {
            tests.append(test)
            return Int32(tests.count - 1)
        }
    }
}
