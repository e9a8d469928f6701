// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import TributaryLedger
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import Tributary

/// What an engine sees that its mapping does not know, from the webhook to the store.
@Suite struct DriftTests {
    private static let secret = Secret("whsec_engine_tests")
    private static let now = Timestamp(unixSeconds: 1_790_000_200)

    private static func mapping(_ reasons: String = #"{ "cycle": "renewal" }"#) -> [UInt8] {
        Array(
            """
            { "mapping": 1, "provider": "acme", "version": "1", "api": ["v1"], "verify": { "preset": "stripe" },
              "event": { "id": "$.id", "type": "$.type", "time": { "unix": "$.at" }, "api": "$.api" },
              "rules": [ { "id": "paid", "on": ["paid"], "emit": "payment.succeeded", "key": ["payment", "$.id"],
                "set": { "phase": { "map": "$.reason", "to": \(reasons), "else": "other" },
                         "customer.ref": { "map": "$.plan", "to": { "gold": "g" } },
                         "total": { "minor": "$.cents", "currency": "$.currency" } } } ],
              "ignore": [ { "on": ["ping"], "why": "no money moved" } ],
              "tests": [ { "name": "sale", "event": "fixtures/sale.json", "expect": [] },
                { "name": "other", "unmapped": true, "event": { "id": "1", "type": "paid", "at": 1, "cents": 1,
                  "currency": "eur", "reason": "known_to_tests", "lines": [ { "sku": "a" } ] } } ] }
            """.utf8
        )
    }

    private static let fixture = Array(
        #"{"id":"1","type":"paid","at":1,"api":"v1","cents":1,"currency":"eur","reason":"cycle","plan":"gold"}"#.utf8
    )

    /// An engine with its recorder, driven turn by turn.
    private final class Site {
        let store: MemoryStore
        let engine: Engine
        let recorder: DriftRecorder
        let log = Mutex<[Log.Entry]>([])
        let lines: Lines
        var course: DriftRecorder.Course?

        final class Lines: Sendable {
            private let entries = Mutex<[Log.Entry]>([])
            func add(_ entry: Log.Entry) { entries.withLock { $0.append(entry) } }
            var all: [Log.Entry] { entries.withLock { $0 } }
            func count(_ message: String) -> Int { all.count { $0.message == message } }
        }

        init(_ store: MemoryStore = MemoryStore()) throws {
            self.store = store
            var configuration = Configuration()
            configuration.providers = [ProviderInstance(name: "shop", mapping: "acme", secrets: [secret])]
            var plugins = Plugins { $0 == "acme" ? (mapping(), "acme.json") : nil }
            plugins.fixture = { $1 == "fixtures/sale.json" ? fixture : nil }
            let sensor = DriftSensor()
            let lines = Lines()
            self.lines = lines
            engine = try Engine(configuration, store: store, plugins: plugins, drift: sensor, now: { now })
            recorder = DriftRecorder(sensor, store: store, log: Log(level: .debug) { lines.add($0) }, now: { now })
        }

        func receive(_ members: String, type: String = "paid", id: String = "1") async throws {
            let base = #""id":"\#(id)","type":"\#(type)","at":1790000000,"cents":1,"currency":"eur""#
            let bytes = Array("{\(base)\(members.isEmpty ? "" : ",")\(members)}".utf8)
            let headers = try WebhookSigner(.stripe).sign(body: bytes, secret: secret, now: now)
            let receipt = try await engine.receive(Webhook(provider: "shop", headers: headers, body: bytes))
            #expect(receipt.status == 200)
        }

        /// Lets the recorder do what is due, and what is due later, too.
        func turn() async throws -> [Observation] {
            if course == nil { course = await recorder.begin() }
            guard var course else { return [] }
            course.turns = DriftRecorder.turnsPerWrite - 1
            await recorder.turn(&course)
            self.course = course
            return try await store.observations()
        }
    }

    private func keys(_ observations: [Observation]) -> Set<Observation.Key> { Set(observations.map(\.key)) }

