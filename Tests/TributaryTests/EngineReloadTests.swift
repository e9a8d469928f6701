// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryLedger
import TributaryModel
import TributarySigning
import TributaryTesting

/// A mapping is exchanged in a running engine, or refused.
@Suite struct EngineReloadTests {
    private static let secret = Secret("whsec_engine_tests")
    private static let now = Timestamp(unixSeconds: 1_790_000_200)

    /// An invented provider's mapping.
    private static func acme(
        version: String,
        provider: String = "acme",
        profiles: String = #"["one", "two"]"#,
        verify: String = #"{ "preset": "stripe" }"#,
        kind: String = "customer.created",
        expect: String = "ignored"
    ) -> String {
        """
        { "mapping": 1, "provider": "\(provider)", "version": "\(version)", "verify": \(verify), "profiles": \(profiles),
          "event": { "id": "$.id", "type": "$.type", "time": { "unix": "$.at" } },
          "rules": [ { "id": "joined", "on": ["joined"], "emit": "\(kind)", "key": ["customer", "$.id"],
                       "set": { "customer.ref": "$.id" } } ],
          "ignore": [ { "on": ["ping"], "why": "no money moved" } ],
          "tests": [ { "name": "noise", "event": "fixtures/ping.json", "\(expect)": true } ] }
        """
    }

