// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel
import TributaryTesting

@Suite struct BackendTests {
    private static let now = Timestamp(unixSeconds: 1_790_000_200)

    private func engine(_ store: MemoryStore) throws -> Engine {
        try Engine(Configuration(), store: store, now: { Self.now })
    }

    private func record(_ json: String, in store: MemoryStore = MemoryStore()) async throws -> RecordReceipt {
        try await engine(store).recordEvents(Array(json.utf8), from: "backend", headers: ["Authorization": "Bearer x"])
    }

    private static let order = """
        {"id":"o_1","type":"payment.succeeded","subject":"order:1001","data":{"total":{"amount":"49.00","currency":"EUR"},
        "customer":{"user":"u_1"},"attribution":{"params":{"ref":"sarah"}}}}
        """

    @Test func `an event needs no more than what it is about`() async throws {
        let store = MemoryStore()
        let receipt = try await record(Self.order, in: store)
        #expect(receipt.status == 200)
        let event = try #require(receipt.items.first?.event)
        #expect(event.source == "backend" && event.id == "o_1" && event.time == Self.now && event.live == true)
        #expect(event.key == Reference("order", "1001") && event.attribution.code == "sarah")
        let kept = try #require(try await store.webhooks(WebhookQuery()).first)
        #expect(kept.submission.body == Array(Self.order.utf8))
        #expect(kept.submission.outcome.kind == .emitted && kept.submission.mapping.name == "v1/events")
        #expect(kept.submission.headers.fields.isEmpty)
    }

    @Test func `the same id again changes nothing`() async throws {
        let store = MemoryStore()
        _ = try await record(Self.order, in: store)
        let receipt = try await record(Self.order.replacing("49.00", with: "99.00"), in: store)
        guard case .settled(let settlement)? = receipt.items.first?.result else { throw Missing() }
        #expect(receipt.status == 200 && settlement.status == .repeated && settlement.number == 1)
        #expect(try await store.webhooks(WebhookQuery()).count == 1)
    }

    private struct Missing: Error {}

