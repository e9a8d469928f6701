// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Affonso

@Suite struct AffonsoSourceTests {
    private func bench(
        _ members: [JSONValue.Member] = [],
        _ change: (inout AffonsoDouble.Rules) -> Void = { _ in }
    ) throws -> SinkBench {
        var rules = AffonsoDouble.Rules()
        change(&rules)
        let members = [.init("url", "http://affonso.test/v1"), .init("source", "segment")] + members
        return SinkBench(AffonsoDouble(rules) { SampleBuyer.epoch }, try affonso(members))
    }

    /// Somebody whom only the checkout's metadata lead to a partner.
    private let guest = SampleBuyer(
        Customer(user: "user_9", ref: "cus_9"),
        Attribution(params: [.init("affonso_referral", "click_1")])
    )

    @Test func `a sale is a track call that names the provider's customer as user and the own user in the properties`()
        throws
    {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(9990, "EUR")), to: try bench().sink)
        #expect(transcript.lines == ["POST http://affonso.test/v1/sources/segment/events"])
        #expect(
            transcript.bodies == [
                #"{"type":"track","event":"Order Completed","messageId":"stripe:invoice:in_1","userId":"cus_7","#
                    + #""timestamp":"2026-11-21T08:31:00Z","properties":{"external_user_id":"user_7","#
                    + #""revenue":99.90,"currency":"EUR","product_ids":["prod_1"],"price_ids":["price_1"],"#
                    + #""is_subscription":true,"interval":"monthly","provider":"stripe","provider_event":"evt_in_1","#
                    + #""key":"invoice:in_1","invoice":"in_1","subscription":"sub_1"}}"#
            ]
        )
    }

    @Test func `leads and trials have the names that Affonso knows, milestones their own`() throws {
        let sink = try bench().sink
        let customer = SampleBuyer(Customer(ref: "cus_7"), Attribution())
        let trial = customer.event(.subscriptionTrialStarted, Reference("subscription", "sub_1"))
        var milestone = customer.event(.milestoneReached, Reference("milestone", "kyc-7"))
        milestone.milestone = "kyc_passed"
        let deliveries = [trial, milestone].map { Delivery(id: 1, event: $0, idempotencyKey: "k") }
        let bodies = ([customer.signUp()] + deliveries).flatMap { SinkTranscript($0, to: sink).bodies }
        #expect(bodies.count == 3)
        for (body, name) in zip(bodies, ["qualified_lead", "trial_started", "kyc_passed"]) {
            #expect(body.hasPrefix(#"{"type":"track","event":"\#(name)","messageId":""#))
        }
    }

    @Test(arguments: ["Order Completed", "purchase", "PURCHASE", "completed order"])
    func `a milestone never becomes a sale by its name`(name: String) throws {
        var milestone = buyer.event(.milestoneReached, Reference("milestone", "m"))
        milestone.milestone = name
        let transcript = SinkTranscript(Delivery(id: 1, event: milestone, idempotencyKey: "k"), to: try bench().sink)
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == .permanent)
    }

    @Test func `clicks and sign-ups by a click go by the usual endpoints, which alone take them`() throws {
        let sink = try bench().sink
        #expect(SinkTranscript(guest.signUp(), to: sink).lines == ["POST http://affonso.test/v1/signups"])
        var click = guest.event(.clickRecorded, Reference("click", "1"))
        click.attribution = Attribution(code: "sarah123")
        let lines = SinkTranscript(Delivery(id: 1, event: click, idempotencyKey: "k"), to: sink).lines
        #expect(lines == ["POST http://affonso.test/v1/clicks"])
    }

    @Test func `a refund goes to the conversion's id, which the source's answer or a replay gives`() throws {
        let bench = try bench()
        _ = bench.deliver(guest.signUp())
        let payment = guest.payment("in_1", try money(9990, "EUR"))
        let end = try #require(bench.deliver(payment).end)
        #expect(end.receipt["conversion"] == "com_1")
        let first = try #require(guest.correction("re_1", of: payment, ended: end, from: 0, to: 3333))
        #expect(bench.deliver(first).end?.end == .delivered)
        let lost = Step.End(.delivered, reason: "")
        let second = try #require(guest.correction("re_2", of: payment, ended: lost, from: 3333, to: 9990, earlier: 1))
        #expect(bench.deliver(second).end?.end == .delivered)
        #expect(bench.remaining == [0])
    }

    @Test func `where the source gives no id, a refund comes to a person with the event's id`() throws {
        let bench = try bench([]) { $0.sourceIsSilent = true }
        _ = bench.deliver(guest.signUp())
        let payment = guest.payment("in_1", try money(9990, "EUR"))
        let end = try #require(bench.deliver(payment).end)
        #expect(end == .init(.unproven, reason: "taken by the source, which does not say whom it credits"))
        let refund = try #require(guest.correction("re_1", of: payment, ended: end, from: 0, to: 3333))
        let rest = try #require(bench.deliver(refund).end)
        #expect(rest.end == .needsHuman)
        #expect(rest.reason.contains("stripe:invoice:in_1"))
        #expect(bench.remaining == [9990])
        let strict = try self.bench([.init("silent_answers", "review")]) { $0.sourceIsSilent = true }
        _ = strict.deliver(guest.signUp())
        #expect(strict.deliver(payment).end?.end == .needsHuman)
    }

    @Test func `a first sale that only the checkout's metadata attribute has its customer linked before`() throws {
        let bench = try bench()
        let end = try #require(bench.deliver(guest.payment("in_1", try money(9990, "EUR"))).end)
        #expect(end.end == .delivered)
        #expect(bench.deliver(guest.payment("in_2", try money(9990, "EUR"), phase: .renewal)).end?.end == .delivered)
        #expect(bench.remaining == [9990, 9990])
        #expect(bench.front.overview["calls"]?["PUT /v1/referrals/click_1"]?.int64 == 1)
    }

    @Test func `the link of another customer stays`() throws {
        let bench = try bench()
        _ = bench.deliver(guest.payment("in_1", try money(9990, "EUR")))
        var other = guest
        other.customer = Customer(ref: "cus_10")
        let end = try #require(bench.deliver(other.payment("in_2", try money(100, "EUR"))).end)
        #expect(end.end == .notAttributed)
        #expect(end.reason.contains("belongs to another customer"))
        #expect(bench.deliver(guest.payment("in_3", try money(100, "EUR"), phase: .renewal)).end?.end == .delivered)
    }

    @Test func `a key that may not link leaves the sale unattributed and the sink running`() throws {
        let unknown = Exchange.Result.json(400, ["error": ["message": "No referral found for this identifier"]])
        let forbidden = Exchange.Result.json(403, ["error": ["code": "FORBIDDEN"]])
        let payment = guest.payment("in_1", try money(100, "EUR"))
        let end = SinkTranscript(payment, to: try bench().sink, answering: [unknown, unknown, unknown, forbidden]).end
        #expect(end?.end == .notAttributed)
        #expect(end?.reason.contains("write:referrals") == true)
    }

    @Test func `whoever is known by a referral alone cannot be told to a source`() throws {
        let nobody = SampleBuyer(Customer(), Attribution(referral: "click_1"))
        let transcript = SinkTranscript(nobody.payment("in_1", try money(100, "EUR")), to: try bench().sink)
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == .notAttributed)
    }
}
