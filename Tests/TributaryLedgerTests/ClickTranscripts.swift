// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

@Suite struct ClickTranscripts {
    private static let sink = SinkPolicy(
        name: "affonso",
        kinds: [.clickRecorded, .customerCreated, .paymentSucceeded, .refundSucceeded],
        parameters: ["affonso_referral"]
    )

    private static func click(_ name: String, code: String, at seconds: Int64 = 0) -> Event {
        var event = Event.lead("x", at: seconds)
        event.kind = .clickRecorded
        event.key = Reference("click", name)
        event.customer = Customer()
        event.attribution = Attribution(code: code, landing: name)
        return event
    }

    private static func lead(_ user: String, by click: String?, at seconds: Int64 = 10) -> Event {
        var event = Event.lead("x", user: user, at: seconds)
        event.key = Reference("user", user)
        event.customer.ref = nil
        event.attribution.landing = click
        return event
    }

    private static func payment(_ invoice: String, user: String?, by click: String? = nil, at seconds: Int64 = 20)
        -> Event
    {
        var event = Event.payment(invoice, customer: user.map { "cus_\($0)" }, at: seconds)
        event.customer.user = user
        event.attribution.landing = click
        return event
    }

    /// Everything that is due, in order: kind, key, partner's code, and what the platform gave for the click.
    private func deliver(_ story: inout Story) -> [String] {
        var told: [String] = []
        while let grant = story.lease(limit: 1).first {
            let known = grant.clickReceipt.map(\.value).joined()
            told.append(
                "\(grant.event.kind.rawValue) \(grant.event.key.id) \(grant.event.attribution.code ?? "-") \(known)"
            )
            let id = grant.event.kind == .clickRecorded ? "their_\(grant.event.key.id)" : "com_1"
            story.finish(grant, .ended(.delivered, reason: "stored", receipt: [.init("click", id)]))
        }
        return told
    }

    @Test func `a click reaches the platform first, and its id there reaches lead, sale and refund`() {
        var story = Story(Self.sink)
        story.tell(Self.click("c1", code: "sarah"), source: "backend")
        story.tell(Self.lead("ada", by: "c1"), source: "backend")
        story.tell(Self.payment("in_1", user: "ada"))
        story.tell(.refund("re_1", of: Reference("invoice", "in_1"), 100))
        #expect(
            deliver(&story) == [
                "click.recorded c1 sarah ", "customer.created ada sarah their_c1",
                "payment.succeeded in_1 sarah their_c1", "refund.succeeded re_1 sarah their_c1",
            ]
        )
    }

    @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    func `click, lead and sale meet in whatever order they come`(order: [Int]) {
        let events = [
            (Self.click("c1", code: "sarah"), "shop"), (Self.lead("ada", by: "c1"), "backend"),
            (Self.payment("in_1", user: "ada"), "stripe"),
        ]
        var story = Story(Self.sink)
        for index in order { story.tell(events[index].0, source: events[index].1) }
        // A sale with a user goes out even where nobody is known to have brought it, but never before its click.
        #expect(
            deliver(&story) == [
                "click.recorded c1 sarah ", "customer.created ada sarah their_c1",
                "payment.succeeded in_1 sarah their_c1",
            ]
        )
    }

    @Test func `checkout metadata that carries the click alone finds the touch`() {
        var story = Story(Self.sink)
        story.tell(Self.click("c1", code: "sarah"), source: "backend")
        story.tell(Self.payment("in_1", user: nil, by: "c1"))
        #expect(deliver(&story) == ["click.recorded c1 sarah ", "payment.succeeded in_1 sarah their_c1"])
    }

    @Test func `a sale by a click that is not known waits, and is organic in the end`() {
        var story = Story(Self.sink)
        story.tell(Self.payment("in_1", user: nil, by: "c9"))
        #expect(story.standing() == ["invoice:in_1 unattributed"])
        story.wait(.seconds(15 * 60))
        #expect(story.standing() == ["invoice:in_1 notAttributed"])
    }

    @Test func `two people who share a browser stay two, and both were brought by its click`() {
        var story = Story(Self.sink)
        story.tell(Self.click("c1", code: "sarah"), source: "backend")
        story.tell(Self.lead("ada", by: "c1"), source: "backend")
        story.tell(Self.lead("bob", by: "c1", at: 11), source: "backend")
        var renewal = Event.payment("in_2", customer: "cus_bob", at: 40)
        story.tell(Self.payment("in_1", user: "bob"))
        renewal.customer.user = nil
        story.tell(renewal)
        let grants = story.lease()
        #expect(grants.map(\.event.key.id) == ["c1", "bob"])
        for grant in grants {
            story.finish(grant, .ended(.delivered, reason: "stored", receipt: [.init("click", "their")]))
        }
        let later = story.lease()
        #expect(later.map { "\($0.event.key.id) \($0.event.customer.user ?? "")" } == ["ada ada", "in_1 bob"])
        #expect(later.map(\.event.attribution.code) == ["sarah", "sarah"])
    }

    @Test func `of two clicks the policy chooses, with the partner goes that partner's click`() {
        for (touch, line) in [(LedgerPolicy.Touch.first, "sarah their_c1"), (.last, "tom their_c2")] {
            var story = Story(Self.sink, touch: touch)
            story.tell(Self.click("c1", code: "sarah"), source: "backend")
            story.tell(Self.lead("ada", by: "c1"), source: "backend")
            story.tell(Self.click("c2", code: "tom", at: 15), source: "backend")
            story.tell(Self.lead("ada", by: "c2", at: 16), source: "backend")
            _ = deliver(&story)
            story.tell(Self.payment("in_1", user: "ada"))
            #expect(deliver(&story) == ["payment.succeeded in_1 \(line)"])
        }
    }

    @Test func `the click that a sale names itself prevails over both`() {
        var story = Story(Self.sink)
        story.tell(Self.click("c1", code: "sarah"), source: "backend")
        story.tell(Self.lead("ada", by: "c1"), source: "backend")
        story.tell(Self.click("c2", code: "tom", at: 15), source: "backend")
        _ = deliver(&story)
        story.tell(Self.payment("in_1", user: "ada", by: "c2"))
        #expect(deliver(&story) == ["payment.succeeded in_1 tom their_c2"])
    }

    @Test func `a click of a test never meets real money`() {
        var story = Story(Self.sink)
        story.tell(Self.click("c1", code: "sarah"), source: "backend", live: false)
        story.tell(Self.payment("in_1", user: nil, by: "c1"))
        #expect(story.standing() == ["invoice:in_1 unattributed"])
    }

    @Test func `a click that led to nothing is forgotten after its time`() {
        var story = Story(Self.sink)
        story.tell(Self.click("c1", code: "sarah"), source: "backend")
        story.deliver()
        story.wait(.seconds(31 * 86_400))
        story.tell(Self.payment("in_1", user: nil, by: "c1", at: 31 * 86_400))
        #expect(story.standing().last == "invoice:in_1 unattributed")
    }
}
