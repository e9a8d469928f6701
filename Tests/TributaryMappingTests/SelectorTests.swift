// SPDX-License-Identifier: Apache-2.0

import Seeds
import Testing
import TributaryJSON
import TributaryModel

@testable import TributaryMapping

/// The short cuts of the hot path against the paths themselves.
@Suite struct SelectorTests {
    private static let document = #"""
        {"a": {"b": 1, "c": null, "list": [{"x": 1, "y": {"z": "q"}}, {"x": null}, 5, {"y": {}}], "é\n": "s"},
         "b": [[1, 2], [], {"b": 3}], "": {"": 0}, "n": null, "s": "text"}
        """#

    private static let singular = [
        "@", "@.a", "@.a.b", "@.a.c", "@.a.list[0].y.z", "@.a.list[-1].y", "@.a.list[1].x", "@.a.list[9]", "@.b[0][1]",
        "@.b[-3][0]", "@.b[2].b", "@['']", "@['']['']", #"@.a['é\n']"#, "@.n", "@.n.a", "@.s", "@.s[0]", "@.missing.b",
        "@.a.list[0].x", "@.a.list[0].y", "@.a.list", "@.b[-9]", "@.b[9007199254740991]",
    ]

    @Test func `a set finds what each of its paths finds`() throws {
        let document = try JSONDocument(parsing: Array(Self.document.utf8))
        let paths = try Self.singular.map { try JSONPath($0, allowsCurrentNode: true) }
        let set = JSONPathSet(paths.map(\.query))
        #expect(set.count == paths.count)
        var found = [UInt32](repeating: 7, count: paths.count + 2)
        var places = found.mutableSpan
        set.find(in: document, from: document.root, &places, at: 2)
        for (path, index) in zip(paths, found.dropFirst(2)) {
            #expect(index == path.node(in: document, at: document.root)?.index ?? JSONPathSet.nothing, "\(path)")
        }
        #expect(found[0] == 7 && found[1] == 7)
    }

    @Test(arguments: 0..<4) func `a set finds the same as its paths in any document`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let names = ["a", "b", "c", "d", "e"]
        func value(_ depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 0 ? 6 : 3), using: &generator) {
            case 0: return .null
            case 1: return .integer(1)
            case 2: return "x"
            case 3: return .array((0..<Int.random(in: 0..<4, using: &generator)).map { _ in value(depth - 1) })
            default:
                let members = names.shuffled(using: &generator).filter { _ in Bool.random(using: &generator) }
                return .object(members.map { .init($0, value(depth - 1)) })
            }
        }
        for _ in 0..<200 {
            let document = try JSONDocument(parsing: value(5).encoded())
            var texts: Set<String> = []
            for _ in 0..<12 {
                let steps = (0..<Int.random(in: 0..<5, using: &generator)).map { _ in
                    Bool.random(using: &generator)
                        ? "." + (names.randomElement(using: &generator) ?? "a")
                        : "[\(Int.random(in: -3...3, using: &generator))]"
                }
                texts.insert("@" + steps.joined())
            }
            let paths = try texts.sorted().map { try JSONPath($0, allowsCurrentNode: true) }
            var found = [UInt32](repeating: 7, count: paths.count)
            var places = found.mutableSpan
            JSONPathSet(paths.map(\.query)).find(in: document, from: document.root, &places, at: 0)
            for (path, index) in zip(paths, found) {
                let selector = Selector(path: path, text: path.text, range: 0..<0)
                let expected = path.node(in: document, at: document.root)
                #expect(selector.node(in: document, at: document.root) == expected)
                #expect(index == expected?.index ?? JSONPathSet.nothing)
            }
        }
    }

    @Test(arguments: [
        "@[*]", "$.a.list[*]", "@.a.list[*].x", "@.a.list[*].y.z", "@.a[*]", "@.b[*][*]", "@.b[*][0]", "@.s[*]",
        "@.n[*]",
        "@.missing[*]", "@..b", "@.b[0:2]", "@.a.list[?@.x]", "@.a.list[*,0]", "@.a.list[*][*].z",
    ])
    func `lists are walked as the path says`(text: String) throws {
        let document = try JSONDocument(parsing: Array(Self.document.utf8))
        let path = try JSONPath(text, allowsCurrentNode: true)
        let selector = Selector(path: path, text: text, range: 0..<0)
        var budget = 1000
        let nodes = try selector.nodes(in: document, at: document.root, budget: &budget)
        var fresh = 1000
        #expect(nodes == (try path.nodes(in: document, at: document.root, budget: &fresh)))
        #expect(budget < 1000 || nodes.isEmpty)
        var none = 0
        if !nodes.isEmpty {
            #expect(throws: JSONPathError.self) {
                try selector.nodes(in: document, at: document.root, budget: &none)
            }
        }
    }
}
