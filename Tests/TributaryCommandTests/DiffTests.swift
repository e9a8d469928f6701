// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel
import TributarySQLite
import TributarySigning

/// `tributary diff`: over folders of bodies, and over a store that an engine filled.
@Suite(.serialized) struct DiffTests {
    /// A mapping of sales; the second version takes the net amount and leaves small sales out.
    private static func acme(version: Int) -> String {
        """
        {"mapping": 1, "provider": "acme", "version": "\(version).0.0", "verify": {"scheme": "none"},
         "event": {"id": "$.id", "type": "$.type", "time": {"unix": "$.at"}},
         "rules": [{"id": "sale", "on": ["sale"], "at": "$.sale", "emit": "payment.succeeded", "key": ["payment", "@.id"],
           "where": "@.amount > \(version == 1 ? 0 : 100)",
           "set": {"total": {"minor": "@.\(version == 1 ? "amount" : "net")", "currency": "@.currency"},
           "raw.agent": {"header": "User-Agent"}}}]}
        """
    }

    private static func sale(_ id: String, _ amount: Int, _ currency: String = "EUR") -> String {
        #"{"id": "e\#(id)", "type": "sale", "at": 1790000000, "sale": "#
            + #"{"id": "\#(id)", "amount": \#(amount), "net": \#(amount - 19), "currency": "\#(currency)"}}"#
    }

    /// A folder with both versions and recorded bodies in all forms.
    private func folder() throws -> Sandbox {
        let folder = try Sandbox()
        try folder.write("old.json", Self.acme(version: 1))
        try folder.write("new.json", Self.acme(version: 2))
        try folder.write("recorded/a.json", Self.sale("1", 119))
        try folder.write("recorded/more/b.json", Self.sale("2", 50))
        let line = #"{"headers": {"user-agent": "Acme/1"}, "body": BODY}"#
        let inner = JSONValue.string(Self.sale("3", 219)).text
        try folder.write(
            "recorded/more/c.jsonl",
            [
                line.replacing("BODY", with: inner), "", line.replacing("BODY", with: Self.sale("4", 150, "JPY")),
                Self.sale("5", 1019),
            ].joined(separator: "\n")
        )
        try folder.write("recorded/broken.json", "{")
        try folder.write("recorded/notes.txt", "not a webhook")
        return folder
    }

