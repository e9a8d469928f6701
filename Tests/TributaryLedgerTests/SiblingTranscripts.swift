// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

@Suite struct SiblingTranscripts {
    @Test func `the same webhook twice is stored once`() {
        var story = Story(.affonso)
        let first = story.tell(.payment("in_1", referral: "ref_1"), key: "evt_a")
        let again = story.tell(.payment("in_1", referral: "ref_1"), key: "evt_a")
        #expect(first.status == .stored)
        #expect(first.wakes == ["affonso"])
        #expect(again == Settlement(status: .repeated, number: first.number))
        #expect(story.deliver() == ["payment.succeeded invoice:in_1 99.00 EUR for ref_1"])
    }

    @Test func `the same money told by three types of webhook is sent once`() {
        var story = Story(.affonso)
        let charge = Reference("charge", "ch_1")
        let intent = Reference("payment_intent", "pi_1")
        story.tell(.payment("in_1", referral: "ref_1", aliases: [intent, charge]))
        let second = story.tell(.payment("in_1", referral: "ref_1"))
        var byCharge = Event.payment("x", referral: "ref_1")
        byCharge.key = charge
        let third = story.tell(byCharge)
        #expect(second.dispositions == [.sibling(of: Reference("invoice", "in_1"))])
        #expect(third.dispositions == [.sibling(of: Reference("invoice", "in_1"))])
        #expect(story.deliver().count == 1)
    }

    @Test func `a sibling known by its alias is found whichever comes first`() {
        var story = Story(.affonso)
        var byCharge = Event.payment("x", referral: "ref_1")
        byCharge.key = Reference("charge", "ch_1")
        story.tell(byCharge)
        let second = story.tell(.payment("in_1", aliases: [Reference("charge", "ch_1")]))
        #expect(second.dispositions == [.sibling(of: Reference("charge", "ch_1"))])
        let third = story.tell(.payment("in_1"))
        #expect(third.dispositions == [.sibling(of: Reference("charge", "ch_1"))])
    }

    @Test func `a sibling's metadata attributes the payment that came without`() {
        var story = Story(.affonso)
        let intent = Reference("payment_intent", "pi_1")
        story.tell(.payment("in_1", customer: nil, aliases: [intent]))
        #expect(story.deliver() == [])
        var carrying = Event.payment("x", customer: nil, referral: "ref_1")
        carrying.key = intent
        #expect(story.tell(carrying).wakes == ["affonso"])
        #expect(story.deliver() == ["payment.succeeded invoice:in_1 99.00 EUR for ref_1"])
    }

    @Test func `test money and other instances have keys of their own`() {
        var sink = SinkPolicy.affonso
        sink.mode = .all
        var story = Story(sink)
        story.tell(.payment("in_1", referral: "ref_1"), key: "evt_a", live: true)
        story.tell(.payment("in_1", referral: "ref_1"), key: "evt_a", live: false)
        story.tell(.payment("in_1", referral: "ref_1"), key: "evt_a", source: "shop-eu")
        #expect(
            story.lease().map(\.idempotencyKey).sorted() == [
                "stripe:invoice:in_1", "stripe:invoice:in_1", "test:stripe:invoice:in_1",
            ]
        )
    }

    @Test func `noise, test money and unwanted kinds are counted as filtered`() {
        var story = Story(.affonso)
        story.tell()
        story.tell(.payment("in_1", referral: "ref_1"), live: false)
        story.tell(.dispute("dp_1", of: Reference("invoice", "in_9"), 100, kind: .disputeOpened))
        #expect(story.ledger.book.counters(of: "affonso") == (3, 3))
    }

    @Test func `a dispute's opening and its loss are two events of one key`() {
        var sink = SinkPolicy.affonso
        sink.kinds.insert(.disputeOpened)
        var story = Story(sink)
        let sale = Reference("invoice", "in_1")
        story.tell(.payment("in_1", referral: "ref_1"))
        story.deliver()
        story.tell(.dispute("dp_1", of: sale, 9900, kind: .disputeOpened))
        story.tell(.dispute("dp_1", of: sale, 9900, kind: .disputeLost))
        let keys = [story.lease(), story.lease()].flatMap(\.self).map(\.idempotencyKey)
        #expect(keys == ["stripe:dispute:dp_1:dispute.opened"])
        #expect(story.standing().last == "dispute:dp_1 saleOpen")
    }
}
