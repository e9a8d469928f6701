// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

@Suite struct OrderTranscripts {
    @Test func `lead, trial, payment of a customer go one after the other`() throws {
        var story = Story(.affonso)
        story.tell(.payment("in_1", referral: "ref_1"))
        story.tell(.trial("sub_1", customer: "cus_1", at: 5))
        story.tell(.lead("cus_1", at: 9))
        #expect(story.standing() == ["invoice:in_1 held", "subscription:sub_1 held", "customer:cus_1 waiting"])
        #expect(
            story.deliver() == [
                "customer.created customer:cus_1 for ref_1", "subscription.trial_started subscription:sub_1 for ref_1",
                "payment.succeeded invoice:in_1 99.00 EUR for ref_1",
            ]
        )
    }

    @Test func `payments of one customer go in the order of their times, others are not held`() {
        var story = Story(.affonso)
        story.tell(.payment("in_2", referral: "ref_1", at: 20))
        story.tell(.payment("in_1", referral: "ref_1", at: 10))
        story.tell(.payment("in_3", customer: "cus_2", referral: "ref_1", at: 30))
        #expect(story.lease().map(\.event.key.id) == ["in_1", "in_3"])
    }

    @Test func `a delivery that is being retried holds the customer's others for 30 minutes at most`() throws {
        var story = Story(.affonso)
        story.tell(.payment("in_1", referral: "ref_1", at: 10))
        let first = try #require(story.lease().first)
        story.tell(.payment("in_2", referral: "ref_1", at: 20))
        story.finish(first, .retry(at: story.now.advanced(by: .seconds(86_400)), reason: "503"))
        story.wait(.seconds(29 * 60))
        #expect(story.lease().isEmpty)
        #expect(story.ledger.book.nextDue("affonso") == story.now.advanced(by: .seconds(60)))
        story.wait(.seconds(60))
        #expect(story.deliver() == ["payment.succeeded invoice:in_2 99.00 EUR for ref_1"])
        story.tell(.payment("in_3", referral: "ref_1", at: 30))
        #expect(story.deliver() == ["payment.succeeded invoice:in_3 99.00 EUR for ref_1"])
    }

    @Test func `a sink without an order gets everything at once`() {
        var sink = SinkPolicy.affonso
        sink.needsOrder = false
        var story = Story(sink)
        story.tell(.payment("in_1", referral: "ref_1"))
        story.tell(.lead("cus_1", referral: "ref_1"))
        #expect(story.lease().count == 2)
    }

    @Test func `customers that turn out to be one are put in order`() {
        var story = Story(.affonso)
        story.tell(.payment("in_1", customer: "cus_1", referral: "ref_1", at: 10))
        story.tell(.payment("in_2", customer: "cus_2", referral: "ref_1", at: 20))
        var connecting = Event.lead("cus_1", user: "user_1", at: 30)
        story.tell(connecting)
        connecting = .lead("cus_2", user: "user_1", at: 40)
        story.tell(connecting)
        #expect(
            story.deliver().map { $0.split(separator: " ")[1] } == [
                "customer:cus_1", "customer:cus_2", "invoice:in_1", "invoice:in_2",
            ]
        )
    }
}

@Suite struct LeaseTranscripts {
    @Test func `only the newest lease can finish a delivery`() throws {
        var story = Story(.affonso)
        story.tell(.payment("in_1", referral: "ref_1"))
        let first = try #require(story.lease().first)
        #expect(story.lease().isEmpty)
        story.wait(.seconds(10))
        let second = try #require(story.lease().first)
        #expect(second.row.token > first.row.token)
        #expect(second.row.attempts == 2)
        #expect(second.mayHaveArrivedBefore)
        #expect(!first.mayHaveArrivedBefore)
        #expect(story.finish(first, .ended(.permanent, reason: "", receipt: [])) == nil)
        #expect(story.standing() == ["invoice:in_1 leased"])
        #expect(story.finish(second, .ended(.delivered, reason: "", receipt: [])) != nil)
        #expect(story.finish(second, .retry(at: story.now, reason: "")) == nil)
        #expect(story.standing() == ["invoice:in_1 delivered"])
    }

    @Test func `a renewed lease does not lapse`() throws {
        var story = Story(.affonso)
        story.tell(.payment("in_1", referral: "ref_1"))
        let grant = try #require(story.lease().first)
        story.ledger.renew(
            grant.row.number,
            token: grant.row.token,
            until: story.now.advanced(by: .seconds(20))
        )
        story.wait(.seconds(10))
        #expect(story.lease().isEmpty)
        story.wait(.seconds(10))
        #expect(story.lease().count == 1)
    }

    @Test func `an attempt that was not made does not count`() throws {
        var story = Story(.affonso)
        story.tell(.payment("in_1", referral: "ref_1"))
        let first = try #require(story.lease().first)
        story.finish(first, .returned(at: story.now))
        let second = try #require(story.lease().first)
        #expect(second.row.attempts == 1)
        #expect(!second.mayHaveArrivedBefore)
        #expect(second.row.token > first.row.token)
    }

    @Test func `a retry keeps its key, its event and the doubt whether it has arrived`() throws {
        var story = Story(.affonso)
        story.tell(.lead("cus_1", referral: "ref_1"))
        story.deliver()
        story.tell(.payment("in_1"))
        let first = try #require(story.lease().first)
        story.finish(first, .retry(at: story.now, reason: "timeout"), mayHaveArrived: true)
        story.tell(.lead("cus_1", user: "user_1", referral: "ref_0", at: -9999))
        let second = try #require(story.lease().first)
        #expect(second.event == first.event)
        #expect(second.idempotencyKey == first.idempotencyKey)
        #expect(second.mayHaveArrivedBefore)
    }

    @Test func `an attempt that is given back unspent may have arrived all the same`() throws {
        var story = Story(.affonso)
        story.tell(.payment("in_1", referral: "ref_1"))
        let first = try #require(story.lease().first)
        story.finish(first, .returned(at: story.now), mayHaveArrived: true)
        let second = try #require(story.lease().first)
        #expect(second.row.attempts == 1)
        #expect(second.mayHaveArrivedBefore)
    }
}
