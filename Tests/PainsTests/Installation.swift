// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing
import Tributary
import TributaryDelivery
import TributaryJSON
import TributaryLedger
import TributaryMapping
import TributaryModel
import TributarySQLite
import TributarySigning
import TributaryTesting

@testable import TributaryCommand
@testable import TributaryCommandTests

/// A merchant's installation, as its owner has it.
///
/// The engine with everything that ships, its store on a disk, the sinks before doubles in memory, and a clock that is turned
/// by hand. The configuration lies in a folder, where commands find it.
final class Installation: Sendable {
    /// Where `tributary.json` and `t.db` are.
    let folder: Sandbox
    /// The doubles behind the sinks, by the sink's name.
    let platforms: [String: DoubleFront]

    private let configuration: JSONValue
    private let clock: Clock
    private let parts: Mutex<Parts?>
    private let webhooks = Atomic(0)

    private struct Parts: Sendable {
        var engine: Engine
        var store: SQLiteStore
    }

    private final class Clock: Sendable {
        let now = Mutex(Timestamp(unixSeconds: Timestamp.now.unixSeconds))
    }

    /// The platforms that most tests look at.
    static let four = ["affitor", "affonso", "dub", "tapfiliate"]

    /// All secrets, as environment variables of the commands.
    static let environment = [
        "STRIPE": "whsec_0123456789abcdef", "STRIPE_OLD": "whsec_fedcba9876543210", "KEY": "sk_key",
        "TOKEN": "5f4dcc3b5aa765d61d8327deb882cf99", "COOKIE": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    ]

    /// What sinks cannot be without, beside their key.
    private static let required: [String: [JSONValue.Member]] = [
        "firstpromoter": [.init("account", "12345")], "tolt": [.init("program_currency", "EUR")],
        "partnerstack": [.init("public_key", "pk_1")], "refersion": [.init("public_key", "pub_1")],
        "trackdesk": [.init("tenant", "shop"), .init("program_currency", "EUR")],
    ]

    /// Sets one up with sinks that are named as their platforms.
    ///
    /// Settings go before what a sink cannot be without; other members of the configuration before those that are there;
    /// a double of one's own, with rules of its own, before the usual one. Addresses are of doubles that commands reach.
    init(
        _ sinks: [String] = four,
        settings: [String: [JSONValue.Member]] = [:],
        others: [JSONValue.Member] = [],
        doubles: [String: any PlatformDouble] = [:],
        seed: DoubleSeed = DoubleSeed(partners: ["sarah123"], takesAnyClick: true),
        urls: [String: String] = [:]
    ) throws {
        folder = try Sandbox()
        let clock = Clock()
        self.clock = clock
        var platforms: [String: DoubleFront] = [:]
        var members: [JSONValue.Member] = []
        for name in sinks {
            var sink: [JSONValue.Member] = [.init("use", .string(name)), .init("key", "env:KEY")]
            sink += urls[name].map { [.init("url", .string($0))] } ?? []
            let own = settings[name] ?? []
            let more = (Self.required[name] ?? []).filter { member in !own.contains { $0.name == member.name } } + own
            sink = sink.filter { member in !more.contains { $0.name == member.name } } + more
            let isKeyless = more.contains { $0.name == "use" } || name == "trackdesk"
            if isKeyless { sink.removeAll { $0.name == "key" && !more.contains($0) } }
            members.append(.init(name, .object(sink)))
            guard let double = doubles[name] ?? PlatformDoubles.named(name) else { continue }
            platforms[name] = DoubleFront(double, seed: seed) { clock.now.withLock { $0 } }
        }
        self.platforms = platforms
        var whole: [JSONValue.Member] = [
            .init("listen", "127.0.0.1:0"), .init("store", ["sqlite": "t.db"]),
            .init("providers", ["stripe": ["secrets": ["env:STRIPE"]]]), .init("sinks", .object(members)),
        ]
        whole = whole.filter { member in !others.contains { $0.name == member.name } } + others
        configuration = .object(whole)
        try folder.write("tributary.json", configuration.indentedText)
        parts = Mutex(try Self.open(configuration, folder, clock))
    }

    private static func open(
        _ json: JSONValue,
        _ folder: Sandbox,
        _ clock: Clock
    ) throws -> Parts {
        let secrets = SecretResolver { reference in
            if case .environment(let name) = reference { environment[name].map { Array($0.utf8) } } else { nil }
        }
        var configuration = try Configuration(json, secrets: secrets)
        configuration.databasePath = folder.url("t.db").path
        let mappings = configuration.mappingsPath.map { folder.url($0).path }
        let store = try SQLiteStore(path: configuration.databasePath)
        let engine = try Engine(
            configuration,
            store: store,
            plugins: BuiltIn.plugins(mappingsFolder: mappings),
            now: { clock.now.withLock { $0 } }
        )
        return Parts(engine: engine, store: store)
    }

    var engine: Engine {
        guard let parts = parts.withLock({ $0 }) else { preconditionFailure("it was stopped") }
        return parts.engine
    }

    var store: any Store {
        guard let parts = parts.withLock({ $0 }) else { preconditionFailure("it was stopped") }
        return parts.store
    }
    var now: Timestamp { clock.now.withLock { $0 } }

    /// Ends it, so that another process can have the store.
    func stop() async {
        // The lock goes with the last reference.
        let taken = parts.withLock { parts in
            defer { parts = nil }
            return parts
        }
        await taken?.store.close()
    }

    /// Ends the process between two calls of the platforms, changes something, and starts it again.
    func restart(
        _ change: (Sandbox, inout JSONValue) throws -> Void = { _, _ in }
    ) async throws {
        await stop()
        var json = try JSONValue(parsing: Array(try folder.read("tributary.json").utf8))
        try change(folder, &json)
        try folder.write("tributary.json", json.indentedText)
        let opened = try Self.open(json, folder, clock)
        parts.withLock { $0 = opened }
    }

