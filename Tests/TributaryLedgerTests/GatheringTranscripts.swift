// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

extension SinkPolicy {
    /// A platform that takes one refund for each sale, told a week late.
    fileprivate static let patient: SinkPolicy = {
        var policy = SinkPolicy.everything
        policy.correctionHold = .seconds(7 * 86_400)
        return policy
    }()
}

@Suite struct GatheringTranscripts {
    private let sale = Reference("invoice", "in_1")

    private func sold(_ sink: SinkPolicy = .patient) -> Story {
        var story = Story(sink)
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        story.deliver()
        return story
    }

    @Test func `refunds of parts within the hold go out as one, a hold after the first`() {
        var story = sold()
        story.tell(.refund("re_1", of: sale, 3000))
        #expect(story.deliver() == [])
        #expect(story.reasons().last == "waits for further refunds of its sale, to be told as one")
        story.wait(.seconds(6 * 86_400))
        story.tell(.refund("re_2", of: sale, 2500))
        #expect(story.deliver() == [])
        story.wait(.seconds(86_401))
        #expect(story.deliver() == ["refund.succeeded refund:re_2 55.00 EUR for ref_1"])
        #expect(story.standing().dropFirst() == ["refund:re_1 notApplicable", "refund:re_2 delivered"])
        #expect(story.reasons()[1] == "told together with refund:re_2")
        #expect(story.changes().last == "refund:re_2 0-5500")
    }

    @Test func `what comes after the hold is told by itself`() {
        var story = sold()
        story.tell(.refund("re_1", of: sale, 3000))
        story.wait(.seconds(8 * 86_400))
        #expect(story.deliver() == ["refund.succeeded refund:re_1 30.00 EUR for ref_1"])
        story.tell(.refund("re_2", of: sale, 2500))
        #expect(story.deliver() == [])
        story.wait(.seconds(8 * 86_400))
        #expect(story.deliver() == ["refund.succeeded refund:re_2 25.00 EUR for ref_1"])
        #expect(story.changes().last == "refund:re_2 3000-5500")
    }

    @Test func `the rest of a sale is told at once, with what was held`() {
        var story = sold()
        story.tell(.refund("re_1", of: sale, 3000))
        story.tell(.refund("re_2", of: sale, 7000))
        #expect(story.deliver() == ["refund.succeeded refund:re_2 100.00 EUR for ref_1"])
        #expect(story.changes().last == "refund:re_2 0-10000")
    }

    @Test func `a refund that is reversed while it is held is never told`() {
        var story = sold()
        story.tell(.refund("re_1", of: sale, 3000))
        story.tell(.refund("re_2", of: sale, 1000))
        story.tell(.refund("re_1", of: sale, 3000, kind: .refundReversed))
        story.wait(.seconds(8 * 86_400))
        #expect(story.deliver().count == 1)
        #expect(story.changes().last == "refund:re_1 0-1000")
        var other = sold()
        other.tell(.refund("re_1", of: sale, 3000))
        other.tell(.refund("re_1", of: sale, 3000, kind: .refundReversed))
        #expect(other.deliver().count == 1)
        #expect(other.changes().last == "refund:re_1 0-0")
    }

    @Test func `a held refund keeps nothing else of the customer back`() {
        var story = sold()
        story.tell(.refund("re_1", of: sale, 3000))
        story.tell(.payment("in_2", 10_000, referral: "ref_1", at: 100))
        #expect(story.deliver() == ["payment.succeeded invoice:in_2 100.00 EUR for ref_1"])
        story.tell(.refund("dp_1", of: sale, nil, kind: .disputeOpened))
        #expect(story.deliver().count == 1)
        story.tell(.refund("re_2", of: sale, 1000))
        story.wait(.seconds(8 * 86_400))
        #expect(story.changes().last == "refund:re_2 0-4000")
        #expect(story.deliver().count == 1)
    }

    @Test func `refunds that overtook their sale are gathered once it is told`() {
        var story = Story(.patient)
        story.tell(.refund("re_1", of: sale, 3000))
        story.tell(.refund("re_2", of: sale, 2000))
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        #expect(story.deliver() == ["payment.succeeded invoice:in_1 100.00 EUR for ref_1"])
        story.wait(.seconds(8 * 86_400))
        #expect(story.deliver() == ["refund.succeeded refund:re_2 50.00 EUR for ref_1"])
        #expect(story.standing().contains("refund:re_1 notApplicable"))
    }

    @Test func `without a hold every refund is told at once`() {
        var story = sold(.everything)
        story.tell(.refund("re_1", of: sale, 3000))
        #expect(story.deliver() == ["refund.succeeded refund:re_1 30.00 EUR for ref_1"])
    }
}
