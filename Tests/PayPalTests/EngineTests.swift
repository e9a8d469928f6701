// SPDX-License-Identifier: Apache-2.0

import PayPal
import Synchronization
import Testing
import Tributary
import TributaryModel
import TributaryTesting

/// The engine with PayPal's verifier, and PayPal in memory.
@Suite(.timeLimit(.minutes(1))) struct EngineTests {
    /// PayPal's servers: certificates, tokens that can end, and the judge.
    private final class PayPalDouble: VerifierTransport {
        struct State {
            var token = 1
            var calls: [String] = []
            var isDown = false
        }

        let state = Mutex(State())
        let pem: [UInt8]

        init(pem: [UInt8]) { self.pem = pem }

        var calls: [String] { state.withLock { $0.calls } }

        func perform(_ call: VerifierCall, within time: Duration, bytes: Int) async -> Exchange.Result {
            state.withLock { state in
                state.calls.append(call.call.label)
                if state.isDown { return .failure(CallFailure(code: "connect", mayHaveArrived: false)) }
                switch call.call.label {
                case "certificate": return .answer(Answer(status: 200, body: pem))
                case "token":
                    return .answer(
                        Answer(status: 200, json: ["access_token": .string("t\(state.token)"), "expires_in": 32400])
                    )
                default:
                    let right = call.call.secretHeaders.contains { $0.secret == Secret("t\(state.token)") }
                    guard right else { return .answer(Answer(status: 401)) }
                    return .answer(Answer(status: 200, json: ["verification_status": "SUCCESS"]))
                }
            }
        }
    }

    private static func engine(_ double: PayPalDouble, _ members: [JSONValue.Member], live: Bool = true) throws
        -> Engine
    {
        var configuration = Configuration()
        let settings = PluginSettings(
            for: .provider,
            name: "paypal",
            members: [.init("webhook_ids", .string(Parts.webhookID))] + members,
            secrets: members.contains { $0.name == "client_secret" } ? ["client_secret": Secret("s")] : [:]
        )
        configuration.providers = [ProviderInstance(name: "paypal", secrets: [], live: live, settings: settings)]
        return try Engine(
            configuration,
            store: MemoryStore(),
            plugins: Plugins(verifiers: [PayPalPlugin.self]),
            transport: double,
            now: { Parts.now }
        )
    }

    @Test func `a certificate is fetched once for many webhooks, and a network that is down asks for patience`()
        async throws
    {
        let parts = try Parts.shared.get()
        let double = PayPalDouble(pem: Array(try parts.leaf("good").pem.utf8))
        let engine = try Self.engine(double, [.init("trust", .string(parts.path("root.pem")))])
        double.state.withLock { $0.isDown = true }
        var first = try parts.webhook()
        first.headers.set("PAYPAL-CERT-URL", Parts.address)
        #expect(try await engine.receive(first).status == 503)
        #expect(try await engine.receive(first).status == 503)
        #expect(double.calls.count == 1)
        double.state.withLock { $0.isDown = false }
        for _ in 0..<5 { #expect(try await engine.receive(try parts.webhook()).status == 200) }
        #expect(double.calls.count == 2)
        var forged = try parts.webhook()
        forged.body.append(0x20)
        #expect(try await engine.receive(forged).status == 400)
    }

    @Test func `the instance's live decides which PayPal is meant`() async throws {
        let parts = try Parts.shared.get()
        let double = PayPalDouble(pem: Array(try parts.leaf("sandbox").pem.utf8))
        let webhook = try parts.webhook(signedBy: "sandbox", isLive: false)
        let trust = [JSONValue.Member("trust", .string(parts.path("root.pem")))]
        #expect(try await Self.engine(double, trust).receive(webhook).status == 400)
        #expect(double.calls.isEmpty)
        #expect(try await Self.engine(double, trust, live: false).receive(webhook).status == 200)
    }

    @Test func `a token that PayPal refuses is dropped, and the next try gets a new one`() async throws {
        let parts = try Parts.shared.get()
        let double = PayPalDouble(pem: [])
        let engine = try Self.engine(
            double,
            [.init("method", "rest"), .init("client_id", "app"), .init("client_secret", "env:S")]
        )
        let webhook = try parts.webhook()
        #expect(try await engine.receive(webhook).status == 200)
        #expect(try await engine.receive(webhook).status == 200)
        #expect(double.calls == ["token", "verify", "verify"])
        double.state.withLock { $0.token = 2 }
        let refused = try await engine.receive(webhook)
        #expect(refused.status == 503)
        #expect(refused.retryAfter == .seconds(1))
        #expect(try await engine.receive(webhook).status == 200)
        #expect(double.calls == ["token", "verify", "verify", "verify", "token", "verify"])
    }
}
