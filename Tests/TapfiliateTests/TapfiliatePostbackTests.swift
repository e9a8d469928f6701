// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Tapfiliate

@Suite struct TapfiliatePostbackTests {
    private let postback = JSONValue.Member("transport", "postback17")

    @Test func `a sale goes to the postback with the click before the code`() throws {
        let sink = try tapfiliate([postback, .init("program_group", "eu"), .init("commission_type", "premium")])
        let transcript = SinkTranscript(buyer.payment("in_1", try money(9990, "EUR")), to: sink)
        #expect(transcript.lines == ["POST https://api.tapfiliate.com/1.7/pb/con/c/"])
        #expect(
            transcript.bodies == [
                #"{"external_id":"stripe:invoice:in_1","amount":99.90,"currency":"EUR","commission_type":"premium","#
                    + #""customer_id":"user_7","coupon":"SARAH10","click_id":"click_1","referral_code":"sarah123"}"#
            ]
        )
        #expect(transcript.calls[0].secretHeaders.map(\.name) == ["X-Api-Key"])
        let renewal = buyer.payment("in_2", try money(9990, "EUR"), phase: .renewal)
        #expect(SinkTranscript(renewal, to: sink).bodies[0].contains("click_id"))
    }

    @Test(
        arguments: [
            (.json(200, ["ok": true]), .unproven), (.json(201, []), .unproven),
            (.answer(Answer(status: 200)), .unproven), (.answer(Answer(status: 204)), .unproven),
            (.json(200, ["id": 5, "affiliate": ["id": "sarah"], "commissions": [["id": 3]]]), .delivered),
            (.json(200, ["id": 5, "affiliate": .null, "commissions": []]), .notAttributed),
            (.json(422, ["message": "amount must be a number", "code": 422]), .permanent),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer of the postback has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let delivery = clicked.payment("in_1", try money(100, "EUR"))
        let found = SinkTranscript(delivery, to: try tapfiliate([postback]), answering: [result]).end
        #expect(found?.end == end)
        if end.isStored { #expect(found?.receipt["external_id"] == "stripe:invoice:in_1") }
    }

    @Test func `a page is no answer of the postback, whatever its status`() throws {
        let delivery = clicked.payment("in_1", try money(100, "EUR"))
        let typed = Exchange.Result.answer(
            Answer(status: 200, headers: ["Content-Type": "text/html; charset=UTF-8"], body: Array("ok".utf8))
        )
        for result in [typed, .page(200), .page(302), .page(503)] {
            #expect(SinkTranscript(delivery, to: try tapfiliate([postback]), answering: [result]).retry != nil)
        }
    }

    @Test func `an answer that does not say who is credited can be for a person`() throws {
        let sink = try tapfiliate([postback, .init("silent_answers", "review")])
        let delivery = clicked.payment("in_1", try money(100, "EUR"))
        let end = SinkTranscript(delivery, to: sink, answering: [.answer(Answer(status: 200))]).end
        #expect(end?.end == .needsHuman)
    }

    @Test func `corrections go by our own id, absolute, as often as they come`() throws {
        let bench = try postbackBench()
        let sale = clicked.payment("in_1", try money(9990, "EUR"))
        var end = try #require(bench.deliver(sale).end)
        // Nothing of Tapfiliate's is needed, and a prefix that changes later does not matter.
        end.receipt = Receipt([.init("external_id", "stripe:invoice:in_1")])
        #expect(try bench.correct(sale, end, from: 0, to: 3333)?.reason == "amount reduced")
        #expect(try bench.correct(sale, end, from: 0, to: 3333)?.reason == "amount reduced")
        #expect(bench.remaining == [6657])
        #expect(try bench.correct(sale, end, from: 3333, to: 9990)?.reason == "disapproved")
        #expect(bench.remaining == [0])
        let raised = try bench.correct(sale, end, from: 9990, to: 3333, kind: .disputeWon)
        #expect(raised?.reason == "the sale counts again")
        #expect(bench.remaining == [6657])
        #expect(try bench.correct(sale, end, from: 3333, to: 3333, kind: .disputeWon) == .noMoneyMoved)
    }

    @Test func `what the postback cannot correct is for a person, who is told what to do`() throws {
        let bench = try postbackBench()
        let sale = clicked.payment("in_1", try money(9990, "EUR"))
        let never = Step.End(.delivered, reason: "stored")
        let lost = try #require(try bench.correct(sale, never, from: 0, to: 100))
        #expect(lost.end == .needsHuman)
        let raise = try #require(try bench.correct(sale, never, from: 100, to: 0, kind: .refundReversed))
        #expect(raise.end == .needsHuman)
        #expect(raise.reason.contains("raise conversion of external_id stripe:invoice:in_1 there to 99.90 EUR"))
    }

    @Test func `after a lost answer the REST interface is asked before the postback is sent again`() throws {
        let bench = try postbackBench { $0.refusesDuplicates = false }
        var sale = clicked.payment("in_1", try money(100, "EUR"))
        bench.front.begin(try FaultPlan(text: "reset-after-commit:1-1"))
        #expect(bench.deliver(sale).retry != nil)
        sale.attempt = 2
        sale.mayHaveArrivedBefore = true
        let end = try #require(bench.deliver(sale).end)
        #expect(end.end == .duplicate)
        #expect(end.receipt["conversion"] == "1")
        #expect(bench.remaining == [100])
    }

    @Test func `at an address of another kind nothing can be asked, and the id guards alone`() throws {
        let sink = try tapfiliate([postback, .init("url", "https://relay.test/tap")])
        #expect(!sink.capabilities.kinds.contains(.clickRecorded))
        var sale = clicked.payment("in_1", try money(100, "EUR"))
        sale.mayHaveArrivedBefore = true
        let conflict = Exchange.Result.json(409, ["message": "Conflict"])
        let transcript = SinkTranscript(sale, to: sink, answering: [conflict])
        #expect(transcript.lines == ["POST https://relay.test/tap/con/c/"])
        #expect(transcript.end?.end == .duplicate)
        #expect(sink.probe(after: []).end?.end == .notApplicable)
        #expect(sink.forget(ForgottenPerson(users: ["user_7"]), after: []).end?.end == .needsHuman)
        let epoch = SampleBuyer.epoch
        guard case .unavailable = sink.list(from: epoch, to: epoch, after: []) else {
            Issue.record("the sink lists")
            return
        }
    }

    @Test func `customers and clicks go where they are taken`() throws {
        let sink = try tapfiliate([postback, .init("customer_status", "lead")])
        let signUp = SinkTranscript(clicked.signUp(), to: sink)
        #expect(signUp.lines == ["POST https://api.tapfiliate.com/1.7/pb/cus/c/"])
        #expect(signUp.bodies == [#"{"customer_id":"user_7","click_id":"click_1","status":"lead"}"#])
        let visitor = SampleBuyer(Customer(), Attribution(code: "sarah123"))
        let event = visitor.event(.clickRecorded, Reference("click", "c"))
        let click = SinkTranscript(Delivery(id: 1, event: event, idempotencyKey: "c"), to: sink)
        #expect(click.lines == ["POST https://api.tapfiliate.com/1.6/clicks/"])
    }
}
