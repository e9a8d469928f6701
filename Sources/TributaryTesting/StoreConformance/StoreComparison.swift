// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryLedger
import TributaryModel

/// Plays one invented, random life of a shop to two stores and compares every answer.
///
/// The life is dealt by a seed, so that a difference can be seen again: money told by siblings, refunds before their
/// sales, leads after their payments, lapsed leases, failing platforms, time.
public struct StoreComparison: Sendable {
    private let first: StoreProbe
    private let second: StoreProbe
    private var random: SeededGenerator
    private var held: [(LeasedDelivery, LeasedDelivery)] = []

    /// Compares a store with the reference in memory.
    public init(_ store: any Store, seed: UInt64) {
        var policy = StoreConformance.policy
        // One of the sinks tells refunds of a part late, so that some go out together.
        policy.sinks[1].correctionHold = .seconds(2 * 86_400)
        first = StoreProbe(MemoryStore(), policy: policy)
        second = StoreProbe(store, policy: policy)
        random = SeededGenerator(seed: seed)
    }

    /// Plays.
    ///
    /// - Parameter steps: How many things happen.
    /// - Throws: ``StoreConformance/Violation`` at the first difference or imbalance, and whatever the stores throw.
    public mutating func play(steps: Int) async throws {
        for step in 0..<steps {
            switch random.below(100) {
            case 0..<55: try await tell(step)
            case 55..<75: try await lease()
            case 75..<92: try await finish()
            default: try await wait()
            }
        }
        try await compareRecords()
    }

    private mutating func tell(_ step: Int) async throws {
        let events = (0..<(random.below(12) == 0 ? 3 : 1)).map { _ in event() }
        let key = random.below(10) == 0 ? "evt_\(random.below(20))" : "evt_step_\(step)"
        let live = random.below(15) != 0
        let expected = try await first.store.settle(
            await first.submission(events, key: key, live: live),
            under: first.policy
        )
        let found = try await second.store.settle(
            await second.submission(events, key: key, live: live),
            under: second.policy
        )
        try first.expect(found, is: expected)
        try await checkBalances()
    }

    /// One of few customers, invoices and refunds, so that they meet.
    private mutating func event() -> Event {
        let person = random.below(6)
        let invoice = "in_\(person)_\(random.below(4))"
        let sale = Reference("invoice", invoice)
        let charge = Reference("charge", "ch_\(invoice)")
        let time = Int64(random.below(1000))
        let referral = random.below(3) == 0 ? "ref_\(random.below(3))" : nil
        switch random.below(13) {
        case 12:
            var tie = SampleEvents.event(.paymentLinked, Reference("tie", "\(invoice)_\(random.below(2))"), at: time)
            tie.aliases = [sale, charge]
            return tie
        case 0...3:
            var event = SampleEvents.payment(
                invoice,
                10_000,
                customer: "cus_\(person)",
                referral: referral,
                aliases: random.below(2) == 0 ? [charge] : [],
                at: time
            )
            if random.below(3) == 0 { event.subscription.ref = "sub_\(person)" }
            if random.below(5) == 0 { event.key = charge }
            return event
        case 4:
            let user = random.below(2) == 0 ? "user_\(random.below(4))" : nil
            return SampleEvents.lead("cus_\(person)", user: user, referral: referral, at: time)
        case 5: return SampleEvents.trial("sub_\(person)", customer: "cus_\(person)", at: time)
        case 6...8:
            let amount = Int64(random.below(6)) * 1000 + 500
            let key = Reference("refund", "re_\(invoice)_\(random.below(3))")
            return SampleEvents.correction(.refundSucceeded, key, of: random.below(2) == 0 ? sale : charge, amount)
        case 9:
            let key = Reference("sum", "\(invoice)_\(random.below(50))")
            let sum = Int64(random.below(12)) * 1000
            return SampleEvents.correction(.refundSucceeded, key, of: charge, nil, soFar: sum)
        case 10:
            let key = Reference("refund", "re_\(invoice)_\(random.below(3))")
            return SampleEvents.correction(.refundReversed, key, of: charge, nil)
        default:
            return SampleEvents.correction(.disputeLost, Reference("dispute", invoice), of: charge, 5000)
        }
    }

    private mutating func lease() async throws {
        let sink = random.below(2) == 0 ? "river" : "brook"
        let limit = 1 + random.below(3)
        try first.expect(
            try await second.store.nextDue(for: sink),
            is: try await first.store.nextDue(for: sink)
        )
        let expected = try await first.lease(sink, limit: limit)
        let found = try await second.lease(sink, limit: limit)
        try first.expect(found.map { Self.anonymous($0) }, is: expected.map { Self.anonymous($0) })
        held += zip(expected, found)
    }

    /// Without the store's own number.
    private static func anonymous(_ leased: LeasedDelivery) -> LeasedDelivery {
        var leased = leased
        leased.delivery.id = 0
        leased.token.delivery = 0
        return leased
    }

    private mutating func finish() async throws {
        guard !held.isEmpty else { return }
        let (expectedLease, foundLease) = held.remove(at: random.below(held.count))
        let receipt = Receipt([.init("conversion", "com_\(random.below(1000))")])
        let later = await first.now.advanced(by: .seconds(random.below(3000)))
        let result =
            switch random.below(10) {
            case 0...5: AttemptResult(.end(.init(.delivered, reason: "stored", receipt: receipt)))
            case 6: AttemptResult(.end(.init(random.pick(DeliveryEnd.allCases), reason: "so it is", receipt: receipt)))
            case 7: AttemptResult(.returned(at: later))
            default:
                AttemptResult(
                    .retry(at: later, reason: "503"),
                    mayHaveArrived: random.below(2) == 0,
                    isWait: random.below(2) == 0,
                    trail: ["503"]
                )
            }
        try first.expect(
            try await second.finish(foundLease, result),
            is: try await first.finish(expectedLease, result)
        )
    }

    private mutating func wait() async throws {
        let durations: [Duration] = [.seconds(1), .seconds(11), .seconds(1000), .seconds(2000), .seconds(86_400)]
        let duration = random.below(40) == 0 ? .seconds(31 * 86_400) : random.pick(durations)
        await first.pass(duration)
        await second.pass(duration)
        let now = await first.now
        try first.expect(
            try await second.store.tick(at: now, under: second.policy),
            is: try await first.store.tick(at: now, under: first.policy)
        )
        try await checkBalances()
    }

    private func checkBalances() async throws {
        let expected = try await first.store.balances(under: first.policy)
        try first.expect(try await second.store.balances(under: second.policy), is: expected)
        try first.expect(expected.allSatisfy { $0.imbalance == 0 }, "the books balance: \(expected)")
    }

    private func compareRecords() async throws {
        let query = DeliveryQuery(limit: 10_000)
        func anonymous(_ records: [DeliveryRecord]) -> [DeliveryRecord] {
            records.map { record in
                var record = record
                record.id = 0
                return record
            }.sorted { ($0.webhook, $0.sink, $0.event.id) < ($1.webhook, $1.sink, $1.event.id) }
        }
        try first.expect(
            anonymous(try await second.store.deliveries(query)),
            is: anonymous(try await first.store.deliveries(query))
        )
        let webhooks = WebhookQuery(limit: 10_000)
        try first.expect(
            try await second.store.webhooks(webhooks),
            is: try await first.store.webhooks(webhooks)
        )
    }
}

/// A small generator with a seed, so that every run deals the same.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        // Source: Marsaglia, "Xorshift RNGs", with Vigna's multiplier.
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: Int) -> Int { Int(next() >> 33) % bound }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