    @Test(arguments: [
        (#"{"type":"endpoint.test"}"#, "/id"), (#"{"id":"1","type":"payment.made"}"#, "/type"), (#"7"#, ""),
        (#"{"id":"1","type":"payment.succeeded"}"#, "/data/total"),
        (#"{"id":"1","type":"payment.succeeded","data":{"totl":1}}"#, "/data/totl"),
        (
            #"{"id":"1","type":"payment.succeeded","data":{"total":{"amount":4.5,"currency":"EUR"}}}"#,
            "/data/total/amount"
        ),
        (
            #"{"id":"1","type":"payment.succeeded","data":{"total":{"amount":"4.555","currency":"EUR"}}}"#,
            "/data/total/amount"
        ),
        (#"{"id":"1","type":"payment.succeeded","data":{"total":{"amount":"-4","currency":"EUR"}}}"#, "/data/total"),
        (
            #"{"id":"1","type":"payment.succeeded","data":{"total":{"amount":"4","currency":"EUR"},"tax":{"amount":"1","currency":"USD"}}}"#,
            "/data/tax/currency"
        ),
        (#"{"id":"1","type":"milestone.reached"}"#, "/data/milestone"),
        (#"{"id":"1","type":"endpoint.test","source":"stripe"}"#, "/source"),
        (#"{"id":"1","type":"endpoint.test","source":"backend2"}"#, "/source"),
        (#"{"id":"1","type":"endpoint.test","subject":"x"}"#, "/subject"),
        (#"{"id":"1","type":"endpoint.test","time":"yesterday"}"#, "/time"),
        (#"{"id":"1","type":"click.recorded"}"#, "/type"), (#"{"id":"a\u0001","type":"endpoint.test"}"#, "/id"),
    ])
    func `what cannot be is told with its place, kept, and leaves its id free`(json: String, pointer: String)
        async throws
    {
        let store = MemoryStore()
        let receipt = try await record(json, in: store)
        #expect(receipt.status == 422)
        guard case .invalid(let problem)? = receipt.items.first?.result else { throw Missing() }
        #expect(problem.pointer == pointer)
        #expect(!problem.remedy.isEmpty)
        let kept = try #require(try await store.webhooks(WebhookQuery()).first)
        #expect(kept.submission.outcome.kind == .invalid && kept.submission.body == Array(json.utf8))
        #expect(kept.submission.webhookKey.hasPrefix("invalid:"))
        let mended = try await record(#"{"id":"1","type":"endpoint.test"}"#, in: store)
        guard case .settled(let settlement)? = mended.items.first?.result else { throw Missing() }
        #expect(settlement.status == .stored)
    }

    @Test func `each item of a batch stands for itself, in order, with its own bytes`() async throws {
        let store = MemoryStore()
        let batch = """
            [{"id":"a","type":"endpoint.test"}, {"id":"b","type":"nothing"},
             {"id":"a","type":"endpoint.test","subject":"event:other"}, {"id":"c","type":"endpoint.test","source":"backend/eu"}]
            """
        let receipt = try await record(batch, in: store)
        let words = receipt.items.map { item in
            switch item.result {
            case .settled(let settlement): "\(item.id ?? "") \(settlement.status)"
            case .invalid(let problem): "\(item.id ?? "") \(problem.pointer)"
            }
        }
        #expect(receipt.status == 422 && words == ["a stored", "b /1/type", "a repeated", "c stored"])
        let first = try #require(try await store.webhooks(WebhookQuery(key: "a")).first)
        #expect(first.submission.body == Array(#"{"id":"a","type":"endpoint.test"}"#.utf8))
    }

    @Test func `a batch has a limit, and nothing of one beyond it is stored`() async throws {
        let store = MemoryStore()
        let items = (0...500).map { #"{"id":"\#($0)","type":"endpoint.test"}"# }
        let receipt = try await record("[" + items.joined(separator: ",") + "]", in: store)
        #expect(receipt.result == .tooMany(most: 500) && receipt.status == 413)
        #expect(try await store.webhooks(WebhookQuery()).isEmpty)
        let most = try await record("[" + items.dropLast().joined(separator: ",") + "]", in: store)
        #expect(most.status == 200 && most.items.count == 500)
        #expect(try await record("[]").status == 200)
        #expect(try await record(#"{"id":"#).status == 400)
    }

    @Test func `a sign-up binds the user to what brought the person`() async throws {
        let store = MemoryStore()
        let lead = #"{"id":"l_1","user":"u_1","email":"ada@example.com","click":"aff_9","params":{"ref":"sarah"}}"#
        let receipt = try await engine(store).recordLeads(Array(lead.utf8), from: "backend")
        let event = try #require(receipt.items.first?.event)
        #expect(event.kind == .customerCreated && event.key == Reference("user", "u_1"))
        #expect(event.customer == Customer(user: "u_1", email: "ada@example.com"))
        #expect(event.attribution.click == "aff_9" && event.attribution.code == "sarah")
    }

    @Test(arguments: [
        "tbc_0123456789abcdef0123456789abcdef", "tbc_0123456789abcdef0123456789abcdef.1790000000.00ff",
    ])
    func `our own click is known wherever it stands, and no platform's`(value: String) async throws {
        let store = MemoryStore()
        for body in [
            #"{"id":"1","user":"u","click":"\#(value)"}"#,
            #"{"id":"1","user":"u","params":{"tributary_click":"\#(value)"}}"#,
        ] {
            let receipt = try await engine(store).recordLeads(Array(body.utf8), from: "backend")
            let attribution = try #require(receipt.items.first?.event?.attribution)
            #expect(attribution == Attribution(landing: "tbc_0123456789abcdef0123456789abcdef"))
        }
    }

    @Test(arguments: [
        (#"{"user":"u"}"#, "/id"), (#"{"id":"1"}"#, "/user"), (#"{"id":"1","user":7}"#, "/user"),
        (#"{"id":"1","user":"u","clik":"x"}"#, "/clik"), (#"{"id":"1","user":"u","params":["x"]}"#, "/params"),
        (#"{"id":"1","user":"u","params":{"a":1}}"#, "/params/a"), (#"{"id":"1","user":"u","time":"x"}"#, "/time"),
        (#"{"id":"1","user":"u","live":"yes"}"#, "/live"), (#"["x"]"#, "/0"),
    ])
    func `a sign-up that cannot be is told with its place`(json: String, pointer: String) async throws {
        let receipt = try await engine(MemoryStore()).recordLeads(Array(json.utf8), from: "backend")
        guard case .invalid(let problem)? = receipt.items.first?.result else { throw Missing() }
        #expect(problem.pointer == pointer)
    }

    @Test func `a program records events and sign-ups by a call`() async throws {
        let engine = try engine(MemoryStore())
        let facts = ProviderFacts(name: "app", event: "1", type: "x")
        var event = Event(
            id: "1",
            source: "app",
            kind: .milestoneReached,
            key: Reference("user", "u"),
            time: Self.now,
            provider: facts
        )
        #expect(try await engine.record([event]).status == 422)
        event.milestone = "onboarded"
        #expect(try await engine.record([event]).status == 200)
        let receipt = try await engine.lead(Lead(id: "1", user: "u"), source: "app")
        #expect(receipt.items.first?.event?.key == Reference("user", "u"))
    }

    @Test func `a program does not imitate a provider`() async throws {
        var configuration = Configuration()
        configuration.providers = [ProviderInstance(name: "stripe", secrets: [Secret("whsec_1")])]
        let engine = try Engine(configuration, store: MemoryStore(), now: { Self.now })
        let receipt = try await engine.lead(Lead(id: "1", user: "u"), source: "stripe")
        #expect(receipt.status == 422)
    }
}
