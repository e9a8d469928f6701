// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryLedger
import TributaryModel
import TributarySigning
import TributaryTesting

@Suite struct EngineTests {
    private static let secret = Secret("whsec_engine_tests")
    private static let now = Timestamp(unixSeconds: 1_790_000_200)

    /// Takes sales and nothing else.
    private enum SalesPlugin: SinkPlugin {
        static let name = "sales"
        static let summary = "takes sales"

        static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
            var settings = settings
            _ = settings.text("program")
            try settings.finish()
            return SalesSink()
        }
    }

    private struct SalesSink: Sink {
        let capabilities = SinkCapabilities(
            kinds: [.paymentSucceeded, .refundSucceeded],
            kindsByDefault: [.paymentSucceeded],
            refunds: .partial,
            identifiers: [.code],
            parameters: ["sales_click": .click],
            needsOrder: true,
            correctionHold: .seconds(3600)
        )

        func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
            .end(.init(.delivered, reason: "taken"))
        }
    }

    private func configuration(
        _ change: (inout Configuration) -> Void = { _ in }
    ) -> Configuration {
        var configuration = Configuration()
        configuration.providers = [ProviderInstance(name: "shop", mapping: "stripe", secrets: [Self.secret])]
        let settings = PluginSettings(name: "out", members: [], secrets: [:])
        configuration.sinks = [SinkInstance(name: "out", use: "sales", settings: settings)]
        change(&configuration)
        return configuration
    }

    private func engine(_ store: MemoryStore, _ change: (inout Configuration) -> Void = { _ in }) throws -> Engine {
        try Engine(configuration(change), store: store, plugins: Plugins(sinks: [SalesPlugin.self]), now: { Self.now })
    }

    private func webhook(_ body: String, provider: String = "shop", secret: Secret = secret) throws -> Webhook {
        let bytes = Array(body.utf8)
        var headers = try WebhookSigner(.stripe).sign(body: bytes, secret: secret, now: Self.now)
        headers.append("Authorization", "Bearer planted")
        headers.append("User-Agent", "Stripe/1.0")
        return Webhook(provider: provider, headers: headers, body: bytes)
    }

    private static func sale(_ metadata: String, id: String = "evt_1", live: Bool = true) -> String {
        """
        {"id":"\(id)","object":"event","created":1790000100,"livemode":\(live),"type":"checkout.session.completed",
        "data":{"object":{"id":"cs_1","object":"checkout.session","amount_total":4900,"currency":"eur","customer":"cus_1",
        "mode":"payment","payment_status":"paid","payment_intent":"pi_1","invoice":null,"metadata":\(metadata)}}}
        """
    }

    @Test func `a genuine sale is settled, with what its metadata means`() async throws {
        let store = MemoryStore()
        let receipt = try await engine(store).receive(webhook(Self.sale(#"{"referral_code":"sarah","user_id":"u_1"}"#)))
        #expect(receipt.status == 200)
        #expect(receipt.outcomes.map(\.kind) == [.emitted])
        #expect(receipt.events.first?.attribution.code == "sarah")
        #expect(receipt.events.first?.customer.user == "u_1")
        #expect(receipt.events.first?.source == "shop")
        let deliveries = try await store.deliveries(DeliveryQuery())
        #expect(deliveries.map(\.sink) == ["out"])
    }

    @Test func `what proves or authenticates is not stored, the rest of the request is`() async throws {
        let store = MemoryStore()
        let webhook = try webhook(Self.sale("{}"))
        _ = try await engine(store).receive(webhook)
        let record = try #require(try await store.webhooks(WebhookQuery()).first)
        #expect(record.submission.headers.fields.map(\.name) == ["User-Agent"])
        #expect(record.submission.body == webhook.body)
        #expect(record.submission.mapping.name == "stripe")
    }

    @Test func `the same webhook again is fine and changes nothing`() async throws {
        let store = MemoryStore()
        let engine = try engine(store)
        _ = try await engine.receive(webhook(Self.sale(#"{"referral_code":"sarah"}"#)))
        let receipt = try await engine.receive(webhook(Self.sale(#"{"referral_code":"sarah"}"#)))
        #expect(receipt.status == 200)
        guard case .settled(let settlements) = receipt.result else {
            Issue.record("the repeat was not settled")
            return
        }
        #expect(settlements.map(\.status) == [.repeated])
        #expect(try await store.deliveries(DeliveryQuery()).count == 1)
    }

    @Test func `refusals, unreadable bodies and unknown providers have their statuses and store nothing`() async throws
    {
        let store = MemoryStore()
        let engine = try engine(store)
        let forged = try webhook(Self.sale("{}"), secret: Secret("whsec_of_somebody_else"))
        #expect(
            try await engine.receive(forged).result
                == .refused(code: "signatureMismatch", remedy: Refusal.signatureMismatch.remedy)
        )
        #expect(try await engine.receive(forged).status == 400)
        let broken = try await engine.receive(webhook(#"{"id": "evt_1", "#))
        #expect(broken.status == 400)
        guard case .unreadable = broken.result else {
            Issue.record("a truncated body was \(broken.result)")
            return
        }
        #expect(try await engine.receive(webhook("{}", provider: "nobody")).status == 404)
        #expect(try await store.webhooks(WebhookQuery()).isEmpty)
    }

    @Test func `an event that could never be read back is journaled as invalid`() async throws {
        let store = MemoryStore()
        let body = Self.sale("{}").replacing(#""created":1790000100"#, with: #""created":999999999999999"#)
        let receipt = try await engine(store).receive(webhook(body))
        #expect(receipt.status == 200)
        #expect(receipt.outcomes.map(\.kind) == [.invalid])
        #expect(receipt.events.isEmpty)
    }

    @Test func `noise is stored with its reason`() async throws {
        let store = MemoryStore()
        let body =
            #"{"id":"evt_2","object":"event","created":1790000100,"livemode":true,"type":"no.such.type","data":{"object":{}}}"#
        let receipt = try await engine(store).receive(webhook(body))
        #expect(receipt.status == 200)
        #expect(receipt.outcomes == [JournalOutcome(.unmapped, why: "no.such.type")])
        #expect(try await store.webhooks(WebhookQuery()).count == 1)
    }

    @Test func `test money goes to sinks that accept it only`() async throws {
        let (strict, open) = (MemoryStore(), MemoryStore())
        let body = Self.sale(#"{"referral_code":"sarah"}"#, live: false)
        _ = try await engine(strict).receive(webhook(body))
        #expect(try await strict.deliveries(DeliveryQuery()).isEmpty)
        _ = try await engine(open) { $0.sinks[0].mode = .all }.receive(webhook(body))
        #expect(try await open.deliveries(DeliveryQuery()).count == 1)
        _ = try await engine(open).receive(webhook(Self.sale(#"{"referral_code":"sarah"}"#, id: "evt_2")))
        let later = Self.now.advanced(by: .seconds(10))
        let leased = try await open.lease(LeaseRequest(sink: "out", limit: 9, now: Self.now, until: later))
        #expect(leased.map(\.delivery.isLive) == [false, true])
    }

    @Test func `what a sink says of itself becomes the ledger's policy for it`() throws {
        let policy = try #require(try engine(MemoryStore()).policy.sinks.first)
        #expect(policy.kinds == [.paymentSucceeded])
        #expect(policy.parameters == ["sales_click"])
        #expect(policy.needsOrder)
        #expect(policy.correctionHold == .seconds(3600))
    }

    @Test func `an event older than the instance takes is stored and goes nowhere`() async throws {
        let body = Self.sale(#"{"referral_code":"sarah"}"#)
        for (seconds, count) in [(60, 0), (86_400, 1)] {
            let store = MemoryStore()
            let late = try engine(store) { $0.providers[0].maxAge = .seconds(seconds) }
            let receipt = try await late.receive(webhook(body))
            #expect(receipt.status == 200)
            #expect(try await store.webhooks(WebhookQuery()).count == 1)
            #expect(try await store.deliveries(DeliveryQuery()).count == count)
            if count == 0 { #expect(receipt.outcomes.map(\.why) == ["older than the instance's max_age"]) }
        }
    }

    @Test func `an event of another account than the expected one is stored and goes nowhere`() async throws {
        let body = Self.sale(#"{"referral_code":"sarah"}"#)
        for (expected, count) in [(["account": "acct_1"], 0), ([:], 1)] {
            let store = MemoryStore()
            let strict = try engine(store) { $0.providers[0].expected = expected }
            let receipt = try await strict.receive(webhook(body))
            #expect(receipt.status == 200)
            #expect(try await store.deliveries(DeliveryQuery()).count == count)
            if count == 0 { #expect(receipt.outcomes.map(\.why) == ["raw.account is not what the instance expects"]) }
        }
    }

    private static let mistakes: [(@Sendable (inout Configuration) -> Void, String)] = [
        ({ $0.providers[0].mapping = "strip" }, "/providers/shop/mapping"),
        ({ $0.providers[0].profile = "no-such-profile" }, "/providers/shop/profile"),
        ({ $0.providers[0].secrets = [] }, "/providers/shop/secrets"),
        ({ $0.providers[0].secrets = [Secret("")] }, "/providers/shop/secrets/0"),
        ({ $0.sinks[0].use = "affonsso" }, "/sinks/out/use"),
        ({ $0.sinks[0].send = [.disputeWon] }, "/sinks/out/send"),
        (
            { $0.sinks[0].settings = PluginSettings(name: "out", members: [.init("programm", "42")], secrets: [:]) },
            "/sinks/out/programm"
        ),
    ]

    @Test(arguments: mistakes.indices)
    func `what does not fit together is refused at the start, with its place`(index: Int) throws {
        let (change, place) = Self.mistakes[index]
        let error = #expect(throws: ConfigurationProblems.self) { try engine(MemoryStore(), change) }
        #expect(error?.problems.map(\.place) == [place])
    }
}
