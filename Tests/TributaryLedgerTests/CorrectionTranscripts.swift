// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

@Suite struct CorrectionTranscripts {
    let sale = Reference("invoice", "in_1")

    @Test func `a refund waits for its sale's delivery and then carries its receipt`() throws {
        var story = Story(.affonso)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        let saleGrant = try #require(story.lease().first)
        story.tell(.refund("re_1", of: sale, 3000))
        #expect(story.lease().isEmpty)
        #expect(story.standing() == ["invoice:in_1 leased", "refund:re_1 saleOpen"])
        let wakes = story.finish(
            saleGrant,
            .ended(.delivered, reason: "stored", receipt: [.init("conversion", "com_8")])
        )
        #expect(wakes == ["affonso"])
        let grant = try #require(story.lease().first)
        #expect(grant.line == "refund.succeeded refund:re_1 30.00 EUR for ref_1")
        #expect(grant.idempotencyKey == "stripe:refund:re_1")
        #expect(grant.sale?.row.receipt == [.init("conversion", "com_8")])
        #expect(grant.row.change == .init(sale: saleGrant.row.event, before: 0, after: 3000))
    }

    @Test func `a refund that overtakes its sale is parked and then sent`() {
        var story = Story(.affonso)
        story.tell(.refund("re_1", of: Reference("charge", "ch_1"), 3000))
        #expect(story.standing() == ["refund:re_1 saleUnknown"])
        story.tell(.payment("in_1", 10_000, referral: "ref_1", aliases: [Reference("charge", "ch_1")]))
        #expect(
            story.deliver() == [
                "payment.succeeded invoice:in_1 100.00 EUR for ref_1",
                "refund.succeeded refund:re_1 30.00 EUR for ref_1",
            ]
        )
    }

    @Test func `a parked refund finds its sale through a sibling's alias`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.refund("re_1", of: Reference("charge", "ch_1"), 3000))
        story.deliver()
        #expect(story.standing().last == "refund:re_1 saleUnknown")
        story.tell(.payment("in_1", aliases: [Reference("charge", "ch_1")]))
        #expect(story.deliver() == ["refund.succeeded refund:re_1 30.00 EUR for ref_1"])
    }

    @Test func `a parked refund finds its sale through an alias that its own sibling tells`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.refund("re_1", of: Reference("charge", "ch_1"), 3000))
        story.deliver()
        #expect(story.standing().last == "refund:re_1 saleUnknown")
        story.tell(.refund("re_1", of: sale, 3000))
        #expect(story.deliver() == ["refund.succeeded refund:re_1 30.00 EUR for ref_1"])
        story.tell(.refund("re_1", of: Reference("charge", "ch_2"), 3000))
        #expect(story.deliver() == [])
    }

    @Test func `a parked refund waits under its sibling's aliases as well`() {
        var story = Story(.affonso)
        story.tell(.refund("re_1", of: Reference("charge", "ch_1"), 3000))
        story.tell(.refund("re_1", of: Reference("charge", "ch_2"), 3000))
        #expect(story.standing() == ["refund:re_1 saleUnknown"])
        story.tell(.payment("in_1", 10_000, referral: "ref_1", aliases: [Reference("charge", "ch_2")]))
        #expect(
            story.deliver() == [
                "payment.succeeded invoice:in_1 100.00 EUR for ref_1",
                "refund.succeeded refund:re_1 30.00 EUR for ref_1",
            ]
        )
    }

    @Test func `corrections go out in the order in which they found their sale, as their amounts build on each other`()
        throws
    {
        var story = Story(.affonso)
        story.tell(.refund("re_1", of: Reference("charge", "ch_1"), 4000))
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.refund("re_2", of: sale, 5000))
        story.tell(.payment("in_1", aliases: [Reference("charge", "ch_1")]))
        var changes: [String] = []
        while let grant = story.lease(limit: 1).first {
            if let change = grant.row.change {
                changes.append(
                    "\(grant.event.key) \(change.before)-\(change.after), \(grant.sale?.correctionsBefore ?? -1)"
                )
            }
            story.finish(grant, .ended(.delivered, reason: "stored", receipt: []))
        }
        #expect(changes == ["refund:re_2 0-5000, 0", "refund:re_1 5000-9000, 1"])
    }

    @Test func `a refund whose sale never comes is given up after 30 days`() {
        var story = Story(.affonso)
        story.tell(.refund("re_1", of: sale, 3000))
        story.wait(.seconds(30 * 86_400 - 1))
        #expect(story.standing() == ["refund:re_1 saleUnknown"])
        story.wait(.seconds(1))
        #expect(story.standing() == ["refund:re_1 notApplicable"])
    }

    @Test(
        arguments: [
            (DeliveryEnd.notAttributed, "notApplicable", "its sale was not attributed"),
            (.rejectedByPlatform, "notApplicable", "its sale was rejected by the platform"),
            (.permanent, "notApplicable", "its sale could not be sent"),
            (.notApplicable, "notApplicable", "there was no sale to send"),
            (.needsHuman, "needsHuman", "its sale needs a person first"),
        ]
    )
    func `a refund of a sale that the platform does not have ends with the reason`(
        end: DeliveryEnd,
        standing: String,
        reason: String
    ) {
        var story = Story(.affonso)
        story.tell(.payment("in_1", referral: "ref_1"))
        story.tell(.refund("re_1", of: sale, 3000))
        story.deliver(as: end)
        story.tell(.refund("re_2", of: sale, 1000))
        #expect(story.standing().dropFirst() == ["refund:re_1 \(standing)", "refund:re_2 \(standing)"])
        #expect(story.reasons().dropFirst() == [reason, reason])
    }

    @Test func `the refund of an organic sale is not sent`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1"))
        story.tell(.refund("re_1", of: sale, 3000))
        story.wait(.seconds(15 * 60))
        #expect(story.standing() == ["invoice:in_1 notAttributed", "refund:re_1 notApplicable"])
    }

    @Test func `a running sum that repeats single refunds changes nothing`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.refund("re_1", of: sale, 3000))
        story.tell(.refund("sum_1", of: sale, nil, soFar: 3000))
        story.tell(.refund("re_2", of: sale, 2000))
        story.tell(.refund("sum_2", of: sale, nil, soFar: 5000))
        #expect(
            story.deliver() == [
                "payment.succeeded invoice:in_1 100.00 EUR for ref_1",
                "refund.succeeded refund:re_1 30.00 EUR for ref_1",
                "refund.succeeded refund:re_2 20.00 EUR for ref_1",
            ]
        )
        #expect(story.reasons()[2] == "already covered by refund:re_1")
    }

    @Test func `running sums alone become differences`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.refund("sum_2", of: sale, nil, soFar: 5000))
        story.tell(.refund("sum_1", of: sale, nil, soFar: 3000))
        story.tell(.refund("sum_3", of: sale, nil, soFar: 10_000))
        #expect(
            story.deliver().dropFirst() == [
                "refund.succeeded refund:sum_2 50.00 EUR for ref_1",
                "refund.succeeded refund:sum_3 50.00 EUR for ref_1",
            ]
        )
    }

    @Test func `refunds and a lost dispute together never exceed the sale`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.refund("re_1", of: sale, 7000))
        story.tell(.dispute("dp_1", of: sale, 10_000, kind: .disputeLost))
        story.tell(.refund("re_2", of: sale, 3000))
        #expect(
            story.deliver().dropFirst() == [
                "refund.succeeded refund:re_1 70.00 EUR for ref_1", "dispute.lost dispute:dp_1 30.00 EUR for ref_1",
            ]
        )
        #expect(story.standing().last == "refund:re_2 notApplicable")
    }

    @Test func `a reversal takes back what its refund gave, once`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.refund("re_1", of: sale, 4000, soFar: 4000))
        story.tell(.refund("re_1", of: sale, 4000, kind: .refundReversed))
        story.tell(.refund("re_2", of: sale, 1000, soFar: 1000))
        #expect(
            story.deliver().dropFirst() == [
                "refund.succeeded refund:re_1 40.00 EUR for ref_1", "refund.reversed refund:re_1 -40.00 EUR for ref_1",
                "refund.succeeded refund:re_2 10.00 EUR for ref_1",
            ]
        )
    }

    @Test func `a reversal that overtakes its refund leaves nothing to send of either`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.refund("re_1", of: sale, nil, kind: .refundReversed))
        story.tell(.refund("re_1", of: sale, 4000))
        #expect(story.deliver().count == 1)
        #expect(story.reasons().dropFirst() == ["there is no refund to take back", "the refund was reversed before"])
    }

    @Test func `a refund in another currency than its sale needs a person`() throws {
        var story = Story(.affonso)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        var refund = Event.refund("re_1", of: sale, nil)
        refund.total = Money(minor: 3000, try #require(Currency("USD")))
        story.tell(refund)
        #expect(story.standing().last == "refund:re_1 needsHuman")
        story.tell(.refund("re_2", of: sale, 1000))
        #expect(story.deliver().last == "refund.succeeded refund:re_2 10.00 EUR for ref_1")
    }

    @Test func `corrections of one sale go out one after the other, also when the first is being retried for hours`()
        throws
    {
        var story = Story(.affonso)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.deliver()
        story.tell(.refund("re_1", of: sale, 3000))
        let first = try #require(story.lease().first)
        story.tell(.refund("re_2", of: sale, 2000))
        story.finish(first, .retry(at: story.now.advanced(by: .seconds(7200)), reason: "503"))
        story.wait(.seconds(3600))
        #expect(story.lease().isEmpty)
        story.wait(.seconds(3600))
        let again = try #require(story.lease().first)
        #expect(again.line == "refund.succeeded refund:re_1 30.00 EUR for ref_1")
        story.finish(again, .ended(.delivered, reason: "", receipt: []))
        let second = try #require(story.lease().first)
        #expect(second.line == "refund.succeeded refund:re_2 20.00 EUR for ref_1")
        #expect(second.row.change.map { [$0.before, $0.after] } == [3000, 5000])
        #expect(second.sale?.correctionsBefore == 1)
    }

    @Test func `a sink that takes no reversals is told sums without them`() {
        var sink = SinkPolicy.affonso
        sink.kinds.remove(.refundReversed)
        var story = Story(sink)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.refund("re_1", of: sale, 4000))
        story.tell(.refund("re_1", of: sale, 4000, kind: .refundReversed))
        story.tell(.refund("re_2", of: sale, 1000))
        #expect(
            story.deliver().dropFirst() == [
                "refund.succeeded refund:re_1 40.00 EUR for ref_1", "refund.succeeded refund:re_2 10.00 EUR for ref_1",
            ]
        )
    }

    @Test func `a dispute that is won gives back what was lost to it, once`() {
        var story = Story(.everything)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.dispute("dp_1", of: sale, 10_000, kind: .disputeLost))
        story.tell(.dispute("dp_1", of: sale, 10_000, kind: .disputeWon))
        story.tell(.dispute("dp_1", of: sale, 10_000, kind: .disputeWon))
        story.tell(.refund("re_1", of: sale, 1000))
        #expect(
            story.deliver().dropFirst() == [
                "dispute.lost dispute:dp_1 100.00 EUR for ref_1", "dispute.won dispute:dp_1 -100.00 EUR for ref_1",
                "refund.succeeded refund:re_1 10.00 EUR for ref_1",
            ]
        )
    }

    @Test func `a dispute won belongs to the dispute lost by the provider's id, whatever the keys are`() {
        var story = Story(.everything)
        var won = Event.dispute("sale_1", of: sale, 10_000, kind: .disputeWon)
        won.key = Reference("dispute_won", "sale_1")
        won.dispute = "sale_1"
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.dispute("sale_1", of: sale, 10_000, kind: .disputeLost))
        story.tell(won)
        #expect(story.deliver().last == "dispute.won dispute_won:sale_1 -100.00 EUR for ref_1")
    }

    @Test func `a dispute won that overtakes its loss leaves nothing of it to send`() throws {
        var story = Story(.everything)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.tell(.dispute("dp_1", of: sale, 10_000, kind: .disputeWon))
        story.tell(.dispute("dp_1", of: sale, 10_000, kind: .disputeLost))
        var changes: [DeliveryRow.Change] = []
        while let grant = story.lease(limit: 1).first {
            if let change = grant.row.change { changes.append(change) }
            story.finish(grant, .ended(.delivered, reason: "", receipt: []))
        }
        #expect(changes.map { [$0.before, $0.after] } == [[0, 0]])
        #expect(story.reasons().last == "the dispute was won after all")
    }

    @Test(arguments: [EventKind.disputeOpened, .disputeWon])
    func `a dispute that took nothing moves no money, and is told where it is asked for`(kind: EventKind) throws {
        var story = Story(.everything)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.deliver()
        story.tell(.refund("re_1", of: sale, 1000))
        story.tell(.dispute("dp_1", of: sale, 9000, kind: kind))
        story.deliver()
        #expect(story.changes() == ["refund:re_1 0-1000", "dispute:dp_1 1000-1000"])
        var quiet = Story(.affonso)
        quiet.tell(.payment("in_1", 10_000, referral: "ref_1"))
        quiet.tell(.dispute("dp_1", of: sale, 9000, kind: kind))
        #expect(quiet.standing() == ["invoice:in_1 waiting"])
    }

    @Test func `a dispute that is won in part, or in another currency, gives back that part, or all`() throws {
        for (won, after) in [(Event.euro(4000), 6000), (Currency("USD").map { Money(minor: 99, $0) }, 0)] {
            var story = Story(.everything)
            var event = Event.dispute("dp_1", of: sale, 0, kind: .disputeWon)
            event.total = won
            story.tell(.payment("in_1", 10_000, referral: "ref_1"))
            story.tell(.dispute("dp_1", of: sale, 10_000, kind: .disputeLost))
            story.tell(event)
            #expect(story.changes() == ["dispute:dp_1 0-10000", "dispute:dp_1 10000-\(after)"])
        }
    }

    @Test(arguments: 0..<240)
    func `in whatever order they arrive, the platform is told the same sum`(seed: Int) {
        // Refunds, running sums, reversals, disputes lost, won and both, and the sale, dealt by the seed.
        var events = [
            Event.payment("in_1", 10_000, referral: "ref_1"), .refund("re_1", of: sale, 3000),
            .refund("re_2", of: sale, 2000), .refund("sum_1", of: sale, nil, soFar: 3000),
            .refund("sum_2", of: sale, nil, soFar: 5000), .refund("re_2", of: sale, 2000, kind: .refundReversed),
            .dispute("dp_1", of: sale, 1500, kind: .disputeLost), .dispute("dp_2", of: sale, 4000, kind: .disputeLost),
            .dispute("dp_2", of: sale, 4000, kind: .disputeWon), .dispute("dp_3", of: sale, 8000, kind: .disputeOpened),
            .dispute("dp_3", of: sale, 8000, kind: .disputeWon), .refund("re_9", of: sale, nil, kind: .refundReversed),
        ]
        var random = Lehmer(seed: UInt64(seed))
        events.shuffle(using: &random)
        var story = Story(.everything)
        var sum: Int64 = 0
        for event in events {
            story.tell(event)
            if random.next() % 2 == 0 { sum += given(&story) }
            if random.next() % 3 == 0 { story.tell(event) }
        }
        sum += given(&story)
        #expect(sum == 3000 + 1500)
        #expect(!story.standing().contains { $0.hasSuffix("saleOpen") || $0.hasSuffix("held") })
    }

    @Test(arguments: 0..<200)
    func `what remains never depends on the order and never leaves the sale, whatever is told of it`(seed: Int) {
        // Corrections drawn by the seed, also contradictory ones, told in two orders to two ledgers.
        var random = Lehmer(seed: UInt64(1000 + seed))
        var events = [Event.payment("in_1", 5000, referral: "ref_1")]
        for _ in 0..<8 {
            let amount = Int64(random.next() % 4000)
            let subject = String(random.next() % 3)
            switch random.next() % 6 {
            case 0: events.append(.refund("re_\(subject)", of: sale, amount))
            case 1: events.append(.refund("sum_\(amount)", of: sale, nil, soFar: amount))
            case 2: events.append(.refund("re_\(subject)", of: sale, nil, kind: .refundReversed))
            case 3: events.append(.dispute("dp_\(subject)", of: sale, amount, kind: .disputeLost))
            case 4: events.append(.dispute("dp_\(subject)", of: sale, amount, kind: .disputeWon))
            default: events.append(.dispute("dp_\(subject)", of: sale, amount, kind: .disputeOpened))
            }
        }
        // One key says one thing: what is told twice is the same event.
        var told: Set<String> = []
        events.removeAll { !told.insert("\($0.kind) \($0.key)").inserted }
        let sums = (0..<3).map { _ -> Int64 in
            events.shuffle(using: &random)
            var story = Story(.everything)
            var sum: Int64 = 0
            for event in events {
                story.tell(event)
                if random.next() % 2 == 0 { sum += given(&story, within: 0...5000, from: sum) }
            }
            return sum + given(&story, within: 0...5000, from: sum)
        }
        #expect(Set(sums).count == 1, "\(sums) of \(events.map { "\($0.kind) \($0.key)" })")
    }

    /// What the platform is told to take back, as far as that moves anything.
    private func given(
        _ story: inout Story,
        within bounds: ClosedRange<Int64> = 0...10_000,
        from start: Int64 = 0
    ) -> Int64 {
        var sum: Int64 = 0
        while let grant = story.lease(limit: 1).first {
            if let change = grant.row.change, change.before != change.after {
                sum += grant.event.total?.minor ?? 0
                #expect(grant.event.total?.minor == change.after - change.before)
                #expect(bounds.contains(change.after))
                #expect(start == 0 || start + sum == change.after)
            }
            story.finish(grant, .ended(.delivered, reason: "", receipt: []))
        }
        return sum
    }
}

/// A small generator with a seed, so that every run deals the same.
struct Lehmer: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 2 &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
