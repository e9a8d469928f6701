// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

@Suite struct PathConformanceTests {
    @Test func `the suite is there and whole`() throws {
        let cases = try PathConformanceSuite().cases
        #expect(cases.count == 703)
        #expect(cases.allSatisfy { $0.isInvalid || (!$0.results.isEmpty && $0.paths.count == $0.results.count) })
    }

    @Test func `every invalid selector is refused`() throws {
        let invalid = try PathConformanceSuite().cases.filter(\.isInvalid)
        #expect(invalid.count == 247)
        for test in invalid {
            let error = #expect(throws: JSONPathError.self, "\(test.name): \(test.selector)") {
                try JSONPath(test.selector)
            }
            #expect((0...test.selector.utf8.count).contains(error?.offset ?? 0), "\(test.name)")
        }
    }

    @Test func `every valid selector selects the values and paths of the suite`() throws {
        let valid = try PathConformanceSuite().cases.filter { !$0.isInvalid }
        #expect(valid.count == 456)
        for test in valid {
            do {
                let path = try JSONPath(test.selector)
                let document = try JSONDocument(parsing: test.document)
                var budget = JSONPath.budgetDefault
                let nodes = try path.nodes(in: document, at: document.root, budget: &budget)
                let paths = nodes.map(document.normalizedPath)
                let expected = try test.results.indices.contains { answer in
                    try test.paths[answer] == paths && isSame(nodes, of: document, as: test.results[answer])
                }
                #expect(expected, "\(test.name): \(test.selector) selects \(paths)")
                if path.isSingular { #expect(path.node(in: document, at: document.root) == nodes.first) }
            } catch {
                Issue.record("\(test.name): \(test.selector): \(error)")
            }
        }
    }

    @Test func `every normalized path of the suite selects the node that it names`() throws {
        for test in try PathConformanceSuite().cases where !test.isInvalid {
            let document = try JSONDocument(parsing: test.document)
            for text in test.paths.joined() {
                let path = try JSONPath(text)
                let node = try #require(path.node(in: document, at: document.root), "\(test.name): \(text)")
                #expect(document.normalizedPath(node) == text)
            }
        }
    }

    /// Whether the nodes have the values of a JSON array, compared as JSON and not as text.
    private func isSame(_ nodes: [JSONNode], of document: JSONDocument, as expected: [UInt8]) throws -> Bool {
        let actual = nodes.map { document.bytes[document.byteRange($0)] }.joined(separator: [UInt8(ascii: ",")])
        let both = [UInt8]("[[".utf8) + actual + [UInt8]("],".utf8) + expected + [UInt8]("]".utf8)
        let pair = try JSONDocument(parsing: both, limits: .file)
        guard let one = pair.element(pair.root, at: 0), let other = pair.element(pair.root, at: 1) else { return false }
        return pair.equal(one, other)
    }
}
