// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

/// What an e-mail address connects, and what it does not.
@Suite struct EmailTranscripts {
    private static func guest(_ invoice: String, _ email: String, at seconds: Int64 = 0) -> Event {
        var payment = Event.payment(invoice, at: seconds)
        payment.customer = Customer(email: email)
        return payment
    }

    private static func signUp(_ user: String, _ email: String, referral: String?) -> Event {
        var lead = Event.lead(user, user: user, referral: referral)
        lead.customer = Customer(user: user, email: email)
        return lead
    }

    @Test(arguments: [false, true])
    func `a purchase with nothing but an address finds the partner of the sign-up, in any order`(_ isLate: Bool) {
        var story = Story(.affonso)
        if isLate { story.tell(Self.guest("in_1", "ada@shop.example")) }
        story.tell(Self.signUp("user_1", "Ada@Shop.example", referral: "ref_1"), source: "backend")
        if !isLate { story.tell(Self.guest("in_1", "ada@shop.example")) }
        #expect(story.deliver().contains("payment.succeeded invoice:in_1 99.00 EUR for ref_1"))
    }

    @Test func `an address makes nobody one: each keeps the user and the partner that it has`() {
        var story = Story(.affonso)
        story.tell(Self.signUp("user_1", "both@shop.example", referral: "ref_1"), source: "backend")
        story.tell(Self.signUp("user_2", "both@shop.example", referral: "ref_2"), source: "backend")
        story.deliver()
        for user in ["user_1", "user_2"] {
            var payment = Event.payment("in_\(user)")
            payment.customer = Customer(user: user, email: "both@shop.example")
            story.tell(payment)
        }
        #expect(
            story.deliver() == [
                "payment.succeeded invoice:in_user_1 99.00 EUR for ref_1",
                "payment.succeeded invoice:in_user_2 99.00 EUR for ref_2",
            ]
        )
    }

    @Test func `an address that a shop fills in for all its guests stops lending`() {
        var story = Story(.affonso)
        story.tell(Self.signUp("user_1", "guest@shop.example", referral: "ref_1"), source: "backend")
        story.deliver()
        var lent = 0
        for index in 0..<200 {
            story.tell(Self.guest("in_\(index)", "guest@shop.example"))
            lent += story.deliver().count
        }
        #expect((1...64).contains(lent), "\(lent)")
    }

    @Test func `after an erasure the address leads nowhere`() {
        var story = Story(.affonso)
        story.tell(Self.signUp("user_1", "ada@shop.example", referral: "ref_1"), source: "backend")
        story.deliver()
        let events = Array(story.ledger.book.events.keys)
        _ = story.ledger.forget(Erasure(events: events, webhooks: []), at: story.now)
        story.tell(Self.guest("in_1", "ada@shop.example"))
        #expect(story.deliver() == [])
        let told = "\(story.ledger.book)"
        #expect(!told.contains("ref_1"), "nothing of the partner is left in any party")
    }
}
