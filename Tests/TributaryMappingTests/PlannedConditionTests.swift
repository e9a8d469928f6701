// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

@testable import TributaryMapping

/// Conditions over nodes found beforehand, against the path engine.
@Suite struct PlannedConditionTests {
    private static let values = [
        "null", "true", "false", "0", "1", "1.0", "-3", "1e2", "100", "9223372036854775808", "\"\"", "\"a\"", "\"b\"",
        "\"\\u00e9\"", "[]", "[1]", "{}", "{\"x\": 1}",
    ]
    private static let literals = [
        "null", "true", "false", "0", "1", "-3", "100", "1.0", "9223372036854775808", "''", "'a'", "'b'", "'é'",
    ]

    private func plan(_ text: String) throws -> (JSONPredicate, PlannedCondition?, JSONPathSet) {
        let predicate = try JSONPredicate(text)
        var numbering = SelectorNumbering(FoundNodes.root)
        let planned = PlannedCondition(predicate) { numbering.number(of: $0) }
        return (predicate, planned, numbering.paths)
    }

    private func expectSame(_ text: String, _ document: JSONDocument) throws {
        let (predicate, planned, paths) = try plan(text)
        let condition = try #require(planned, "\(text)")
        var state = WalkState(budget: 1000)
        state.findRoot(paths, in: document)
        var budget = 1000
        let expected = try predicate.holds(in: document, at: document.root, budget: &budget)
        #expect(try state.holds(condition, in: document) == expected, "\(text)")
    }

    @Test(arguments: values)
    func `every comparison with a literal is decided as by the path engine`(value: String) throws {
        let document = try JSONDocument(parsing: Array("{\"v\": \(value)}".utf8))
        for operation in ["==", "!=", "<", "<=", ">", ">="] {
            for literal in Self.literals {
                for path in ["@.v", "$.v", "@.missing", "@.v.x", "@.v[0]"] {
                    try expectSame("\(path) \(operation) \(literal)", document)
                    try expectSame("!(\(path) \(operation) \(literal))", document)
                }
            }
        }
    }

    @Test(arguments: values)
    func `every comparison of two nodes or their lengths is decided as by the path engine`(value: String) throws {
        for other in Self.values {
            let document = try JSONDocument(parsing: Array("{\"v\": \(value), \"w\": \(other)}".utf8))
            for operation in ["==", "!=", "<", "<=", ">", ">="] {
                for path in ["@.w", "$.w", "@.missing"] {
                    try expectSame("@.v \(operation) \(path)", document)
                    try expectSame("length(\(path)) \(operation) length(@.v)", document)
                }
            }
        }
    }

    @Test func `tests are joined as by the path engine`() throws {
        let document = try JSONDocument(parsing: Array(#"{"a": 1, "b": null, "c": "x"}"#.utf8))
        let parts = ["@.a", "@.b", "@.d", "@.a == 1", "@.c == 'y'", "!@.d", "@.b == null"]
        for one in parts {
            for two in parts {
                for three in parts {
                    try expectSame("\(one) && \(two) || \(three)", document)
                    try expectSame("\(one) || \(two) && !(\(three))", document)
                }
            }
        }
    }

    @Test(arguments: ["1 == @.a", "@.a == length(@.b)", "length(@.a) > 1", "@.a[*]", "match(@.a, 'x')", "@..a"])
    func `what does more is left to the path engine`(text: String) throws {
        #expect(try plan(text).1 == nil)
    }

    @Test func `selectors beyond the room are followed when they are wanted`() throws {
        let names = (0..<400).map { "m\($0)" }
        let body = "{" + names.map { "\"\($0)\": \"\($0)\"" }.joined(separator: ", ") + "}"
        var numbering = SelectorNumbering(FoundNodes.node)
        let numbers = try names.map { try numbering.number(of: JSONPath("@.\($0)", allowsCurrentNode: true).query) }
        #expect(numbers.compactMap(\.self).count == FoundNodes.node.room)
        #expect(numbering.paths.count == FoundNodes.node.room)
        #expect(try JSONDocument(parsing: Array(body.utf8)).count(JSONNode(index: 0)) == 400)
    }
}
