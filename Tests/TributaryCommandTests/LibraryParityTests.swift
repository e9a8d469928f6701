// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryMapping
import TributaryModel
import TributarySQLite

@testable import TributaryCommand

/// What the merchant's backend can do over HTTP is a call of the library with the same effect.
@Suite(.timeLimit(.minutes(2))) struct LibraryParityTests {
    private static let variables = [
        "T": "5f4dcc3b5aa765d61d8327deb882cf99", "C": "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "K": "key",
    ]

    private static let configuration = """
        { "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" },
          "tokens": [{ "name": "backend", "secret": "env:T", "scopes": ["events", "leads", "clicks"] }],
          "attribution": { "touch": "last" },
          "capture": { "origins": ["https://shop.example"], "cookie": { "secret": "env:C" } },
          "sinks": { "lines": { "use": "lines", "path": "out.jsonl", "organic": true } } }
        """

    /// One thing that is told.
    enum Item: Sendable, CustomTestStringConvertible {
        case event(String)
        case lead(Lead, String)
        case click(Visit, String)

        var testDescription: String {
            switch self {
            case .event(let json): json
            case .lead(_, let json), .click(_, let json): json
            }
        }
    }

    private static func event(_ id: String, _ type: String, _ data: String = "{}", live: Bool = true) -> Item {
        .event(
            """
            {"specversion":"1.0","id":"\(id)","source":"backend","type":"\(type)","subject":"thing:\(id)",\
            "time":"2026-11-21T08:00:00Z","data":\(data)}
            """
            .replacing(
                #""data":{"#,
                with: #""data":{"provider":{"name":"backend","event":"\#(id)","type":"\#(type)"},"live":\#(live),"#
            )
            .replacing(",}", with: "}")
        )
    }

    private static let total = #""total":{"amount":"49.00","currency":"EUR"}"#

    private static let items: [Item] = [
        event(
            "e1",
            "payment.succeeded",
            "{\(total),\"customer\":{\"user\":\" user_7 \"},\"attribution\":{\"params\":{\"ref\":\"sarah\"}}}"
        ),
        event("e1", "payment.succeeded", "{\(total),\"customer\":{\"user\":\"another\"}}"),
        event("e2", "refund.succeeded", "{\(total),\"aliases\":[\"thing:e1\"]}"),
        event("e3", "milestone.reached", #"{"milestone":"onboarded","customer":{"user":"user_7"}}"#),
        event("e4", "subscription.trial_started", #"{"subscription":{"ref":"sub_1"},"customer":{"user":"user_7"}}"#),
        event("e5", "dispute.lost", "{\(total),\"aliases\":[\"thing:e1\"]}"),
        event("e6", "payment.succeeded", "{\(total)}", live: false), event("e7", "payment.succeeded", "{}"),
        event("e8", "click.recorded", "{}"),
        .lead(
            Lead(
                id: "l1",
                user: "user_7",
                email: "ada@example.com",
                click: "other_click",
                params: [.init("via", "tom")]
            ),
            #"{"id":"l1","user":"user_7","email":"ada@example.com","click":"other_click","params":{"via":"tom"}}"#
        ), .lead(Lead(id: "l1", user: "user_8"), #"{"id":"l1","user":"user_8"}"#),
        .lead(Lead(id: "l2", user: "t", live: false), #"{"id":"l2","user":"t","live":false}"#),
        .click(
            Visit(url: "https://shop.example/?ref=sarah&utm_source=blog", referrer: "https://blog.example/x?secret=1"),
            #"{"url":"https://shop.example/?ref=sarah&utm_source=blog","referrer":"https://blog.example/x?secret=1"}"#
        ),
        .click(Visit(url: "https://shop.example/"), #"{"url":"https://shop.example/"}"#),
        .click(
            Visit(url: "https://shop.example/?ref=s", consent: false),
            #"{"url":"https://shop.example/?ref=s","consent":false}"#
        ),
        .click(
            Visit(url: "https://shop.example/?ref=s", live: false),
            #"{"url":"https://shop.example/?ref=s","live":false}"#
        ),
    ]

    /// What is the same wherever it was told: ids of clicks are random, and moments of arrival differ.
    private static func essence(_ store: SQLiteStore) async throws -> [String] {
        try await store.events(after: 0, limit: 1000).map { stored in
            let known = stored.event.cloudEvent.text.replacing(/tbc_[A-Za-z0-9_-]+/, with: "tbc")
            let told = known.replacing(/"time":"[^"]*"/, with: "")
            return "\(stored.entry.siblingOf == nil ? "new" : "known") \(stored.entry.scope.isLive) \(told)"
        }
    }

    @Test func `the same items posted and passed leave the same in the store`() async throws {
        let posted = try Sandbox()
        let passed = try Sandbox()
        for folder in [posted, passed] { try folder.write("tributary.json", Self.configuration) }
        let daemon = try Daemon(in: posted, environment: Self.variables)
        let secrets = SecretResolver { reference in
            if case .environment(let name) = reference { Self.variables[name].map { Array($0.utf8) } } else { nil }
        }
        let json = try JSONValue(parsing: Array(Self.configuration.utf8))
        let store = try SQLiteStore(path: passed.url("t.db").path)
        let engine = try Engine(
            try Configuration(json, secrets: secrets),
            store: store,
            plugins: BuiltIn.plugins(mappingsFolder: nil)
        )
        for item in Self.items {
            let (path, status) = try await Self.pass(item, to: engine)
            try posted.write("body", item.testDescription)
            let line =
                "curl -s -m 10 -o answer -w '%{http_code}' -H 'Content-Type: application/json' "
                + "-H 'Authorization: Bearer \(Self.variables["T"] ?? "")' --data-binary @body \(daemon.url)\(path)"
            let run = try CommandLineRun(shell: line, in: posted)
            let answer = try posted.read("answer")
            #expect(run.output == String(status), "\(item.testDescription): \(answer)")
        }
        #expect(daemon.stop() == 0)
        let daemons = try SQLiteStore(path: posted.url("t.db").path)
        let one = try await Self.essence(daemons)
        let other = try await Self.essence(store)
        #expect(one == other)
        #expect(one.count == 10, "\(one)")
        await daemons.close()
        await store.close()
    }

    private static func pass(_ item: Item, to engine: Engine) async throws -> (path: String, status: Int) {
        switch item {
        case .event(let text):
            let json = try JSONValue(parsing: Array(text.utf8))
            // An event that cannot be one is no value of the type, and is refused there.
            guard let event = try? Event(cloudEvent: json) else { return ("/v1/events", 422) }
            return ("/v1/events", try await engine.record([event]).status)
        case .lead(let lead, _): return ("/v1/leads", try await engine.lead(lead).status)
        case .click(let visit, _): return ("/v1/clicks", try await engine.click(visit, source: "backend").status)
        }
    }

    @Test(arguments: ["stripe", "polar", "paddle"])
    func `attachments are the same from the command and from the library`(_ provider: String) throws {
        let run = try CommandLineRun(
            ["attach", provider, "--params", "tributary_click=tbc_1", "--params", "user_id=user_7", "--json"],
            in: Sandbox()
        )
        let printed = try JSONValue(parsing: Array(run.output.utf8)).elements ?? []
        let request = AttachRequest(params: [.init("tributary_click", "tbc_1"), .init("user_id", "user_7")])
        let attachments = try Mapping.shipped(provider).attachments(for: request)
        #expect(!printed.isEmpty)
        #expect(printed.map { $0["content"] ?? .null } == attachments.map(\.content))
        #expect(printed.map { $0["call"]?.string ?? "" } == attachments.map(\.call))
    }
}
