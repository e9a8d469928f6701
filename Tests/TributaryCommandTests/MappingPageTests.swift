// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryJSON
import TributaryMapping
import TributaryModel

/// Every snippet of Docs/mapping.md is run.
///
/// What a fenced block is stands behind its language: `file=NAME` is written into a folder, `body` is a webhook, `set`,
/// `verify` and `mapping` are parts of a mapping that are put into a small whole one, and `gives` is what then comes out. Blocks
/// of `sh` are transcripts, run in order in that folder.
@Suite struct MappingPageTests {
    private static func blocks() throws -> [PageBlock] { try PageBlock.all(of: "mapping") }

    /// What the fragments of the page are put into.
    private static let frame: JSONValue = [
        "mapping": 1, "provider": "acme", "version": "1.0.0", "verify": ["preset": "standard-webhooks"],
        "event": ["id": "$.id", "type": "$.type", "time": ["unix": "$.created"]], "rules": [],
    ]

    private static func with(_ parts: [JSONValue.Member]) -> JSONValue {
        let names = Set(parts.map(\.name))
        return .object((frame.members ?? []).filter { !names.contains($0.name) } + parts)
    }

    /// A mapping whose only rule fills what a fragment says.
    private static func rule(_ set: JSONValue) -> JSONValue {
        with([
            .init(
                "rules",
                [
                    [
                        "id": "shown", "on": ["paid"], "at": "$.data", "emit": "customer.created",
                        "key": ["sale", "$.id"],
                        "set": set,
                    ]
                ]
            )
        ])
    }

    // MARK: Snippets

    @Test func `every snippet compiles, and gives what the page says`() throws {
        var mapping: Mapping?
        var body: [UInt8] = []
        var headers = HeaderFields()
        var counts: [String: Int] = [:]
        for block in try Self.blocks() where block.language != "sh" {
            let place = "mapping.md:\(block.line)"
            counts[block.kind, default: 0] += 1
            let bytes = Array(block.text.utf8)
            switch block.kind {
            case "file": break
            case "body":
                body = bytes
                headers = HeaderFields()
                let header = block.detail.split(separator: ":", maxSplits: 1).map(String.init)
                if header.count == 2 { headers.append(header[0], header[1]) }
            case "set", "verify", "mapping":
                let json = try JSONValue(parsing: bytes)
                let whole =
                    switch block.kind {
                    case "set": Self.rule(json)
                    case "verify": Self.with([.init("verify", json)])
                    default: Self.with(json.members ?? [])
                    }
                do {
                    mapping = try Mapping(parsing: whole.encoded(), file: place)
                    for report in mapping?.runTests(fixtures: { _ in nil }) ?? [] {
                        #expect(report.passed, "\(report)")
                    }
                } catch {
                    mapping = nil
                    Issue.record("\(place): \(error)")
                }
            case "gives":
                guard let results = try mapping?.results(from: body, headers: headers, received: .init(unixSeconds: 1))
                else { continue }
                let shown = results.map(Self.shown)
                let whole = shown.count == 1 ? shown[0] : .array(shown)
                if block.language == "text" {
                    #expect(whole.string == block.text, "\(place)")
                } else {
                    #expect(Self.sorted(whole) == Self.sorted(try JSONValue(parsing: bytes)), "\(place): \(whole.text)")
                }
            default: Issue.record("\(place): a block that nobody runs: \(block.language) \(block.kind)")
            }
        }
        #expect(counts["gives", default: 0] >= 25)
    }

    /// What the page shows of a result: the fields of its events, or its outcome in words.
    private static func shown(_ result: MappingResult) -> JSONValue {
        let events = result.outcome.events.map { event -> JSONValue in
            let json = event.cloudEvent
            let data = (json["data"]?.members ?? []).filter { $0.name != "provider" }
            let envelope = [JSONValue.Member("kind", json["type"] ?? .null), .init("key", json["subject"] ?? .null)]
            return .object(envelope + [.init("time", json["time"] ?? .null), .init("id", json["id"] ?? .null)] + data)
        }
        guard !events.isEmpty else { return .string("\(result.outcome)") }
        return events.count == 1 ? trimmed(events[0]) : .array(events.map(trimmed))
    }

    /// The event without what the frame of a fragment fills.
    private static func trimmed(_ event: JSONValue) -> JSONValue {
        let usual: [String: JSONValue] = [
            "kind": "customer.created", "key": "sale:evt_1", "time": "2026-11-21T08:30:00Z", "id": "evt_1",
        ]
        return .object((event.members ?? []).filter { usual[$0.name] != $0.value })
    }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number, .string: value
        case .array(let elements): .array(elements.map(sorted))
        case .object(let members):
            .object(members.map { .init($0.name, sorted($0.value)) }.sorted { $0.name < $1.name })
        }
    }

    @Test func `the page names every key, operator, kind and target`() throws {
        let text = try Sandbox.page("mapping")
        let schema = try JSONValue(parsing: ShippedMappings.schema)
        var names = (schema["properties"]?.members ?? []).map { "`\($0.name)`" }
        names += (schema["$defs"]?["kind"]?["enum"]?.elements ?? []).compactMap(\.string).map { "`\($0)`" }
        names += (schema["$defs"]?["rule"]?["properties"]?.members ?? []).map(\.name).filter { $0 != "id" }
        for target in schema["$defs"]?["set"]?["properties"]?.members ?? [] {
            // A row may name several targets of one group by their last part.
            let last = target.name.split(separator: ".").last.map(String.init) ?? target.name
            #expect(text.contains("`\(target.name)`") || text.contains("`.\(last)`"), "\(target.name)")
        }
        for (name, value) in (schema["$defs"]?.members ?? []).map({ ($0.name, $0.value) }) {
            guard let required = value["required"]?[0]?.string, value["properties"]?[required] != nil else { continue }
            if !["rule", "test", "event"].contains(name) { names.append("\"\(required)\"") }
        }
        for name in names { #expect(text.contains(name), "\(name)") }
    }

    // MARK: Transcripts

    @Test(.timeLimit(.minutes(3))) func `every transcript shows what the program prints`() throws {
        let folder = try Sandbox()
        var commands = 0
        for block in try Self.blocks() {
            if block.kind == "file" { try folder.write(block.detail, block.text + "\n") }
            guard block.language == "sh" else { continue }
            var expected: [String] = []
            var command: String?
            func check() throws {
                guard let command else { return }
                commands += 1
                let run = try CommandLineRun(shell: "exec 2>&1; \(command)", in: folder)
                let found = run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                #expect(
                    PageBlock.fits(expected[...], found[...]),
                    "mapping.md:\(block.line): \(command)\n\(run.output)\(run.complaint)"
                )
            }
            for line in block.text.split(separator: "\n", omittingEmptySubsequences: false) {
                guard line.hasPrefix("$ ") else {
                    expected.append(String(line))
                    continue
                }
                try check()
                command = String(line.dropFirst(2))
                expected = []
            }
            try check()
        }
        #expect(commands >= 8)
    }
}