    /// Runs a command in the folder.
    func run(_ words: String...) throws -> CommandLineRun {
        try CommandLineRun(words, in: folder, environment: Self.environment)
    }

    /// Runs a command that needs the store for itself, as it does beside no daemon.
    func runAlone(
        changing change: (inout JSONValue) -> Void = { _ in },
        _ words: String...
    ) async throws -> CommandLineRun {
        var result: CommandLineRun?
        try await restart { folder, json in
            change(&json)
            try folder.write("tributary.json", json.indentedText)
            result = try CommandLineRun(words, in: folder, environment: Self.environment)
        }
        return try #require(result)
    }
}

// MARK: What happens to it

extension Installation {
    /// Stripe posts a webhook, signed.
    @discardableResult
    func stripe(
        _ type: String,
        _ object: JSONValue,
        id: String? = nil,
        api: String = "2025-09-30.clover",
        live: Bool = true
    ) async throws -> WebhookReceipt {
        let number = webhooks.add(1, ordering: .relaxed).newValue
        let body: JSONValue = [
            "id": .string(id ?? "evt_\(number)"), "object": "event", "api_version": .string(api),
            "created": .integer(now.unixSeconds), "data": ["object": object], "livemode": .bool(live),
            "pending_webhooks": 1, "request": ["id": .null, "idempotency_key": .null], "type": .string(type),
        ]
        let receipt = try await receive(body.encoded())
        #expect(receipt.status == 200, "\(receipt)")
        return receipt
    }

    /// A body arrives that was signed by Stripe.
    func receive(
        _ body: [UInt8],
        signing signed: [UInt8]? = nil,
        secret: String = "STRIPE"
    ) async throws -> WebhookReceipt {
        try await engine.receive(try webhook(body, signing: signed, secret: secret))
    }

    func webhook(_ body: [UInt8], signing signed: [UInt8]? = nil, secret: String = "STRIPE") throws -> Webhook {
        let signer = WebhookSigner(try Mapping.shipped("stripe").verify)
        let key = Secret(Self.environment[secret] ?? secret)
        return Webhook(
            provider: "stripe",
            headers: try signer.sign(body: signed ?? body, secret: key, now: now),
            body: body
        )
    }

    /// The clock goes on, the store is told, and what is due goes out.
    func pass(_ duration: Duration) async throws {
        clock.now.withLock { $0 = $0.advanced(by: duration) }
        try await deliver()
    }

    /// Everything that is due goes to the platforms, as the dispatcher does it.
    func deliver() async throws {
        let (engine, store) = (engine, store)
        for _ in 0..<500 {
            _ = try await store.tick(at: now, under: engine.policy)
            var isIdle = true
            for sink in engine.sinks {
                let until = now.advanced(by: .seconds(10))
                let request = LeaseRequest(sink: sink.name, limit: 8, now: now, until: until)
                for leased in try await store.lease(request) {
                    isIdle = false
                    try await attempt(leased, sink, store, engine.policy)
                }
            }
            if isIdle { return }
        }
        Issue.record("deliveries do not come to rest")
    }

    private func attempt(
        _ leased: LeasedDelivery,
        _ sink: Engine.ComposedSink,
        _ store: any Store,
        _ policy: LedgerPolicy
    ) async throws {
        let transport = platforms[sink.name].map { front in MemoryTransport(front) { self.now } }
        let outcome = await Attempt.run(leased.delivery, to: sink.sink) { call in
            transport?.perform(call) ?? .failure(CallFailure(code: "noPlatform", mayHaveArrived: false))
        }
        let next: AttemptResult.Next
        switch outcome.step {
        case .end(let end): next = .end(end)
        case .retry(let retry):
            next = .retry(at: now.advanced(by: retry.after ?? .seconds(1)), reason: retry.reason)
        }
        let result = AttemptResult(next, mayHaveArrived: outcome.mayHaveArrived, trail: outcome.trail)
        _ = try await store.finish(leased.token, result, at: now, under: policy)
    }
}

// MARK: What came of it

extension Installation {
    /// Deliveries to a sink in the order of their events: `payment.succeeded delivered`.
    func fates(_ sink: String, _ kind: EventKind? = nil) async throws -> [String] {
        try await records(sink, kind).map { "\($0.event.kind.rawValue) \($0.stateText(at: now))" }
    }

    func records(_ sink: String, _ kind: EventKind? = nil) async throws -> [DeliveryRecord] {
        try await store.deliveries(DeliveryQuery(sink: sink)).reversed().filter { kind == nil || $0.event.kind == kind }
    }

    /// What a platform has on its books: `99.00 EUR, 79.00 left`.
    func books(_ platform: String) -> [String] {
        (platforms[platform]?.double.bookings ?? []).map { booking in
            booking.sale == booking.remaining
                ? "\(booking.sale)" : "\(booking.sale), \(booking.remaining.majorText) left"
        }
    }

    /// Everything that a platform holds, as text.
    func held(_ platform: String) -> String { platforms[platform]?.double.records.text ?? "" }

    /// Nothing was lost or invented.
    func expectBalance(_ location: Testing.SourceLocation = #_sourceLocation) async throws {
        for balance in try await store.balances(under: engine.policy) {
            #expect(balance.imbalance == 0, "\(balance)", sourceLocation: location)
        }
    }
}

extension RecordReceipt {
    /// What was told is durable.
    func expectStored(_ location: Testing.SourceLocation = #_sourceLocation) {
        #expect(status == 200, "\(self)", sourceLocation: location)
    }
}
