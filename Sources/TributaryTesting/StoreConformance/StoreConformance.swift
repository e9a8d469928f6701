// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryLedger
public import TributaryModel

/// The promises of ``Store``, each as a check that anyone can run against a store of their own.
///
/// ```swift
/// @Test(arguments: StoreConformance.checks)
/// func `keeps its promises`(_ check: StoreConformance.Check) async throws {
///     try await check.run { try MyStore(path: temporaryPath()) }
/// }
/// ```
public enum StoreConformance: Sendable {
    /// One promise.
    public struct Check: Sendable, CustomStringConvertible {
        /// The promise as a sentence.
        public let description: String

        private let body: @Sendable (StoreProbe) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (StoreProbe) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Runs the check against an empty store and closes it.
        ///
        /// - Parameter makeStore: Makes an empty store.
        /// - Throws: ``Violation`` where the promise is not kept, and whatever the store throws.
        public func run(_ makeStore: @Sendable () async throws -> any Store) async throws {
            let probe = StoreProbe(try await makeStore())
            try await body(probe)
            await probe.store.close()
        }
    }

    /// A promise that was not kept.
    public struct Violation: Error, Sendable, CustomStringConvertible {
        /// What was expected and what was found.
        public var description: String
        /// Where in the kit.
        public var location: TributaryModel.SourceLocation
    }

    /// All checks.
    public static let checks: [Check] = settling + leasing + clicking + correcting + keeping + observing + care

    /// The sinks that the checks are run with.
    public static let policy = LedgerPolicy(sinks: [
        SinkPolicy(
            name: "river",
            kinds: [
                .clickRecorded, .customerCreated, .subscriptionTrialStarted, .paymentSucceeded, .refundSucceeded,
                .refundReversed, .disputeLost,
            ],
            parameters: ["river_referral"]
        ),
        SinkPolicy(
            name: "brook",
            kinds: [.paymentSucceeded, .refundSucceeded],
            parameters: ["brook_click"],
            sendsOrganic: true,
            needsOrder: false,
            mode: .all
        ),
    ])
}

/// A store under test, with a clock of its own; balances are looked at after every step.
public actor StoreProbe {
    /// The store.
    public nonisolated let store: any Store

    /// The policy of all calls.
    public nonisolated let policy: LedgerPolicy

    /// The time of the next call.
    public private(set) var now = Timestamp(unixSeconds: 1_790_000_000)

    private var webhooks = 0

    /// Creates a probe.
    public init(_ store: any Store, policy: LedgerPolicy = StoreConformance.policy) {
        self.store = store
        self.policy = policy
    }

    /// Lets the clock go on without telling the store.
    public func pass(_ duration: Duration) { now = now.advanced(by: duration) }

    /// Lets the clock go on and tells the store.
    public func wait(_ duration: Duration) async throws {
        pass(duration)
        _ = try await store.tick(at: now, under: policy)
        try await checkBalances()
    }

    /// A submission that carries these events.
    public func submission(
        _ events: [Event],
        key: String? = nil,
        source: String = "stripe",
        live: Bool? = true
    ) -> Submission {
        webhooks += 1
        return Submission(
            source: source,
            webhookKey: key ?? "evt_\(webhooks)",
            type: events.first?.provider.type ?? "noise",
            live: live,
            receivedAt: now,
            headers: ["User-Agent": "Provider/1.0"],
            body: Array("{\"number\":\(webhooks)}".utf8),
            mapping: MappingStamp(name: "stripe", version: "1.0.0", contentHash: "c0ffee"),
            outcome: events.isEmpty
                ? JournalOutcome(.ignored, why: "no money moved") : JournalOutcome(.emitted, rule: "r"),
            events: events
        )
    }

    /// A webhook with these events arrives.
    @discardableResult
    public func tell(
        _ events: Event...,
        key: String? = nil,
        source: String = "stripe",
        live: Bool? = true
    ) async throws -> Settlement {
        let settlement = try await store.settle(
            submission(events, key: key, source: source, live: live),
            under: policy
        )
        try await checkBalances()
        return settlement
    }

    /// The dispatcher takes what is due.
    public func lease(_ sink: String = "river", limit: Int = 100) async throws -> [LeasedDelivery] {
        let request = LeaseRequest(sink: sink, limit: limit, now: now, until: now.advanced(by: .seconds(10)))
        let leased = try await store.lease(request)
        try await checkBalances()
        return leased
    }

    /// An attempt has come to something.
    @discardableResult
    public func finish(_ leased: LeasedDelivery, _ result: AttemptResult) async throws -> FinishReceipt {
        let receipt = try await store.finish(leased.token, result, at: now, under: policy)
        try await checkBalances()
        return receipt
    }

    /// The platform takes all that is due, until nothing is.
    ///
    /// - Returns: what it was told: `payment.succeeded invoice:in_1 99.00 EUR`.
    @discardableResult
    public func deliver(_ sink: String = "river", as end: DeliveryEnd = .delivered) async throws -> [String] {
        var told: [String] = []
        for _ in 0..<1000 {
            guard let leased = try await lease(sink, limit: 1).first else { break }
            let event = leased.delivery.event
            told.append("\(event.kind.rawValue) \(event.key)" + (event.total.map { " \($0)" } ?? ""))
            let receipt = Receipt([.init("conversion", "com_\(event.key.id)")])
            try await finish(leased, AttemptResult(.end(.init(end, reason: "stored", receipt: receipt))))
        }
        return told
    }

    /// Looks at the one number that proves that nothing was lost or invented.
    public func checkBalances() async throws {
        for balance in try await store.balances(under: policy) {
            try expect(balance.imbalance == 0, "the books balance: \(balance)")
        }
    }

    /// Requires something.
    public nonisolated func expect(
        _ condition: Bool,
        _ sentence: @autoclosure () -> String,
        fileID: String = #fileID,
        line: Int = #line
    ) throws {
        guard !condition else { return }
        throw StoreConformance.Violation(
            description: "expected: " + sentence(),
            location: .here(fileID: fileID, line: line)
        )
    }

    /// Requires two values to be the same.
    public nonisolated func expect<Value: Equatable>(
        _ found: Value,
        is expected: Value,
        fileID: String = #fileID,
        line: Int = #line
    ) throws {
        try expect(found == expected, "\(expected)\n   found: \(found)", fileID: fileID, line: line)
    }

    /// Requires a value to be there.
    public nonisolated func require<Value: Sendable>(
        _ value: Value?,
        fileID: String = #fileID,
        line: Int = #line
    ) throws -> Value {
        guard let value else {
            throw StoreConformance.Violation(
                description: "expected: a value\n   found: none",
                location: .here(fileID: fileID, line: line)
            )
        }
        return value
    }
}