    @Test func `what the mapping and its tests know is no drift`() async throws {
        let site = try Site()
        for id in 0..<5 { try await site.receive(#""reason":"cycle","plan":"gold","api":"v1""#, id: "\(id)") }
        try await site.receive(#""reason":"known_to_tests","lines":[{"sku":"b"},{"sku":"c"}]"#, id: "9")
        try await site.receive(#""whatever":1"#, type: "ping", id: "10")
        #expect(try await site.turn() == [])
        #expect(site.lines.all.isEmpty)
    }

    @Test func `types, values, fields and versions are counted, sampled and told once`() async throws {
        let site = try Site()
        for id in 0..<3 {
            try await site.receive(
                #""reason":"upgrade","plan":"Ada Lovelace","api":"v2","tip":{"amount":5,"by":"ada@example.com"}"#,
                id: "\(id)"
            )
            try await site.receive(#""x":1"#, type: "paid.later", id: "later_\(id)")
            try await site.receive("", type: "ada@example.com", id: "odd_\(id)")
        }
        let found = try await site.turn()
        typealias Key = Observation.Key
        #expect(
            keys(found) == [
                Key(.type, source: "shop", text: "paid.later"),
                Key(.type, source: "shop", text: "a text of 9 to 16 bytes"),
                Key(.value, source: "shop", type: "paid", place: "paid phase", text: "upgrade"),
                Key(.value, source: "shop", type: "paid", place: "paid customer.ref", text: "a text of 9 to 16 bytes"),
                Key(.version, source: "shop", text: "v2"),
                Key(.field, source: "shop", type: "paid", place: "$.tip.amount"),
                Key(.field, source: "shop", type: "paid", place: "$.tip.by"),
            ]
        )
        #expect(found.allSatisfy { $0.count == 3 })
        let samples = Dictionary(
            found.map { ($0.key.kind == .field ? $0.key.place : $0.key.text, $0.sample) },
            uniquingKeysWith: { first, _ in first }
        )
        #expect(samples["$.tip.amount"] == "a whole number")
        #expect(samples["paid.later"] == "$.at $.cents $.currency $.id $.type $.x")
        #expect(samples["upgrade"] == ValueFate.fellToElse)
        #expect(site.lines.count("New in webhooks") == 7)
        #expect(!"\(site.lines.all) \(found)".contains("ada@") && !"\(site.lines.all) \(found)".contains("Lovelace"))
        try await site.receive(#""reason":"upgrade","api":"v2""#, id: "again")
        let after = try await site.turn()
        #expect(after.first { $0.key.kind == .version }?.count == 4)
        #expect(site.lines.count("New in webhooks") == 7)
    }

    @Test func `a restart forgets nothing`() async throws {
        let store = MemoryStore()
        let first = try Site(store)
        try await first.receive(#""reason":"upgrade","more":1"#)
        let before = keys(try await first.turn())
        let second = try Site(store)
        try await second.receive(#""reason":"upgrade","more":1"#, id: "2")
        #expect(keys(try await second.turn()) == before)
        #expect(second.lines.all.isEmpty)
    }

    @Test func `a mapping that knows more sees less from then on`() async throws {
        let site = try Site()
        try await site.receive(#""reason":"upgrade""#)
        #expect(try await site.turn().map(\.count) == [1])
        let text = String(decoding: Self.mapping(#"{ "cycle": "renewal", "upgrade": "change" }"#), as: UTF8.self)
            .replacing(#"{ "name": "sale", "event": "fixtures/sale.json", "expect": [] },"#, with: "")
            .replacing(
                #""unmapped": true, "event": { "id": "1", "type": "paid""#,
                with: #""unmapped": true, "event": { "id": "1", "type": "nope""#
            )
        let content = MappingContent(name: "acme", file: "acme.json", bytes: Array(text.utf8), fixtures: [:])
        #expect(site.engine.reload(content).verdict == .taken)
        try await site.receive(#""reason":"upgrade""#, id: "2")
        #expect(try await site.turn().first { $0.key.kind == .value }?.count == 1)
    }

    @Test func `a flood of new things gets some lines and one that counts`() async throws {
        let site = try Site()
        let members = (0..<60).map { #""field_\#($0)":1"# }.joined(separator: ",")
        try await site.receive(members)
        #expect(try await site.turn().count == 60)
        #expect(site.lines.all.count == LineBudget.lines)
    }

    @Test func `fields are looked for in the first webhooks of a type, then in one of many`() async throws {
        let site = try Site()
        for id in 0..<220 {
            try await site.receive(#""more":1"#, id: "\(id)")
            if id % 20 == 0 { _ = try await site.turn() }
        }
        let looks = Int64(DriftTap.sampledFirst) + 220 / Int64(DriftTap.sampledThen)
        #expect(try await site.turn().map(\.count) == [looks])
    }

    @Test func `what is caught is bounded, whatever comes`() async throws {
        let sensor = DriftSensor()
        for index in 0..<5_000 {
            sensor.add(Observation(.init(.type, source: "s", text: "t\(index)"), mapping: "", first: Self.now))
        }
        let caught = sensor.take()
        #expect(caught.observations.count == DriftSensor.observationsMax)
        #expect(caught.dropped == 5_000 - DriftSensor.observationsMax)
        #expect(sensor.take().observations.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func `a recorder that is cancelled writes what is left`() async throws {
        let store = MemoryStore()
        let sensor = DriftSensor()
        let recorder = DriftRecorder(sensor, store: store, log: .silent)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await recorder.run() }
            // Before the first turn: only the last one can write it.
            sensor.add(Observation(.init(.type, source: "s", text: "t"), mapping: "", first: Self.now))
            group.cancelAll()
        }
        let found = try await store.observations()
        #expect(found.map(\.count) == [1])
    }
}
