// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryMapping
import TributaryModel

@Suite struct DiagnosticsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Fixtures/diagnostics"
    )

    private static var cases: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
        }
    }

    /// What a user sees: the errors, or the warnings of a file without errors, lints over its fixtures among them.
    private static func diagnostics(_ bytes: [UInt8]) -> MappingDiagnostics {
        do {
            return try MappingFile(parsing: bytes, file: "mapping.json").lint { _ in nil }
        } catch {
            return error
        }
    }

    @Test(arguments: try cases)
    func `each mistake is told as in its golden text`(name: String) throws {
        let place = Self.folder.appending(path: name)
        let found = Self.diagnostics(Array(try Data(contentsOf: place.appending(path: "mapping.json"))))
        let golden = place.appending(path: "expected.txt")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try Data(found.text(colour: false).utf8).write(to: golden)
        }
        #expect(found.text(colour: false) == String(decoding: try Data(contentsOf: golden), as: UTF8.self))
    }

    @Test func `there are golden texts for nearly every code`() throws {
        var codes: Set<MappingDiagnostic.Code> = []
        for name in try Self.cases {
            let bytes = Array(try Data(contentsOf: Self.folder.appending(path: name).appending(path: "mapping.json")))
            codes.formUnion(Self.diagnostics(bytes).items.map(\.code))
        }
        #expect(Set(MappingDiagnostic.Code.allCases).subtracting(codes).isEmpty)
    }

    @Test func `all errors of a file come at once, in the order of the file`() throws {
        let bytes = Array(try Data(contentsOf: Self.folder.appending(path: "all-at-once/mapping.json")))
        let items = Self.diagnostics(bytes).items
        #expect(items.count >= 10)
        #expect(
            items.map { [$0.line, $0.column] }
                == items.map { [$0.line, $0.column] }.sorted { $0.lexicographicallyPrecedes($1) }
        )
    }

    @Test func `a sound file has no diagnostics`() throws {
        let file = try MappingFile(parsing: Array(Sample.text(rules: Sample.rule("")).utf8), file: "x.json")
        #expect(file.warnings.items.isEmpty)
        #expect(file.warnings.text(colour: false).isEmpty)
    }

    @Test func `machines get code, place, message and hint`() throws {
        let text = Sample.text(further: #""tets": []"#)
        let error = try #require(throws: MappingDiagnostics.self) {
            try MappingFile(parsing: Array(text.utf8), file: "x.json")
        }
        #expect(
            error.json.text == #"[{"severity":"error","code":"M101","name":"unknown-key","file":"x.json","line":2,"#
                + #""column":89,"message":"there is no key \"tets\" in a mapping file","#
                + #""hint":"did you mean \"tests\"?"}]"#
        )
    }

    @Test func `colours surround the same words`() throws {
        let error = try #require(throws: MappingDiagnostics.self) { try MappingFile(parsing: [0x7B], file: "x.json") }
        let coloured = error.text(colour: true)
        #expect(coloured.contains("\u{1B}[31merror[M001 not-json]\u{1B}[0m"))
        #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == error.text(colour: false))
    }

    @Test(arguments: [
        ("cat", "cat", 0), ("cat", "act", 1), ("cat", "cut", 1), ("cat", "ca", 1), ("", "abc", 3), ("abc", "", 3),
        ("souce", "source", 1), ("kitten", "sitting", 3),
    ])
    func `spelling counts slips of the keyboard`(first: String, second: String, distance: Int) {
        #expect(SpellingDistance.between(first, second) == distance)
    }
}
