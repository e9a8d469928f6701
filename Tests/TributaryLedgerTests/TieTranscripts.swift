// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

/// Stripe from its basil versions on: the invoice is the sale, the refund knows the payment intent only, and a third
/// webhook ties the two together.
@Suite struct TieTranscripts {
    private let intent = Reference("payment_intent", "pi_1")
    private let invoice = Reference("invoice", "in_1")

    private enum Step: CaseIterable {
        case sale
        case tie
        case refund
    }

    @Test(arguments: 0..<6)
    func `a refund finds its sale through a tie, in whichever order the three arrive`(order: Int) {
        var story = Story(.affonso)
        var left = Step.allCases
        for position in [order / 2, order % 2, 0] {
            switch left.remove(at: position) {
            case .sale: story.tell(.payment("in_1", 10_000, referral: "ref_1"))
            case .tie: story.tell(.tie("inpay_1", invoice, intent))
            case .refund: story.tell(.refund("re_1", of: intent, 3000))
            }
        }
        #expect(
            story.deliver() == [
                "payment.succeeded invoice:in_1 100.00 EUR for ref_1",
                "refund.succeeded refund:re_1 30.00 EUR for ref_1",
            ]
        )
    }

    @Test func `ties join through each other`() {
        var story = Story(.affonso)
        let charge = Reference("charge", "ch_1")
        story.tell(.refund("re_1", of: charge, 3000))
        story.tell(.tie("a", intent, charge))
        story.tell(.tie("b", invoice, intent))
        story.tell(.payment("in_1", 10_000, referral: "ref_1"))
        #expect(story.deliver().last == "refund.succeeded refund:re_1 30.00 EUR for ref_1")
    }

    @Test func `a tie is told to nobody and is no sale`() {
        var story = Story(.affonso)
        story.tell(.tie("inpay_1", invoice, intent))
        #expect(story.standing().isEmpty)
    }
}

extension Event {
    fileprivate static func tie(_ id: String, _ aliases: Reference...) -> Event {
        var event = Event(
            id: "evt_\(id)",
            source: "stripe",
            kind: .paymentLinked,
            key: Reference("invoice_payment", id),
            time: Timestamp(unixSeconds: 1_790_000_000),
            provider: ProviderFacts(name: "stripe", event: "evt_\(id)", type: "invoice_payment.paid")
        )
        event.aliases = aliases
        return event
    }
}
