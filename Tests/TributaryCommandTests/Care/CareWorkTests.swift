// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel
import TributaryTesting

@testable import TributaryCommand

/// Replay and erasure, over the store in memory.
@Suite struct CareWorkTests {
    /// A platform that is asked to forget.
    private struct Platform: Sink {
        var isDown = false
        var capabilities: SinkCapabilities {
            SinkCapabilities(kinds: [.paymentSucceeded], refunds: .partial, parameters: ["ref": .referral])
        }

        func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
            .end(.init(.delivered, reason: "stored", receipt: Receipt([.init("conversion", "com_1")])))
        }

        func forget(_ person: ForgottenPerson, after exchanges: [Exchange]) -> Step {
            guard let last = exchanges.last else {
                let ids = person.receipts.flatMap { $0.all("conversion") }.joined(separator: ",")
                return .call(Call("forget", method: "DELETE", url: "https://platform.example/\(ids)"))
            }
            return Step.usual(last.result) ?? .end(.init(.delivered, reason: "deleted"))
        }
    }

    private enum PlatformPlugin: SinkPlugin {
        static let name = "platform"
        static let summary = "a platform"
        static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink { Platform() }
    }

    /// Everything that such work needs, with a mapping that can be mended.
    private struct Bench {
        let store: MemoryStore
        let engine: Engine
        let calls = Recorder()

        final class Recorder: Sendable {
            let urls = Mutex<[String]>([])
            let lines = Mutex<[CareLine]>([])
        }

        init(mended: Bool = false, store: MemoryStore? = nil) throws {
            var configuration = Configuration()
            configuration.providers = [
                ProviderInstance(name: "acme", secrets: [], acceptsUnauthenticated: true)
            ]
            let settings = PluginSettings(name: "platform", members: [], secrets: [:])
            configuration.sinks = [SinkInstance(name: "platform", use: "platform", settings: settings)]
            let bytes = Array(Bench.mapping(mended: mended).utf8)
            let plugins = Plugins(sinks: [PlatformPlugin.self]) { $0 == "acme" ? (bytes, "acme.json") : nil }
            let kept = store ?? MemoryStore()
            self.store = kept
            engine = try Engine(configuration, store: kept, plugins: plugins) { Timestamp(unixSeconds: 1_790_000_000) }
        }

        static func mapping(mended: Bool) -> String {
            let rule = """
                { "id": "paid", "on": ["paid"], "emit": "payment.succeeded", "key": ["invoice", "$.invoice"],
                  "set": { "customer.ref": "$.customer", "customer.email": "$.email",
                           "total": { "minor": "$.amount", "currency": "$.currency" },
                           "attribution.params": "$.meta" } }
                """
            let other =
                #"{ "id": "other", "on": ["other"], "emit": "milestone.reached", "key": ["m", "$.id"], "set": { "milestone": { "const": "m" } } }"#
            return """
                { "mapping": 1, "provider": "acme", "version": "\(mended ? 2 : 1)", "verify": { "scheme": "none" },
                  "event": { "id": "$.id", "type": "$.type", "time": { "unix": "$.at" } },
                  "rules": [\(mended ? rule : other)] }
                """
        }

        func receive(_ id: String, _ more: String) async throws {
            let body = #"{"id":"\#(id)","at":1789999000,\#(more)}"#
            let webhook = Webhook(provider: "acme", headers: [:], body: Array(body.utf8))
            let receipt = try await engine.receive(webhook)
            #expect(receipt.status == 200)
        }

        func run(_ request: CareRequest, answering status: Int = 200) async throws -> Bool {
            let recorder = calls
            let work = CareWork(
                engine: engine,
                store: store,
                perform: { call in
                    recorder.urls.withLock { $0.append(call.url) }
                    return .answer(Answer(status: status))
                },
                wake: { _ in },
                log: .silent,
                now: { Timestamp(unixSeconds: 1_790_000_100) },
                pause: { _ in }
            )
            return try await work.run(request) { line in recorder.lines.withLock { $0.append(line) } }
        }

        var end: String {
            guard case .end(_, let text)? = calls.lines.withLock({ $0.last }) else { return "" }
            return text
        }

        /// The platform takes all that is due.
        func deliver() async throws -> Int {
            let now = Timestamp(unixSeconds: 1_790_000_200)
            let request = LeaseRequest(sink: "platform", limit: 10, now: now, until: now.advanced(by: .seconds(10)))
            let leased = try await store.lease(request)
            for lease in leased {
                let end = Step.End(.delivered, reason: "stored", receipt: Receipt([.init("conversion", "com_1")]))
                _ = try await store.finish(lease.token, AttemptResult(.end(end)), at: now, under: engine.policy)
            }
            return leased.count
        }
    }

    private static let paid =
        #""type":"paid","invoice":"in_1","customer":"cus_77","email":"ada@example.com","amount":990,"#
        + #""currency":"EUR","meta":{"ref":"r1"}"#

    private static let unmapped = CareRequest.Replaying(outcomes: [.unmapped], isDryRun: false)

    @Test func `a mended mapping gets the sale out of the journal, once, and a dry run changes nothing`() async throws {
        let before = try Bench()
        try await before.receive("evt_1", Self.paid)
        let mended = try Bench(mended: true, store: before.store)
        var dry = Self.unmapped
        dry.isDryRun = true
        #expect(try await mended.run(.replay(dry)))
        #expect(mended.end == "1 webhooks looked at, 1 would change, 1 events would be entered")
        #expect(try await mended.deliver() == 0)
        #expect(try await mended.run(.replay(Self.unmapped)))
        #expect(mended.end == "1 webhooks looked at, 1 changed, 1 events entered")
        #expect(try await mended.deliver() == 1)
        var all = Self.unmapped
        all.outcomes = nil
        #expect(try await mended.run(.replay(all)))
        #expect(mended.end == "1 webhooks looked at, 0 changed, 0 events entered")
        #expect(try await mended.deliver() == 0)
    }

    @Test(arguments: [
        CareRequest.Forgetting(emails: ["ADA@example.com"]), CareRequest.Forgetting(customers: ["cus_77"]),
        CareRequest.Forgetting(clicks: ["r1"]),
    ])
    func `a person is found by any id, also in bodies that came to nothing, and erased once`(
        _ forgetting: CareRequest.Forgetting
    ) async throws {
        let bench = try Bench(mended: true)
        try await bench.receive("evt_1", Self.paid)
        try await bench.receive("evt_2", #""type":"noise","who":"cus_77""#)
        try await bench.receive("evt_3", #""type":"noise","who":"cus_778""#)
        #expect(try await bench.deliver() == 1)
        #expect(try await bench.run(.forget(forgetting)))
        let urls: [String] = bench.calls.urls.withLock { $0 }
        #expect(urls == ["https://platform.example/com_1"])
        #expect(bench.end == "erased 1 events, the content of 2 webhooks, and stopped 0 deliveries")
        let bodies = try await bench.store.journal(JournalQuery()).map { $0.submission.body.isEmpty }
        #expect(bodies == [true, true, false])
        let audit = try #require(try await bench.store.observations().first)
        #expect(audit.key.kind == .forgotten)
        for text in ["ada", "cus_77", "r1"] { #expect(!"\(audit)".contains(text)) }
        #expect(try await bench.run(.forget(forgetting)))
        #expect(bench.end == "nothing is known of this person")
    }

    @Test func `a platform that does not answer keeps everything, unless told otherwise`() async throws {
        let bench = try Bench(mended: true)
        try await bench.receive("evt_1", Self.paid)
        #expect(try await bench.deliver() == 1)
        var forgetting = CareRequest.Forgetting(customers: ["cus_77"])
        #expect(try await !bench.run(.forget(forgetting), answering: 503))
        let count: Int = bench.calls.urls.withLock { $0.count }
        #expect(count == 3)
        #expect(bench.end.hasPrefix("nothing was erased here yet"))
        let kept = try #require(try await bench.store.events(after: 0, limit: 9).first)
        #expect(kept.event.customer.ref == "cus_77")
        forgetting.ignoresFailures = true
        #expect(try await !bench.run(.forget(forgetting), answering: 503))
        let erased = try #require(try await bench.store.events(after: 0, limit: 9).first)
        #expect(erased.event.customer.isEmpty)
    }

    @Test func `a dry run asks nobody and erases nothing`() async throws {
        let bench = try Bench(mended: true)
        try await bench.receive("evt_1", Self.paid)
        #expect(try await bench.deliver() == 1)
        #expect(try await bench.run(.forget(.init(customers: ["cus_77"], isDryRun: true))))
        #expect(bench.end == "would erase 1 events and the content of 0 webhooks beside theirs")
        #expect(bench.calls.urls.withLock { $0.isEmpty })
    }

    @Test(arguments: [
        CareRequest.replay(.init(source: "s", number: 3, type: "t", since: .now, outcomes: [.invalid], isDryRun: true)),
        .replay(.init(isDryRun: false)),
        .forget(.init(customers: ["a"], users: ["b"], emails: ["c@d"], clicks: ["e"], source: "s", isDryRun: true)),
    ])
    func `a request is read back as it was written`(_ request: CareRequest) {
        #expect(CareRequest(request.json) == request)
    }

    @Test(arguments: ["{}", #"{"work":"forget","dry_run":false}"#, #"{"work":"else","dry_run":true}"#, "[]"])
    func `what is no request is none`(_ text: String) throws {
        #expect(CareRequest(try JSONValue(parsing: Array(text.utf8))) == nil)
    }

    @Test func `names stand for themselves and not within others`() {
        let names = [Array("cus_9".utf8)]
        for (body, isNamed) in [
            (#"{"a":"cus_9"}"#, true), (#"{"a":"CUS_9"}"#, true), ("cus_9", true), (#"{"a":"cus_99"}"#, false),
            (#"{"a":"xcus_9"}"#, false), ("cus_", false), ("cus_99 cus_9", true),
        ] {
            #expect(PersonTrace.names(names, standIn: Array(body.utf8)) == isNamed, "\(body)")
        }
    }
}
