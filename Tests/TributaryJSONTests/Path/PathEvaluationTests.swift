// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

@Suite struct PathEvaluationTests {
    static let order = #"""
        {"id": "evt_1", "data": {"object": {"amount": 1990, "paid": true, "lines": [
          {"sku": "a", "n": 1}, {"sku": "b", "n": 2.50}, {"sku": "c", "n": 3e0}],
          "metadata": {"a b": 1, "it's": 2, "say \"hi\"": 3, "back\\slash": 4, "tab\t": 5, "ключ": 6, "😀": 7, "": 8}}}}
        """#

    private func paths(_ text: String, in json: String = order) throws -> [String] {
        let document = try JSONDocument(parsing: Array(json.utf8))
        var budget = JSONPath.budgetDefault
        return try JSONPath(text).nodes(in: document, at: document.root, budget: &budget).map(document.normalizedPath)
    }

    @Test(arguments: [
        ("$.data.object.amount", "1990"), ("$['data']['object'].lines[1].sku", #""b""#),
        ("$.data.object.lines[-1].n", "3e0"), ("$", nil), ("$.data.missing.more", nil),
        ("$.data.object.lines[3]", nil), ("$.data.object.lines[-4]", nil), ("$.id[0]", nil), ("$.data[0]", nil),
        ("$.data.object.lines.sku", nil), (#"$.data.object.metadata['a b']"#, "1"),
        (#"$.data.object.metadata['it\'s']"#, "2"), (#"$.data.object.metadata["it's"]"#, "2"),
        (#"$.data.object.metadata["say \"hi\""]"#, "3"), (#"$.data.object.metadata['say "hi"']"#, "3"),
        (#"$.data.object.metadata['back\\slash']"#, "4"), (#"$.data.object.metadata['tab\u0009']"#, "5"),
        (#"$.data.object.metadata.ключ"#, "6"), (#"$.data.object.metadata['\u043a\u043B\u044e\u0447']"#, "6"),
        (#"$.data.object.metadata.😀"#, "7"), (#"$.data.object.metadata['\uD83D\uDE00']"#, "7"),
        (#"$.data.object.metadata['']"#, "8"),
    ])
    func `a singular path finds its node`(text: String, value: String?) throws {
        let document = try JSONDocument(parsing: Array(Self.order.utf8))
        let path = try JSONPath(text)
        #expect(path.isSingular)
        let node = path.node(in: document, at: document.root)
        var budget = 1000
        #expect(try path.nodes(in: document, at: document.root, budget: &budget) == (node.map { [$0] } ?? []))
        if text == "$" { return #expect(node == document.root) }
        #expect(node.map { String(decoding: document.bytes[document.byteRange($0)], as: UTF8.self) } == value)
    }

    @Test(arguments: ["$.*", "$..a", "$[0,1]", "$['a','b']", "$[1:2]", "$[?@.a]", "$..[0]"])
    func `a path that may select several nodes is not singular`(text: String) throws {
        #expect(try !JSONPath(text).isSingular)
    }

    @Test func `a path from the current node starts there`() throws {
        let document = try JSONDocument(parsing: Array(Self.order.utf8))
        let object = try #require(try JSONPath("$.data.object").node(in: document, at: document.root))
        let amount = try JSONPath("@.amount", allowsCurrentNode: true)
        #expect(!amount.startsAtRoot)
        #expect(amount.node(in: document, at: object).flatMap(document.int64) == 1990)
        #expect(amount.node(in: document, at: document.root) == nil)
        let id = try JSONPath("$.id", allowsCurrentNode: true)
        #expect(id.startsAtRoot)
        #expect(id.node(in: document, at: object).flatMap(document.string) == "evt_1")
        var budget = 1000
        let lines = try JSONPath("@.lines[?@.n >= $.data.object.lines[1].n].sku", allowsCurrentNode: true)
        let found = try lines.nodes(in: document, at: object, budget: &budget)
        #expect(found.compactMap(document.string) == ["b", "c"])
    }

    @Test func `descendants come in document order and end with their subtree`() throws {
        let json = #"{"a": {"x": 1, "b": [{"x": 2}, [{"x": 3}]], "c": {}}, "d": {"x": 4}, "x": 5}"#
        #expect(try paths("$.a..x", in: json) == ["$['a']['x']", "$['a']['b'][0]['x']", "$['a']['b'][1][0]['x']"])
        #expect(try paths("$..x", in: json).first == "$['x']")
        #expect(try paths("$.a.c..*", in: json).isEmpty)
        #expect(try paths("$.x..*", in: json).isEmpty)
        #expect(try paths("$.a.b..[0]", in: json) == ["$['a']['b'][0]", "$['a']['b'][1][0]"])
    }

    @Test(arguments: [
        ("1", "<", "2", true), ("9007199254740993", ">", "9007199254740992", true),
        ("0.1", "==", "1e-1", true), ("0.10", "==", "0.1", true), ("-0", "==", "0", true), ("-0.0", "==", "0e9", true),
        ("100000000000000000000000000000001", ">", "100000000000000000000000000000000", true),
        ("1e400", "<", "1e401", true), ("1e400", "==", "10e399", true), ("-1e400", "<", "1", true),
        ("123.456e2", "==", "12345.6", true), ("0.3", "==", "0.30000000000000004", false),
        ("\"a\"", "<", "\"b\"", true), ("\"\u{FFFF}\"", "<", "\"😀\"", true), ("\"\"", "<", "\"a\"", true),
        ("\"a\"", "<", "1", false), ("\"1\"", "==", "1", false), ("true", "<=", "true", true),
        ("true", "<", "true", false), ("null", "==", "null", true), ("null", ">=", "null", true),
        ("{\"a\":1,\"b\":[2]}", "==", "{\"b\":[2.0],\"a\":1e0}", true), ("[1,2]", "==", "[2,1]", false),
        ("[1]", "<=", "[1.0]", true), ("[1]", "<", "[2]", false), ("false", "!=", "null", true),
    ])
    func `values compare as RFC 9535 says`(left: String, operation: String, right: String, expected: Bool) throws {
        let document = try JSONDocument(parsing: Array(#"{"l": \#(left), "r": \#(right)}"#.utf8))
        func holds(_ text: String) throws -> Bool {
            var budget = 1000
            return try JSONPredicate(text).holds(in: document, at: document.root, budget: &budget)
        }
        #expect(try holds("@.l \(operation) @.r") == expected)
        guard left.first != "{", left.first != "[" else { return }
        #expect(try holds("@.l \(operation) \(right)") == expected)
        #expect(try holds("\(left) \(operation) @.r") == expected)
        #expect(try holds("\(left) \(operation) \(right)") == expected)
    }

    @Test(arguments: [
        ("length(@.s) == 3", true), ("length(@.a) == 2", true), ("length(@.o) == 1", true), ("length(@.n) == 1", false),
        ("length(@.missing) == 0", false), ("length(@.missing) == length(@.n)", true), ("count(@.*) == 4", true),
        ("count(@.missing) == 0", true), ("count(@..*) > 6.5", true), ("value(@.a[0]) == 1", true),
        ("value(@.a[*]) == 1", false), ("value(@..k) == 'v'", true), ("length(value(@.a[?@ == 2])) == 1", false),
        ("length('äöü') == length(@.s)", true), ("match(@.s, 'ж..')", true), ("match(@.n, '1')", false),
        ("search(@.s, @.o.k)", false), ("match(@.o.k, @.o.k)", true), ("search(@.s, '[')", false),
        ("@.missing == @.other", true), ("@.missing != 1", true), ("@.missing <= @.other", true),
        ("@.missing < 1", false),
    ])
    func `functions yield what RFC 9535 says`(text: String, expected: Bool) throws {
        let document = try JSONDocument(parsing: Array(#"{"s": "жжж", "a": [1, 2], "o": {"k": "v"}, "n": 1}"#.utf8))
        var budget = 1000
        #expect(try JSONPredicate(text).holds(in: document, at: document.root, budget: &budget) == expected)
    }

    @Test func `paths that select the same are equal`() throws {
        #expect(try JSONPath("$.a[ 'b' ]") == JSONPath("$['a'].b"))
        #expect(try Set([JSONPath("$[?@.a == 1]"), JSONPath("$[?(@.a==1)]")]).count == 1)
        #expect(try JSONPath("$.a") != JSONPath("$..a"))
        #expect(try JSONPath("$.a").description == "$.a")
    }
}
