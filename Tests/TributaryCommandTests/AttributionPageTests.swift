// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel
import TributaryTesting

@testable import TributaryCommand

/// Every snippet of Docs/attribution.md is run.
///
/// What a fenced block is stands behind its language: `configuration` is what the daemon is started with, `sinks` are sinks of one,
/// `post=PATH` is what a backend sends there, `answer` what comes back, `metadata` what goes into a checkout. Blocks of `sh` are
/// transcripts, blocks of `swift` stand in this file, and those of `js` and `html` are compared with what the daemon takes.
@Suite(.timeLimit(.minutes(2))) struct AttributionPageTests {
    private static let variables = [
        "TRIBUTARY_TOKEN": "5f4dcc3b5aa765d61d8327deb882cf99", "AFFONSO_API_KEY": "sk_1",
        "TRIBUTARY_COOKIE_TOKEN": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    ]

    /// The page's configuration, on a free port.
    private static func configuration(_ block: PageBlock) throws -> JSONValue {
        let shown = try JSONValue(parsing: Array(block.text.utf8))
        return .object(
            (shown.members ?? []) + [.init("listen", "127.0.0.1:0"), .init("store", ["sqlite": "t.db"])]
        )
    }

    @Test func `every snippet does what the page says`() throws {
        let blocks = try PageBlock.all(of: "attribution")
        let folder = try Sandbox()
        let shown = try #require(blocks.first { $0.kind == "configuration" })
        try folder.write("tributary.json", try Self.configuration(shown).text)
        let daemon = try Daemon(in: folder, environment: Self.variables)
        var counts: [String: Int] = [:]
        var click = ""
        var answer = JSONValue.null
        for block in blocks {
            let place = "attribution.md:\(block.line)"
            counts[block.kind.isEmpty ? block.language : block.kind, default: 0] += 1
            switch (block.language, block.kind) {
            case ("json", "configuration"): break
            case ("json", "sinks"):
                let sinks = try JSONValue(parsing: Array(block.text.utf8))
                for sink in sinks.elements ?? [sinks] {
                    let whole: JSONValue = ["sinks": sink]
                    try folder.write("sinks.json", whole.text)
                    let run = try CommandLineRun(["check", "sinks.json"], in: folder, environment: Self.variables)
                    #expect(run.code == 0, "\(place): \(run.output)")
                }
            case ("json", "post"):
                try folder.write("body.json", block.text.replacing("tbc_…", with: click))
                let token = Self.variables["TRIBUTARY_TOKEN"] ?? ""
                let line =
                    "curl -s -m 10 -w '\\n%{http_code}' -H 'Content-Type: application/json' -H 'Authorization: Bearer \(token)' "
                    + "--data-binary @body.json \(daemon.url)\(block.detail)"
                let lines = try CommandLineRun(shell: line, in: folder).output.split(separator: "\n")
                #expect(lines.last == "200", "\(place): \(lines)")
                answer = try JSONValue(parsing: Array((lines.first ?? "").utf8))
                click = answer["click"]?.string ?? click
            case ("json", "answer"):
                let expected = try JSONValue(parsing: Array(block.text.utf8))
                #expect(Self.fits(expected, answer), "\(place): \(answer.text)")
            case ("json", "metadata"):
                let metadata = try JSONValue(parsing: Array(block.text.replacing("tbc_…", with: click).utf8))
                var event = SampleEvents.payment("in_1", customer: nil)
                event.attribution.params = (metadata.members ?? []).map { .init($0.name, $0.value.string ?? "") }
                AttributionKeys().apply(to: &event)
                #expect(event.attribution.landing == click && event.customer.user == "user_7", "\(place)")
            case ("html", _):
                let path = try #require(block.text.split(separator: "\"").first { $0.hasPrefix("https://") })
                #expect(path.hasSuffix("/js/tributary.js"))
                let run = try CommandLineRun(shell: "curl -s -f -m 10 \(daemon.url)/js/tributary.js", in: folder)
                #expect(run.code == 0 && run.output.contains("clickID"), "\(place)")
            case ("js", _):
                // A sign-up takes these members and no others.
                for name in ["id", "user", "email", "click"] { #expect(block.text.contains("\(name): "), "\(place)") }
                #expect(block.text.components(separatedBy: ": ").count == 5, "\(place)")
            case ("sh", _): try Self.transcript(block, in: folder)
            case ("swift", _): try Self.stands(block)
            default: Issue.record("\(place): a block that nobody runs: \(block.language) \(block.kind)")
            }
        }
        #expect(daemon.stop() == 0)
        #expect(
            counts["post"] == 5 && counts["swift"] == 3 && counts["sh"] == 1 && counts["metadata"] == 1,
            "\(counts)"
        )
    }

    /// Whether an answer is as shown; a text that ends with `…` stands for all that begin so.
    private static func fits(_ shown: JSONValue, _ found: JSONValue) -> Bool {
        guard let members = shown.members else {
            guard let text = shown.string, text.hasSuffix("…") else { return shown == found }
            return found.string?.hasPrefix(text.dropLast()) ?? false
        }
        guard found.members?.map(\.name) == members.map(\.name) else { return false }
        return members.allSatisfy { member in found[member.name].map { fits(member.value, $0) } ?? false }
    }

    private static func transcript(_ block: PageBlock, in folder: Sandbox) throws {
        let lines = block.text.split(separator: "\n").map(String.init)
        let command = try #require(lines.first).dropFirst(2)
        let run = try CommandLineRun(shell: "exec 2>&1; \(command)", in: folder)
        let found = run.output.split(separator: "\n").map(String.init)
        #expect(PageBlock.fits(lines[1...], found[...]), "attribution.md:\(block.line): \(run.output)")
    }

    /// A snippet in Swift is compiled because it stands in this file, word for word.
    private static func stands(_ block: PageBlock) throws {
        let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        let lines = Set(source.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
        for line in block.text.split(separator: "\n") where !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") {
            #expect(lines.contains(line.trimmingCharacters(in: .whitespaces)), "attribution.md:\(block.line): \(line)")
        }
    }

    @Test func `the snippets in Swift do the same as those that are posted`() async throws {
        let shown = try #require(try PageBlock.all(of: "attribution").first { $0.kind == "configuration" })
        let secrets = SecretResolver { reference in
            if case .environment(let name) = reference { Self.variables[name].map { Array($0.utf8) } } else { nil }
        }
        let store = MemoryStore()
        let engine = try Engine(try Configuration(try Self.configuration(shown), secrets: secrets), store: store)
        let euro = try #require(Currency("EUR"))

        let visit = Visit(url: "https://shop.example/?ref=sarah", consent: true)
        let click = try await engine.click(visit)

        let cookie = try #require(
            click.setCookie?.split(separator: ";").first?.split(separator: "=").last.map(String.init)
        )
        let lead = Lead(id: "signup-1001", user: "user_7", email: "ada@example.com", click: cookie)
        let leadReceipt = try await engine.lead(lead)

        var paid = Event(
            id: "order-1001-paid",
            source: "backend",
            kind: .paymentSucceeded,
            key: Reference("order", "1001"),
            time: .now,
            provider: ProviderFacts(name: "backend", event: "order-1001-paid", type: "payment.succeeded")
        )
        paid.total = Money(minor: 4900, euro)
        paid.customer.user = "user_7"
        let recordReceipt = try await engine.record([paid])

        #expect(leadReceipt.status == 200 && recordReceipt.status == 200)
        let events = try await store.events(after: 0, limit: 10)
        #expect(events.map(\.event.kind) == [.clickRecorded, .customerCreated, .paymentSucceeded])
        #expect(events[1].event.attribution.landing == click.click?.text)
    }
}
