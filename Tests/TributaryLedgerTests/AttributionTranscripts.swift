// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

@Suite struct AttributionTranscripts {
    @Test func `a payment without attribution waits, and ends as organic when none arrives`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1"))
        #expect(story.standing() == ["invoice:in_1 unattributed"])
        story.wait(.seconds(15 * 60 - 1))
        #expect(story.standing() == ["invoice:in_1 unattributed"])
        story.wait(.seconds(1))
        #expect(story.standing() == ["invoice:in_1 notAttributed"])
        #expect(story.reasons() == ["organic: no attribution arrived in time"])
    }

    @Test func `a lead that arrives within the grace time attributes the payment before it`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1"))
        story.wait(.seconds(60))
        #expect(story.tell(.lead("cus_1", referral: "ref_1")).wakes == ["affonso"])
        #expect(
            story.deliver() == [
                "customer.created customer:cus_1 for ref_1", "payment.succeeded invoice:in_1 99.00 EUR for ref_1",
            ]
        )
    }

    @Test func `a renewal years later finds its partner`() {
        var story = Story(.affonso)
        story.tell(.lead("cus_1", referral: "ref_1"))
        story.deliver()
        story.wait(.seconds(3 * 365 * 86_400))
        story.tell(.payment("in_37", at: 3 * 365 * 86_400))
        #expect(story.deliver() == ["payment.succeeded invoice:in_37 99.00 EUR for ref_1"])
    }

    @Test func `a sign-up told by the merchant's backend meets the provider's payment by the user's id`() {
        var story = Story(.affonso)
        var signUp = Event.lead("x", user: "user_1", referral: "ref_1")
        signUp.customer.ref = nil
        story.tell(signUp, source: "backend")
        story.deliver()
        var payment = Event.payment("in_1")
        payment.customer.user = "user_1"
        story.tell(payment)
        #expect(story.deliver() == ["payment.succeeded invoice:in_1 99.00 EUR for ref_1"])
    }

    @Test
    func `a sale with a user and no click waits for a late sign-up, then is sent: the platform may know the user`() {
        var story = Story(.affonso)
        var payment = Event.payment("in_1")
        payment.customer.user = "user_1"
        story.tell(payment)
        story.wait(.seconds(15 * 60 - 1))
        #expect(story.deliver() == [])
        story.wait(.seconds(1))
        #expect(story.deliver() == ["payment.succeeded invoice:in_1 99.00 EUR"])
        var renewal = Event.payment("in_2", at: 60)
        renewal.customer.user = "user_1"
        story.tell(renewal)
        #expect(story.deliver() == ["payment.succeeded invoice:in_2 99.00 EUR"])
    }

    @Test func `a sale whose user is not known yet waits for the sign-up at a platform that needs the user`() {
        var needing = SinkPolicy.affonso
        needing.userParameters = ["affonso_user"]
        var story = Story(needing)
        var payment = Event.payment("in_1", referral: "ref_1")
        payment.customer.user = nil
        story.tell(payment)
        #expect(story.deliver() == [])
        story.wait(.seconds(120))
        var signUp = Event.lead("cus_1", user: "user_1", referral: "ref_1")
        signUp.customer.ref = payment.customer.ref
        story.tell(signUp, source: "stripe")
        #expect(story.deliver().last == "payment.succeeded invoice:in_1 99.00 EUR for ref_1")
    }

    @Test func `a sale whose user never becomes known goes out without one at the end of the wait`() {
        var needing = SinkPolicy.affonso
        needing.userParameters = []
        var story = Story(needing)
        var payment = Event.payment("in_1", referral: "ref_1")
        payment.customer.user = nil
        story.tell(payment)
        story.wait(.seconds(15 * 60))
        #expect(story.deliver() == ["payment.succeeded invoice:in_1 99.00 EUR for ref_1"])
    }

    @Test func `a sale with a user whose sign-up is late goes out with the partner that the sign-up names`() {
        var story = Story(.affonso)
        var payment = Event.payment("in_1")
        payment.customer.user = "user_1"
        story.tell(payment)
        story.wait(.seconds(120))
        var signUp = Event.lead("x", user: "user_1", referral: "ref_1")
        signUp.customer.ref = nil
        story.tell(signUp, source: "backend")
        #expect(
            story.deliver() == [
                "customer.created customer:x for ref_1", "payment.succeeded invoice:in_1 99.00 EUR for ref_1",
            ]
        )
    }

    @Test func `a sink that wants organic sales gets them at once`() {
        var sink = SinkPolicy.affonso
        sink.sendsOrganic = true
        var story = Story(sink)
        story.tell(.payment("in_1"))
        #expect(story.deliver() == ["payment.succeeded invoice:in_1 99.00 EUR"])
    }

    @Test(arguments: [(LedgerPolicy.Touch.first, "ref_early"), (.last, "ref_late")], [false, true])
    func `whose click counts is decided by event time, not by arrival`(
        expected: (touch: LedgerPolicy.Touch, referral: String),
        reversed: Bool
    ) {
        var story = Story(.affonso, touch: expected.touch)
        var touches = [
            Event.lead("cus_1", referral: "ref_early", at: -500), Event.lead("cus_1", referral: "ref_late", at: -100),
            Event.lead("cus_1", referral: "ref_after", at: 900),
        ]
        for index in touches.indices { touches[index].key = Reference("lead", "\(index)") }
        for touch in reversed ? touches.reversed() : touches { story.tell(touch) }
        story.deliver()
        story.tell(.payment("in_1"))
        #expect(story.deliver() == ["payment.succeeded invoice:in_1 99.00 EUR for \(expected.referral)"])
    }

    @Test func `an event's own metadata prevails for itself`() {
        var story = Story(.affonso)
        story.tell(.lead("cus_1", referral: "ref_1"))
        story.tell(.payment("in_1", referral: "ref_own"))
        #expect(story.deliver().last == "payment.succeeded invoice:in_1 99.00 EUR for ref_own")
    }

    @Test func `a coupon alone does not hide the referral that the customer came with`() throws {
        var story = Story(.affonso)
        story.tell(.lead("cus_1", referral: "ref_1"))
        story.deliver()
        var payment = Event.payment("in_1")
        payment.attribution.coupon = "SPRING"
        story.tell(payment)
        let sent = try #require(story.lease().first).event
        #expect(sent.attribution.coupon == "SPRING")
        #expect(sent.attribution[parameter: "affonso_referral"] == "ref_1")
    }

    @Test func `a sink is never given a losing partner's click beside the winner's referral`() throws {
        var story = Story(.affonso)
        story.tell(.lead("cus_1", referral: "ref_1", at: -10))
        var later = Event.lead("cus_1", at: -5)
        later.key = Reference("lead", "2")
        later.attribution.click = "click_of_another"
        story.tell(later)
        story.deliver()
        story.tell(.payment("in_1"))
        let sent = try #require(story.lease().first).event
        #expect(sent.attribution == Attribution(params: [.init("affonso_referral", "ref_1")]))
    }

    @Test func `two parties become one when an event connects them`() {
        var story = Story(.affonso)
        var click = Event.lead("x", referral: "ref_1")
        click.customer.ref = nil
        click.checkout = "cs_1"
        story.tell(click)
        story.tell(.payment("in_1", customer: "cus_1"))
        #expect(story.standing().last == "invoice:in_1 unattributed")
        var checkout = Event.payment("y")
        checkout.kind = .checkoutCompleted
        checkout.key = Reference("checkout", "cs_1")
        checkout.checkout = "cs_1"
        story.tell(checkout)
        story.deliver()
        #expect(story.standing().last == "invoice:in_1 delivered")
    }

    @Test func `a click that led to nothing is forgotten, one that led to a customer stays`() {
        var story = Story(.affonso)
        var lost = Event.lead("x", referral: "ref_1")
        lost.customer.ref = nil
        lost.checkout = "cs_1"
        story.tell(lost)
        story.tell(.lead("cus_2", referral: "ref_2"))
        story.deliver()
        story.wait(.seconds(31 * 86_400))
        var late = Event.payment("in_1", customer: nil)
        late.checkout = "cs_1"
        story.tell(late)
        story.tell(.payment("in_2", customer: "cus_2"))
        #expect(story.deliver() == ["payment.succeeded invoice:in_2 99.00 EUR for ref_2"])
    }

    @Test func `the first payment after a trial is its conversion, the next is a renewal`() throws {
        var story = Story(.affonso)
        story.tell(.lead("cus_1", referral: "ref_1", at: -2))
        story.tell(.trial("sub_1", customer: "cus_1", at: -1))
        story.deliver()
        for (invoice, phase, isFirst) in [("in_1", Phase.trialConversion, true), ("in_2", .renewal, false)] {
            var payment = Event.payment(invoice, at: invoice == "in_1" ? 10 : 20)
            payment.subscription.ref = "sub_1"
            story.tell(payment)
            let grant = try #require(story.lease().first)
            #expect(grant.event.phase == phase)
            #expect(grant.row.isFirstPayment == isFirst)
            story.finish(grant, .ended(.delivered, reason: "", receipt: []))
        }
    }

    @Test func `a provider that names no phase: the first payment of a subscription is the first, the next a renewal`()
        throws
    {
        var story = Story(.affonso)
        story.tell(.lead("cus_1", referral: "ref_1", at: -2))
        story.deliver()
        for (sale, phase) in [("sale_1", Phase.first), ("sale_2", .renewal), ("sale_3", .renewal)] {
            var payment = Event.payment(sale, at: 10)
            payment.phase = nil
            payment.subscription.ref = "I-1"
            story.tell(payment)
            let grant = try #require(story.lease().first)
            #expect(grant.event.phase == phase)
            story.finish(grant, .ended(.delivered, reason: "", receipt: []))
            story.wait(.seconds(30))
        }
    }

    @Test func `without a subscription nobody guesses a phase`() throws {
        var story = Story(.affonso)
        story.tell(.lead("cus_1", referral: "ref_1", at: -2))
        story.deliver()
        var payment = Event.payment("sale_1", at: 10)
        payment.phase = nil
        story.tell(payment)
        #expect(try #require(story.lease().first).event.phase == nil)
    }
}
