// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import TributaryLedger
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import Tributary

/// Provider instances whose webhooks an address, a token or a plugin proves.
@Suite(.timeLimit(.minutes(1))) struct ProviderInstanceTests {
    private static let path = Secret("0f1e2d3c4b5a69788796a5b4c3d2e1f0")
    private static let now = Timestamp(unixSeconds: 1_790_000_000)

    /// Says what the body says: `genuine`, `refused`, `down`, or how many calls to make first.
    private struct ScriptVerifier: Verifier {
        var bindsBody: Bool
        var needsSecret: Bool { true }

        func step(for webhook: Webhook, secrets: [Secret], at now: Timestamp, after exchanges: [Exchange])
            -> VerifierStep
        {
            #expect(webhook.path == nil, "the path is not a plugin's business")
            let word = webhook.headers["X-Word"] ?? ""
            if let count = Int(word), exchanges.count < count {
                let call = Call("look-up", method: "GET", url: "https://example.com/\(exchanges.count)")
                return .call(VerifierCall(call))
            }
            switch word {
            case "refused": return .refused(.signatureMismatch)
            case "own": return .refused(.init(code: "oldCertificate", remedy: "Renew it."))
            case "down": return .unavailable(.init(reason: "certificateNotFetched", retryAfter: .seconds(7200)))
            default: return .genuine
            }
        }
    }

    private enum ScriptPlugin: VerifierPlugin {
        static let name = "script"
        static let summary = "says what the body says"

        static func makeVerifier(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Verifier {
            var settings = settings
            let bindsBody = settings.bool("binds", default: true)
            _ = settings.requiredSecret("key")
            try settings.finish()
            return ScriptVerifier(bindsBody: bindsBody)
        }
    }

    private struct Counter: VerifierTransport {
        func perform(_ call: VerifierCall, within time: Duration, bytes: Int) async -> Exchange.Result {
            .answer(Answer(status: 200))
        }
    }

    private static func mapping(_ verify: String, live: String = "") -> [UInt8] {
        Array(
            """
            {"mapping":1,"provider":"ping","version":"1.0.0","verify":\(verify),
            "currency":{"exponents":{"UGX":2}},
            "event":{"id":"$.id","type":"$.type","time":{"unix":"$.t"}\(live)},
            "rules":[{"id":"paid","on":["paid"],"at":"$","emit":"payment.succeeded","key":["ping","@.id"],
            "set":{"total":{"minor":"@.amount","currency":"@.currency"}}}]}
            """.utf8
        )
    }

    private static func engine(
        _ verify: String,
        live: String = "",
        _ change: (inout ProviderInstance) -> Void = { _ in }
    ) throws -> Engine {
        var configuration = Configuration()
        var instance = ProviderInstance(name: "ping", secrets: [Secret("token-1")], path: path)
        change(&instance)
        configuration.providers = [instance]
        let bytes = mapping(verify, live: live)
        return try Engine(
            configuration,
            store: MemoryStore(),
            plugins: Plugins(verifiers: [ScriptPlugin.self], mapping: { $0 == "ping" ? (bytes, "ping.json") : nil }),
            transport: Counter(),
            now: { now }
        )
    }

    private static func webhook(
        path: Secret? = path,
        headers: HeaderFields = [:],
        currency: String = "EUR"
    ) -> Webhook {
        let body = #"{"id":"e1","type":"paid","t":1789999999,"amount":500,"currency":"\#(currency)"}"#
        return Webhook(provider: "ping", path: path, headers: headers, body: Array(body.utf8))
    }

    private static let keyed = PluginSettings(
        for: .provider,
        name: "ping",
        members: [.init("key", "env:K")],
        secrets: ["key": Secret("k")]
    )

    private static func problems(
        _ verify: String,
        _ change: (inout ProviderInstance) -> Void
    ) -> [String] {
        do {
            _ = try engine(verify, change)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.problems.map { "\($0.place) \($0.code.rawValue)" }
        } catch {
            return ["\(error)"]
        }
    }

    private static let token = #"{"scheme":"token","header":"X-Token"}"#
    private static let either = #"{"any":[{"preset":"stripe"},{"scheme":"token","header":"X-Token"}]}"#

    @Test(arguments: [
        (token, ["/providers/ping/path C205"]), (#"{"scheme":"basic"}"#, ["/providers/ping/path C205"]),
        (#"{"scheme":"path"}"#, ["/providers/ping/path C205"]), (either, ["/providers/ping/path C205"]),
        (#"{"preset":"stripe"}"#, []), (#"{"any":[{"preset":"stripe"},{"preset":"standard-webhooks"}]}"#, []),
        (#"{"scheme":"none"}"#, ["/providers/ping C204"]), (#"{"plugin":"other"}"#, ["/providers/ping C305"]),
        (#"{"plugin":"script"}"#, []),
    ])
    func `what does not bind the body demands a path`(verify: String, problems: [String]) {
        let found = Self.problems(verify) { instance in
            instance.path = nil
            instance.secrets = [Secret("user:whsec_1")]
            if verify.contains("script") { instance.settings = Self.keyed }
        }
        #expect(found == problems)
        let guarded = Self.problems(verify) { instance in
            instance.secrets = [Secret("user:whsec_1")]
            if verify.contains("script") { instance.settings = Self.keyed }
        }
        #expect(guarded == problems.filter { !$0.hasSuffix("C205") })
    }

    @Test func `a plugin's own wishes are told with their places`() {
        #expect(Self.problems(#"{"plugin":"script"}"#) { _ in } == ["/providers/ping/key C102"])
        let members: [JSONValue.Member] = [.init("key", "env:K"), .init("binds", false), .init("bind", 1)]
        let secrets = ["key": Secret("k")]
        #expect(
            Self.problems(#"{"plugin":"script"}"#) { instance in
                instance.settings = .init(for: .provider, name: "ping", members: members, secrets: secrets)
            } == ["/providers/ping/bind C101"]
        )
        #expect(
            Self.problems(#"{"plugin":"script"}"#) { instance in
                instance.path = nil
                instance.secrets = []
                let members = Array(members.dropLast())
                instance.settings = .init(for: .provider, name: "ping", members: members, secrets: secrets)
            } == ["/providers/ping/secrets C201", "/providers/ping/path C205"]
        )
        #expect(
            Self.problems(#"{"plugin":"script"}"#) { instance in
                instance.secrets = [Secret(" ")]
                instance.settings = Self.keyed
            } == ["/providers/ping/secrets/0 C203"]
        )
    }

    @Test func `a program's own configuration is held to the same rules`() {
        let short = Self.problems(#"{"scheme":"path"}"#) { $0.path = Secret("short") }
        #expect(short == ["/providers/ping/path C206"])
        let settings = PluginSettings(for: .provider, name: "ping", members: [.init("webhook_id", "x")], secrets: [:])
        #expect(Self.problems(Self.token) { $0.settings = settings } == ["/providers/ping/webhook_id C101"])
    }

    @Test func `the path alone proves a webhook where the provider has nothing else`() async throws {
        let engine = try Self.engine(#"{"scheme":"path"}"#) { $0.secrets = [] }
        #expect(try await engine.receive(Self.webhook(path: nil)).result == .unknownProvider)
        #expect(try await engine.receive(Self.webhook(path: Secret(""))).result == .unknownProvider)
        #expect(try await engine.receive(Self.webhook(path: Secret("wrong"))).result == .unknownProvider)
        let receipt = try await engine.receive(Self.webhook())
        #expect(receipt.status == 200)
        #expect(receipt.events.count == 1)
    }

    @Test func `a path is a second factor for any scheme, and no path is wanted where none is configured`() async throws
    {
        let guarded = try Self.engine(Self.token)
        let headers: HeaderFields = ["X-Token": "token-1"]
        #expect(try await guarded.receive(Self.webhook(path: nil, headers: headers)).status == 404)
        #expect(try await guarded.receive(Self.webhook()).status == 400)
        #expect(try await guarded.receive(Self.webhook(headers: headers)).status == 200)
        let open = try Self.engine(#"{"preset":"stripe"}"#) { $0.path = nil }
        #expect(try await open.receive(Self.webhook()).status == 404)
        #expect(try await open.receive(Self.webhook(path: nil)).status == 400)
    }

    @Test func `nothing that is printed of a webhook or an instance shows the path`() {
        var text = "\(Self.webhook())"
        dump(Self.webhook(), to: &text)
        dump(ProviderInstance(name: "ping", secrets: [], path: Self.path), to: &text)
        #expect(text.contains("<secret>") && !text.contains(Self.path.revealedText))
    }

    @Test(
        arguments: [
            ("genuine", 200, nil), ("refused", 400, nil), ("own", 400, nil), ("down", 503, .seconds(3600)),
            ("1", 200, nil),
            ("3", 200, nil), ("4", 503, .seconds(30)), ("1000000", 503, .seconds(30)),
        ] as [(String, Int, Duration?)]
    )
    func `a plugin's verdict is the answer`(word: String, status: Int, wait: Duration?) async throws {
        let engine = try Self.engine(#"{"plugin":"script"}"#) { $0.settings = Self.keyed }
        let receipt = try await engine.receive(Self.webhook(headers: ["X-Word": word]))
        #expect(receipt.status == status)
        #expect(receipt.retryAfter == wait)
        #expect(receipt.events.count == (status == 200 ? 1 : 0))
        if word == "own" { #expect(receipt.result == .refused(code: "oldCertificate", remedy: "Renew it.")) }
    }

    @Test(arguments: [true, false])
    func `an instance says whether money is real where its mapping does not`(live: Bool) async throws {
        let silent = try Self.engine(#"{"scheme":"path"}"#) { $0.live = live }
        #expect(try await silent.receive(Self.webhook()).events.map(\.live) == [live])
        let telling = try Self.engine(#"{"scheme":"path"}"#, live: #","live":{"const":true}"#) { $0.live = live }
        #expect(try await telling.receive(Self.webhook()).events.map(\.live) == [true])
    }

    @Test(arguments: [
        ("EUR", 500), ("UGX", 5), ("JPY", 500),
    ])
    func `an instance's decimals go before the mapping's`(currency: String, minor: Int64) async throws {
        let usual = try Self.engine(#"{"scheme":"path"}"#)
        #expect(try await usual.receive(Self.webhook(currency: currency)).events.map(\.total?.minor) == [minor])
        let other = try Self.engine(#"{"scheme":"path"}"#) { $0.exponents = ["JPY": 2, "UGX": 0, "EUR": 2] }
        let changed: [String: Int64] = ["JPY": 5, "UGX": 500, "EUR": 500]
        #expect(
            try await other.receive(Self.webhook(currency: currency)).events.map(\.total?.minor) == [changed[currency]]
        )
    }
}
