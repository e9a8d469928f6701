// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Affonso

@Suite struct AffonsoIdentifierTests {
    private let nobody = Exchange.Result.json(404, ["error": ["code": "NOT_FOUND", "message": "Referral not found"]])

    /// The ids that each call of a sale names, while nobody is found.
    private func named(_ choice: String, phase: Phase, isFirst: Bool) throws -> [[String]] {
        var delivery = buyer.payment("in_1", try money(100, "EUR"), phase: phase)
        delivery.isFirstPayment = isFirst
        let answers = Array(repeating: nobody, count: 6)
        let transcript = SinkTranscript(
            delivery,
            to: try affonso([.init("identifiers", .string(choice))]),
            answering: answers
        )
        #expect(transcript.end?.end == .notAttributed)
        return transcript.bodies.map { body in
            ["external_user_id", "referral_id", "customer_id"].filter { body.contains("\"\($0)\":") }
        }
    }

    @Test(
        arguments: [
            (
                "all", .first, true,
                [
                    ["external_user_id", "referral_id", "customer_id"], ["external_user_id"], ["referral_id"],
                    ["customer_id"],
                ]
            ),
            (
                "all", .renewal, false,
                [["external_user_id", "customer_id"], ["external_user_id"], ["customer_id"]]
            ),
            (
                "all", .renewal, true,
                [
                    ["external_user_id", "customer_id"], ["external_user_id", "referral_id", "customer_id"],
                    ["external_user_id"], ["referral_id"], ["customer_id"],
                ]
            ),
            ("user", .first, true, [["external_user_id"], ["referral_id"], ["customer_id"]]),
            ("user", .renewal, false, [["external_user_id"], ["customer_id"], ["referral_id"]]),
            ("referral", .first, true, [["referral_id"], ["external_user_id"], ["customer_id"]]),
            ("referral", .renewal, false, [["external_user_id"], ["customer_id"], ["referral_id"]]),
        ] as [(String, Phase, Bool, [[String]])]
    )
    func `ids are named in the order that is set, and a renewal's referral last or not at all`(
        choice: String,
        phase: Phase,
        isFirst: Bool,
        calls: [[String]]
    ) throws {
        #expect(try named(choice, phase: phase, isFirst: isFirst) == calls)
    }

    @Test func `a way that finds somebody ends the search`() throws {
        let stored = Exchange.Result.json(201, ["success": true, "data": ["id": "com_1", "referral_id": "ref_1"]])
        let transcript = SinkTranscript(
            buyer.payment("in_1", try money(100, "EUR")),
            to: try affonso([.init("identifiers", "user")]),
            answering: [nobody, stored]
        )
        #expect(transcript.calls.map(\.label) == ["conversion", "conversion by referral"])
        #expect(transcript.end?.end == .delivered)
        #expect(transcript.end?.receipt["referral"] == "ref_1")
    }

    @Test func `ids of two referrals are refused with the remedy, and book nothing`() throws {
        let bench = SinkBench(
            AffonsoDouble { SampleBuyer.epoch },
            try affonso([.init("url", "http://affonso.test/v1")])
        )
        bench.front.reset(
            seed: DoubleSeed(partners: ["sarah123", "tom"], clicks: ["click_1": "sarah123"], users: ["user_7": "tom"])
        )
        let torn = SampleBuyer(Customer(user: "user_7"), Attribution(referral: "click_1"))
        let end = try #require(bench.deliver(torn.payment("in_1", try money(100, "EUR"))).end)
        #expect(end.end == .permanent)
        #expect(
            end.reason
                == "the ids sent lead to different referrals; see in Affonso to whom each belongs and set one right, "
                + "or name one only with \"identifiers\""
        )
        #expect(bench.remaining.isEmpty)
    }

    @Test func `the id of a sale that was found by one id alone is recovered by that id`() throws {
        var rules = AffonsoDouble.Rules()
        rules.wantsKnownIdentifiers = true
        let sink = try affonso([.init("url", "http://affonso.test/v1")])
        let bench = SinkBench(AffonsoDouble(rules) { SampleBuyer.epoch }, sink)
        let clicked = SampleBuyer(Customer(user: "user_7", ref: "cus_7"), Attribution(click: "click_1"))
        let payment = clicked.payment("in_1", try money(9990, "EUR"))
        #expect(bench.deliver(payment).end?.end == .delivered)
        let lost = Step.End(.delivered, reason: "")
        let refund = try #require(clicked.correction("re_1", of: payment, ended: lost, from: 0, to: 3333))
        #expect(bench.deliver(refund).end?.end == .delivered)
        #expect(bench.remaining == [6657])
        let unknown = Exchange.Result.json(400, ["error": ["message": "No referral found for this identifier"]])
        let replays = SinkTranscript(refund, to: sink, answering: Array(repeating: unknown, count: 6))
        #expect(replays.calls.map(\.label) == ["replay", "replay by user", "replay by referral", "replay by customer"])
        #expect(replays.end?.end == .needsHuman)
    }

    @Test func `sales go to the endpoint for all events where that is set`() throws {
        let transcript = SinkTranscript(
            buyer.payment("in_1", try money(9990, "EUR")),
            to: try affonso([.init("sales", "events")])
        )
        #expect(transcript.lines == ["POST https://api.affonso.io/v1/events"])
        #expect(
            transcript.bodies == [
                #"{"external_user_id":"user_7","referral_id":"ref_clk_1","customer_id":"cus_7","#
                    + #""event_name":"purchase","event_type":"conversion","sale_amount":99.90,"#
                    + #""sale_amount_currency":"EUR","external_event_id":"stripe:invoice:in_1","#
                    + #""occurred_at":"2026-11-21T08:31:00Z","product_ids":["prod_1"],"price_ids":["price_1"],"#
                    + #""is_subscription":true,"interval":"monthly","metadata":{"provider":"stripe","#
                    + #""provider_event":"evt_in_1","key":"invoice:in_1","invoice":"in_1","subscription":"sub_1"}}"#
            ]
        )
    }
}
