// SPDX-License-Identifier: Apache-2.0

import Foundation
import TributaryJSON

/// The JSONPath compliance test suite, read from beside the package.
struct PathConformanceSuite {
    /// One case: a selector, and either a document with what it selects, or the statement that it is invalid.
    struct Case {
        let name: String
        let selector: String
        let isInvalid: Bool
        let document: [UInt8]
        /// The texts of the arrays of values that are right answers.
        let results: [[UInt8]]
        /// The normalized paths that belong to each of ``results``.
        let paths: [[String]]
    }

    /// The suite is not where it is expected.
    struct Missing: Error, CustomStringConvertible {
        let path: String
        var description: String {
            "no conformance suite at \(path); set TRIBUTARY_SUITES to the folder that holds jsonpath-cts/cts.json"
        }
    }

    let cases: [Case]

    init() throws {
        let file = Self.folder.appending(path: "jsonpath-cts/cts.json")
        guard let data = FileManager.default.contents(atPath: file.path) else { throw Missing(path: file.path) }
        let suite = try JSONDocument(parsing: [UInt8](data), limits: .file)
        let tests = try JSONPath("$.tests[*]")
        var budget = JSONPath.budgetDefault
        cases = try tests.nodes(in: suite, at: suite.root, budget: &budget).map { try Self.read($0, in: suite) }
    }

    private static var folder: URL {
        if let folder = ProcessInfo.processInfo.environment["TRIBUTARY_SUITES"] { return URL(filePath: folder) }
        // Tests/TributaryJSONTests/Path/ of the package, beside which `shared` stands.
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../shared/suites")
            .standardizedFileURL
    }

    private static func read(_ test: JSONNode, in suite: JSONDocument) throws -> Case {
        func bytes(_ node: JSONNode) -> [UInt8] { Array(suite.bytes[suite.byteRange(node)]) }
        func children(_ list: JSONNode?) -> [JSONNode] {
            var nodes: [JSONNode] = []
            var place = list.flatMap(suite.firstChild)
            while let node = place {
                nodes.append(node)
                place = suite.nextSibling(node)
            }
            return nodes
        }
        func strings(_ list: JSONNode) -> [String] { children(list).compactMap(suite.string) }
        let result = suite.member(test, "result").map { [$0] } ?? children(suite.member(test, "results"))
        let paths = suite.member(test, "result_paths").map { [$0] } ?? children(suite.member(test, "results_paths"))
        return Case(
            name: suite.member(test, "name").flatMap(suite.string) ?? "",
            selector: suite.member(test, "selector").flatMap(suite.string) ?? "",
            isInvalid: suite.member(test, "invalid_selector").flatMap(suite.bool) ?? false,
            document: suite.member(test, "document").map(bytes) ?? [],
            results: result.map(bytes),
            paths: paths.map(strings)
        )
    }
}