    @Test(.timeLimit(.minutes(1))) func `the report stands in columns, by rule and field, with the money`() throws {
        let run = try CommandLineRun(["diff", "old.json", "new.json", "--corpus", "recorded"], in: folder())
        #expect(run.code == 1)
        #expect(
            run.output == """
                acme 1.0.0 → acme 2.0.0: 5 webhooks, 5 of them different
                1 bodies can be read by neither

                RULE AND CHANGE               COUNT  EXAMPLE      OLD → NEW
                sale
                  emitted → filtered              1  more/b.json
                  no event payment.succeeded      1  more/b.json  payment:2 → nothing
                  total.amount                    4  a.json       "1.19" → "1.00"

                events: 1 removed, 0 added, 4 changed

                MONEY              CURRENCY    OLD    NEW  DIFFERENCE
                payment.succeeded  EUR       14.07  13.00       -1.07
                payment.succeeded  JPY         150    131         -19

                """
        )
        #expect(try Sandbox.page("workshop").contains(run.output.indented), "Docs/workshop.md shows another report")
        #expect(run.complaint.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `headers of recorded lines count`() throws {
        let folder = try folder()
        try folder.write("new.json", Self.acme(version: 1).replacing("User-Agent", with: "X-Other"))
        let run = try CommandLineRun(["diff", "old.json", "new.json", "--corpus", "recorded", "--json"], in: folder)
        #expect(run.code == 1)
        let report = try JSONValue(parsing: Array(run.output.utf8))
        #expect(
            report["changes"] == [
                [
                    "rule": "sale", "change": "field", "field": "raw.agent", "count": 2, "example": "more/c.jsonl:1",
                    "old": "\"Acme/1\"", "new": .null,
                ]
            ]
        )
        #expect(report["events"] == ["added": 0, "removed": 0, "changed": 2])
        #expect(report["unreadable"] == 1)
        #expect(
            report["money"]?[0] == ["kind": "payment.succeeded", "currency": "EUR", "old": "14.07", "new": "14.07"]
        )
    }

    private static let acmes = ["old.json": acme(version: 1), "new.json": acme(version: 2), "c/a.json": sale("1", 119)]

    private static let cases: [CommandLineCase] = [
        .init(
            words: ["diff", "old.json", "old.json", "--corpus", "c"],
            files: acmes,
            code: 0,
            output: ["1 webhooks, 0 of them different\n"]
        ),
        .init(words: ["diff", "old.json"], files: acmes, code: 2, complaint: ["which two mappings?"]),
        .init(words: ["diff", "old.json", "new.json"], files: acmes, code: 2, complaint: ["--corpus DIR or --store"]),
        .init(
            words: ["diff", "old.json", "new.json", "--corpus", "c", "--store", "s"],
            files: acmes,
            code: 2,
            complaint: ["not both"]
        ),
        .init(
            words: ["diff", "old.json", "new.json", "--corpus", "gone"],
            files: acmes,
            code: 2,
            complaint: ["there is no folder gone"]
        ),
        .init(
            words: ["diff", "old.json", "new.json", "--corpus", "c"],
            files: ["old.json": acme(version: 1), "new.json": acme(version: 2), "c/notes.txt": ""],
            code: 2,
            complaint: ["there is no .json, .form or .jsonl file in c"]
        ),
        .init(
            words: ["diff", "old.json", "stripe", "--corpus", "c"],
            files: acmes,
            code: 2,
            complaint: ["the first mapping is of \"acme\" and the second of \"stripe\""]
        ),
        .init(
            words: ["diff", "old.json", "bad.json", "--corpus", "c"],
            files: acmes.merging(["bad.json": "{}"]) { $1 },
            code: 2,
            complaint: ["bad.json:1:1"]
        ),
        .init(
            words: ["diff", "old.json", "new.json", "--corpus", "c"],
            files: acmes.merging(["c/b.jsonl": "\n{"]) { $1 },
            code: 2,
            complaint: ["b.jsonl:2: "]
        ),
        .init(
            words: ["diff", "old.json", "new.json", "--store", "gone.db"],
            files: acmes,
            code: 2,
            complaint: ["there is no store at gone.db"]
        ),
        .init(
            words: ["diff", "old.json", "new.json", "--store", "c/a.json"],
            files: acmes,
            code: 2,
            complaint: ["c/a.json cannot be read as a store"]
        ),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: cases)
    func `0 says no difference, 1 differences, and 2 that nothing was compared`(_ row: CommandLineCase) throws {
        try row.check()
    }

    @Test(.timeLimit(.minutes(1))) func `a store that an engine filled is compared, and only read`() async throws {
        let folder = try Sandbox()
        let path = folder.url("t.db").path
        let now = Timestamp(unixSeconds: 1_790_000_200)
        let secret = Secret("whsec_diff_tests")
        var configuration = Configuration()
        configuration.providers = [
            ProviderInstance(name: "shop-eu", mapping: "stripe", secrets: [secret]),
            ProviderInstance(name: "shop-us", mapping: "stripe", secrets: [secret]),
        ]
        let store = try SQLiteStore(path: path)
        let engine = try Engine(configuration, store: store, now: { now })
        let sale = try Sandbox.sample("1-sale.json")
        // More than one page, from two instances.
        for number in 0..<70 {
            let body = Array(sale.replacing("evt_", with: "evt_\(number)_").utf8)
            let headers = try WebhookSigner(.stripe).sign(body: body, secret: secret, now: now)
            let provider = number % 2 == 0 ? "shop-eu" : "shop-us"
            let receipt = try await engine.receive(Webhook(provider: provider, headers: headers, body: body))
            #expect(receipt.status == 200)
        }
        let shipped = try #require(ShippedMappings.mapping("stripe"))
        let changed = String(decoding: shipped, as: UTF8.self).replacing(
            #""const": "one_time""#,
            with: #""const": "other""#
        )
        try folder.write("new.json", changed)
        // While the store is open, as a daemon has it.
        let run = try CommandLineRun(["diff", "stripe", "new.json", "--store", path, "--json"], in: folder)
        #expect(run.code == 1, "\(run.complaint)")
        let report = try JSONValue(parsing: Array(run.output.utf8))
        #expect(report["webhooks"] == 70)
        #expect(report["changed"] == 70)
        let change = try #require(report["changes"]?[0])
        #expect(change["field"] == "phase")
        #expect(change["count"] == 70)
        #expect(change["example"] == "webhook 1")
        await store.close()
        #expect(try CommandLineRun(["diff", "stripe", "stripe", "--store", path], in: folder).code == 0)
    }
}
