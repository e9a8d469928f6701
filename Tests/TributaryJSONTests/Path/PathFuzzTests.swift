// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Seeds
import Synchronization
import Testing
import TributaryJSON

@Suite(.timeLimit(.minutes(2))) struct PathFuzzTests {
    private static let tokens = [
        "$", "@", ".", "..", "[", "]", "*", "?", "(", ")", "!", "&&", "||", "==", "!=", "<", "<=", ">", ">=", ",", ":",
        "-", "0", "1", "-1", "2", "1e3", ".5", "'a'", "\"b\"", "'\\u00e9'", "a", "b", "é", "length", "count", "value",
        "match",
        "search", "length(", "count(", "match(", " ", "\t", "true", "false", "null", "@.a", "$.b", "[?@.a", "'a*'",
        "=~", "in",
        "\\", "'", "\"", "\u{0}", "😀", "[::-1]", "[1:3]", "[*]",
    ]

    private static let json = #"""
        {"a": [1, 2.5, -3e2, "a", "é😀", null, true, {"a": {"b": [[], {}, "aaa"]}}], "b": {"a": "b", "é": 1}, "length": 3}
        """#

    /// Compiles a text both ways and evaluates what is valid; errors are fine, crashes and endless runs are not.
    private func tryOut(_ text: String, in document: JSONDocument) {
        do throws(JSONPathError) {
            let path = try JSONPath(text, allowsCurrentNode: true)
            var budget = 5000
            let nodes = try path.nodes(in: document, at: document.root, budget: &budget)
            if path.isSingular { #expect(path.node(in: document, at: document.root) == nodes.first, "\(text)") }
            for node in nodes.prefix(3) {
                let normalized = try JSONPath(document.normalizedPath(node))
                #expect(normalized.node(in: document, at: document.root) == node)
            }
        } catch {
            #expect((0...text.utf8.count).contains(error.offset), "\(text)")
        }
        do throws(JSONPathError) {
            let predicate = try JSONPredicate(text)
            var budget = 5000
            let holds = try predicate.holds(in: document, at: document.root, budget: &budget)
            #expect((predicate.firstFalseClause(in: document, at: document.root) == nil) == holds, "\(text)")
        } catch {
            #expect((0...text.utf8.count).contains(error.offset), "\(text)")
        }
    }

    @Test(arguments: 0..<4)
    func `random tokens never crash`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let document = try JSONDocument(parsing: Array(Self.json.utf8))
        for _ in 0..<2500 {
            let count = Int.random(in: 1...12, using: &random)
            let text = (0..<count).compactMap { _ in Self.tokens.randomElement(using: &random) }.joined()
            tryOut(Bool.random(using: &random) ? "$" + text : text, in: document)
        }
    }

    @Test func `the suite's selectors with random faults never crash`() throws {
        var random = SeededGenerator(seed: 9535)
        let document = try JSONDocument(parsing: Array(Self.json.utf8))
        for test in try PathConformanceSuite().cases {
            for _ in 0..<8 {
                var scalars = Array(test.selector.unicodeScalars)
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 0...scalars.count, using: &random)
                    let token = Array((Self.tokens.randomElement(using: &random) ?? "$").unicodeScalars)
                    let end = min(scalars.count, place + Int.random(in: 0...2, using: &random))
                    scalars.replaceSubrange(place..<end, with: token)
                }
                var text = ""
                text.unicodeScalars.append(contentsOf: scalars)
                tryOut(text, in: document)
            }
        }
    }

    @Test func `random valid conditions have a false clause exactly where they do not hold`() throws {
        var random = SeededGenerator(seed: 1)
        let document = try JSONDocument(parsing: Array(Self.json.utf8))
        var valid = 0
        for _ in 0..<3000 {
            let text = Self.condition(depth: 3, &random)
            let predicate = try JSONPredicate(text)
            var budget = 100_000
            let holds = try predicate.holds(in: document, at: document.root, budget: &budget)
            let clause = predicate.firstFalseClause(in: document, at: document.root)
            #expect((clause == nil) == holds, "\(text)")
            guard let clause else { continue }
            valid += 1
            // What is named false is false by itself.
            #expect(try !JSONPredicate(clause.text).holds(in: document, at: document.root, budget: &budget), "\(text)")
        }
        #expect(valid > 500)
    }

    @Test func `the deepest expressions fit on a small stack`() throws {
        let deep = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
        let document = try JSONDocument(parsing: Array(deep.utf8))
        func nested(_ opening: String, _ inner: String, _ closing: String, _ count: Int) -> String {
            String(repeating: opening, count: count) + inner + String(repeating: closing, count: count)
        }
        let paths = [
            "$" + nested("[?@", "", "]", 31), "$[?" + nested("(", "@", ")", 60) + "]",
            "$[?" + nested("!(", "@", ")", 60) + "]", "$[?" + nested("length(", "@", ")", 60) + "==1]",
            "$" + String(repeating: "[*]", count: 62), "$" + nested("[?@[*]", "", "]", 31),
            "$[?match('a', '" + nested("(", "a", ")", 60) + "')]",
        ]
        let done = DispatchSemaphore(value: 0)
        let failures = Mutex<[String]>([])
        let thread = Thread {
            for text in paths {
                do throws(JSONPathError) {
                    var budget = 100_000
                    _ = try JSONPath(text).nodes(in: document, at: document.root, budget: &budget)
                } catch {
                    failures.withLock { $0.append("\(text): \(error)") }
                }
            }
            done.signal()
        }
        // Half a megabyte is the least that the platforms' pool threads have.
        thread.stackSize = 512 << 10
        thread.start()
        done.wait()
        #expect(failures.withLock { $0 }.isEmpty)
    }

    private static func condition(depth: Int, _ random: inout SeededGenerator) -> String {
        func pick(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "@" }
        func value() -> String {
            pick([
                "1", "'a'", "true", "null", "@.a[0]", "@.b.a", "$.length", "length(@.a)", "count(@..*)", "value(@..é)",
            ])
        }
        guard depth > 0 else {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return pick(["@.a", "@.missing", "$..b", "@.a[?@ > 1]", "@['b']['c']"])
            case 1: return pick(["match(@.b.a, 'b|c')", "search(@.a[4], 'é')", "match(@.b.a, @.a[3])"])
            default: return value() + pick([" == ", "!=", "<", " <=", ">", ">= "]) + value()
            }
        }
        func part() -> String { condition(depth: depth - 1, &random) }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return "\(part()) && \(part())"
        case 1: return "(\(part()) || \(part()))"
        case 2: return "!(\(part()))"
        case 3: return "( \(part()) )"
        default: return part()
        }
    }
}