    private static func content(_ text: String, name: String = "acme") -> MappingContent {
        MappingContent(
            name: name,
            file: "mappings/acme/acme.json",
            bytes: Array(text.utf8),
            fixtures: ["fixtures/ping.json": Array(#"{"id":"1","type":"ping","at":1790000000}"#.utf8)]
        )
    }

    private func engine(_ store: MemoryStore = MemoryStore()) throws -> Engine {
        var configuration = Configuration()
        configuration.providers = [
            ProviderInstance(name: "shop", mapping: "acme", secrets: [Self.secret]),
            ProviderInstance(name: "shop-eu", mapping: "acme", profile: "two", secrets: [Self.secret]),
            ProviderInstance(name: "stripe", mapping: "stripe", secrets: [Self.secret]),
        ]
        let plugins = Plugins { name in
            name == "acme" ? (Array(Self.acme(version: "1").utf8), "acme.json") : Plugins.shippedMapping(name)
        }
        return try Engine(configuration, store: store, plugins: plugins, now: { Self.now })
    }

    private func webhook(_ id: String, to provider: String = "shop") throws -> Webhook {
        let bytes = Array(#"{"id":"\#(id)","type":"joined","at":1790000000}"#.utf8)
        let headers = try WebhookSigner(.stripe).sign(body: bytes, secret: Self.secret, now: Self.now)
        return Webhook(provider: provider, headers: headers, body: bytes)
    }

    @Test func `a good mapping serves all of its instances, and every webhook records which one decided`() async throws
    {
        let store = MemoryStore()
        let engine = try engine(store)
        #expect(engine.mappings == ["acme", "stripe"])
        let before = try #require(engine.serving("shop"))
        let stripe = engine.serving("stripe")
        _ = try await engine.receive(webhook("evt_1"))
        let reload = engine.reload(Self.content(Self.acme(version: "2", kind: "endpoint.test")))
        #expect(reload.verdict == .taken)
        #expect(reload.instances == ["shop", "shop-eu"])
        let after = try #require(reload.serving)
        _ = try await engine.receive(webhook("evt_2"))
        _ = try await engine.receive(webhook("evt_3", to: "shop-eu"))
        let stored = try await store.webhooks(WebhookQuery())
        #expect(stored.map(\.submission.mapping) == [after, after, before])
        #expect(
            stored.map { $0.submission.events.map(\.kind) } == [[.endpointTest], [.endpointTest], [.customerCreated]]
        )
        #expect(after.version == "2" && before.version == "1" && after.contentHash != before.contentHash)
        #expect(engine.serving("stripe") == stripe)
    }

    @Test func `the same content again is nothing`() throws {
        let engine = try engine()
        #expect(engine.reload(Self.content(Self.acme(version: "1"))).verdict == .unchanged)
        #expect(engine.reload(Self.content(Self.acme(version: "2"))).verdict == .taken)
        #expect(engine.reload(Self.content(Self.acme(version: "2"))).verdict == .unchanged)
    }

    @Test(arguments: [
        ("{", "acme.json:1:1: error[M001 not-json]"),
        (acme(version: "2").replacing("\"emit\"", with: "\"omit\""), "error[M101 unknown-key]"),
        (acme(version: "2", expect: "unmapped"), "the test \"noise\" fails: expected unmapped, but ignored"),
        (acme(version: "2").replacing("ping.json", with: "pong.json"), "the fixture fixtures/pong.json does not exist"),
        (acme(version: "2", profiles: #"["one"]"#), "/providers/shop-eu/profile: "),
        (acme(version: "2", provider: "emca"), "calls its provider \"emca\", not \"acme\""),
        (acme(version: "2", verify: #"{ "scheme": "none" }"#), "anybody could invent sales"),
        (acme(version: "2", verify: #"{ "preset": "standard-webhooks" }"#), "/providers/shop/secrets/0: "),
    ])
    func `what is not good is refused with its reason, and the one before goes on`(_ text: String, _ reason: String)
        async throws
    {
        let store = MemoryStore()
        let engine = try engine(store)
        let before = try #require(engine.serving("shop"))
        let reload = engine.reload(Self.content(text))
        guard case .refused(let reasons) = reload.verdict else {
            Issue.record("\(reload.verdict)")
            return
        }
        #expect(reasons.contains { $0.headline.contains(reason) }, "\(reasons)")
        #expect(reasons.allSatisfy { !$0.remedy.isEmpty })
        #expect(reload.serving == before)
        #expect(engine.serving("shop-eu") == before)
        _ = try await engine.receive(webhook("evt_1", to: "shop-eu"))
        #expect(try await store.webhooks(WebhookQuery()).map(\.submission.mapping) == [before])
    }

    @Test func `everything that is wrong is said at once`() throws {
        let text = Self.acme(version: "2", provider: "emca", profiles: #"["one"]"#, expect: "unmapped")
        #expect(try engine().reasons(against: Self.content(text)).count == 3)
    }

    @Test func `a reason shows nothing of the webhook in a failing test`() throws {
        let text = Self.acme(version: "2").replacing("\"ignored\": true", with: "\"expect\": [{\"id\": \"a\"}]")
            .replacing("fixtures/ping.json", with: "fixtures/joined.json")
        var content = Self.content(text)
        content.fixtures["fixtures/joined.json"] = Array(#"{"id":"buyer@example.com","type":"joined","at":1}"#.utf8)
        let reasons = try engine().reasons(against: content)
        #expect(reasons.count == 1)
        #expect(!reasons.description.contains("buyer"))
    }

    @Test(.timeLimit(.minutes(1)))
    func `webhooks under way while mappings change are all answered by one or the other`()
        async throws
    {
        let store = MemoryStore()
        let engine = try engine(store)
        var hashes = Set([try #require(engine.serving("shop")).contentHash])
        let contents = (2..<52).map { Self.content(Self.acme(version: "\($0)")) }
        try await withThrowingTaskGroup(of: Set<Int>.self) { group in
            for task in 0..<4 {
                group.addTask {
                    var statuses: Set<Int> = []
                    for index in 0..<300 {
                        statuses.insert(try await engine.receive(self.webhook("evt_\(task)_\(index)")).status)
                    }
                    return statuses
                }
            }
            for content in contents {
                let reload = engine.reload(content)
                #expect(reload.verdict == .taken)
                if let hash = reload.serving?.contentHash { hashes.insert(hash) }
                await Task.yield()
            }
            for try await statuses in group { #expect(statuses == [200]) }
        }
        let stored = try await store.webhooks(WebhookQuery(limit: 10_000))
        #expect(stored.count == 1200)
        #expect(Set(stored.map(\.submission.mapping.contentHash)).isSubset(of: hashes))
    }
}
