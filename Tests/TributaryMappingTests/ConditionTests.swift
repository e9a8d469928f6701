// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryModel

@testable import TributaryMapping

/// The short cut for conditions against the path engine itself.
@Suite struct ConditionTests {
    private static let values = [
        "null", "true", "false", "0", "1", "-1", "2", "1.0", "1e0", "9223372036854775808", "\"\"", "\"a\"", "\"b\"",
        "\"ab\"", "\"é\"", "\"\\ud83d\\ude00\"", "[]", "{}", "[1]", "{\"b\":1}", "{\"b\":null}",
    ]

    private static let literals = [
        "null", "true", "false", "0", "1", "-1", "'a'", "''", "'ab'", "'é'", "'\u{FFFD}'", "@.c", "$.a", "@.c.b", "$.d",
    ]

    @Test(arguments: ["==", "!=", "<", "<=", ">", ">="])
    func `each comparison is the path engine's`(operation: String) throws {
        var decided = 0
        for literal in Self.literals {
            let predicate = try JSONPredicate("@.a \(operation) \(literal)")
            let condition = try #require(Condition(predicate.clause), "\(predicate)")
            for value in Self.values {
                for other in ["", ", \"c\": \(value)", ", \"c\": 1", ", \"c\": {\"b\": 1}"] {
                    for text in ["{\"a\": \(value)\(other)}", "{\"x\": 1\(other)}"] {
                        let document = try JSONDocument(parsing: Array(text.utf8))
                        guard let found = condition.holds(in: document, at: document.root) else { continue }
                        decided += 1
                        var budget = 1000
                        let expected = try predicate.holds(in: document, at: document.root, budget: &budget)
                        #expect(found == expected, "\(predicate) of \(text)")
                    }
                }
            }
        }
        #expect(decided > 1000)
    }

    @Test(arguments: [
        "@.a && @.c", "@.a || @.c", "!@.a", "!(@.a == 1 && @.c == 1) || @.x", "@.a > 0 && (@.c > '' || @.c.b > 0)",
        "(@.a || @.x) && !(@.c == null)", "$.a == 1", "@.c.b == @.a", "@.a[0] == 1", "@",
    ])
    func `each connection is the path engine's`(text: String) throws {
        let predicate = try JSONPredicate(text)
        let condition = try #require(Condition(predicate.clause))
        for one in Self.values {
            for two in Self.values {
                let document = try JSONDocument(parsing: Array("{\"a\": \(one), \"c\": \(two)}".utf8))
                guard let found = condition.holds(in: document, at: document.root) else { continue }
                var budget = 1000
                #expect(try predicate.holds(in: document, at: document.root, budget: &budget) == found)
            }
        }
    }

    @Test(arguments: [
        "1 == @.a", "value(@.*) == 1", "@..a", "length(@.a) == 1", "match(@.a, 'a')", "@.a == 1.5", "@.a == 1e2",
        "count(@.*) > 1",
    ])
    func `what is not plain is left to the path engine`(text: String) throws {
        let clause = try JSONPredicate(text).clause
        #expect(Condition(clause) == nil)
    }

    @Test(arguments: [
        "@.l[?@.k == 'x'].v", "@.l[?@.v]", "@.l[?@.n > 1].n", "@.l[?@.n == $.l[0].n].k", "@.o[?@ == 1]",
        "@.l[?@.k != 'x'].v",
        "@.l[?@.n > 1 || @.k == 'x']", "@.s[?@ == 1]", "@.missing[?@ == 1]", "@.l[?@.n == 1.5].n",
    ])
    func `filtered lists are the path engine's`(text: String) throws {
        let document = try JSONDocument(
            parsing: Array(
                #"{"l": [{"k": "x", "v": 1, "n": 1}, {"k": "y", "n": 2}, {"k": "x"}, 5, {"n": 1.5, "v": null}], "o": {"a": 1, "b": 2}, "s": "t"}"#
                    .utf8
            )
        )
        let path = try JSONPath(text, allowsCurrentNode: true)
        var budget = 1000
        var fresh = 1000
        let nodes = try Selector(path: path, text: text, range: 0..<0)
            .nodes(in: document, at: document.root, budget: &budget)
        #expect(nodes == (try path.nodes(in: document, at: document.root, budget: &fresh)))
    }
}
