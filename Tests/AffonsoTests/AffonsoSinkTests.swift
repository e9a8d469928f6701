// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Affonso

/// Makes a sink from members of a configuration.
func affonso(_ members: [JSONValue.Member] = [], signed: Bool = false) throws -> any Sink {
    var secrets = ["key": Secret("sk_live_test")]
    if signed { secrets["signing_secret"] = Secret("whsec_test") }
    return try AffonsoPlugin.makeSink(PluginSettings(name: "affonso", members: members, secrets: secrets))
}

let buyer = SampleBuyer(
    Customer(user: "user_7", ref: "cus_7", email: "ada@example.com"),
    Attribution(params: [.init("affonso_referral", "ref_clk_1")])
)

func money(_ minor: Int64, _ code: String) throws -> Money { Money(minor: minor, try #require(Currency(code))) }

@Suite struct AffonsoConversionTests {
    @Test func `a first sale links user, referral and customer`() throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(9990, "EUR")), to: try affonso())
        #expect(transcript.lines == ["POST https://api.affonso.io/v1/conversions"])
        #expect(
            transcript.bodies == [
                #"{"external_user_id":"user_7","referral_id":"ref_clk_1","customer_id":"cus_7","sale_amount":99.90,"#
                    + #""sale_amount_currency":"EUR","external_event_id":"stripe:invoice:in_1","#
                    + #""created_at":"2026-11-21T08:31:00Z","product_ids":["prod_1"],"price_ids":["price_1"],"#
                    + #""is_subscription":true,"interval":"monthly","metadata":{"provider":"stripe","#
                    + #""provider_event":"evt_in_1","key":"invoice:in_1","invoice":"in_1","subscription":"sub_1"}}"#
            ]
        )
    }

    @Test func `a renewal leaves the referral of long ago out`() throws {
        let body = try #require(
            SinkTranscript(buyer.payment("in_2", try money(100, "EUR"), phase: .renewal), to: try affonso()).bodies
                .first
        )
        #expect(body.hasPrefix(#"{"external_user_id":"user_7","customer_id":"cus_7","sale_amount":1.00"#))
    }

    @Test func `a renewal that overtakes the first payment names the referral once the customer is not found`() throws {
        var delivery = buyer.payment("in_2", try money(100, "EUR"), phase: .renewal)
        delivery.isFirstPayment = true
        let unknown = Exchange.Result.json(400, ["error": ["message": "No referral found for this identifier"]])
        let stored = Exchange.Result.json(201, ["success": true, "data": ["id": "com_1", "earning_id": "e"]])
        let transcript = SinkTranscript(delivery, to: try affonso(), answering: [unknown, stored])
        #expect(transcript.end?.end == .delivered)
        let last = try #require(transcript.bodies.last)
        #expect(last.hasPrefix(#"{"external_user_id":"user_7","referral_id":"ref_clk_1","customer_id":"cus_7","#))
        let never = Array(repeating: unknown, count: 6)
        #expect(SinkTranscript(delivery, to: try affonso(), answering: never).end?.end == .notAttributed)
        delivery.isFirstPayment = false
        let settled = SinkTranscript(delivery, to: try affonso(), answering: never)
        #expect(settled.end?.end == .notAttributed)
        #expect(!settled.bodies.contains { $0.contains("referral_id") })
    }

    @Test(
        arguments: [
            (9999, "USD", "99.99"), (1580, "JPY", "1580"), (1234, "KWD", "1.234"), (7, "EUR", "0.07"),
        ] as [(Int64, String, String)]
    )
    func `amounts are exact numbers in major units`(minor: Int64, code: String, text: String) throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: try affonso())
        #expect(try #require(transcript.bodies.first).contains("\"sale_amount\":\(text),"))
    }

    @Test(
        arguments: [
            (
                .json(201, ["success": true, "data": ["id": "com_1", "replayed": false, "earning_id": "e"]]), .delivered
            ),
            (.json(201, ["success": true, "data": ["id": "com_1", "earning_id": .null]]), .delivered),
            (.json(200, ["success": true, "data": ["id": "com_1", "replayed": true]]), .duplicate),
            (.json(201, ["success": true, "data": ["id": "com_1", "replayed": true]]), .duplicate),
            (.json(201, ["success": true, "data": ["id": "com_1", "status": "rejected"]]), .rejectedByPlatform),
            (.page(200), .needsHuman), (.json(200, ["data": .null]), .needsHuman),
            (.json(400, ["error": ["code": "VALIDATION_ERROR", "message": "No referral found"]]), .notAttributed),
            (.json(404, ["error": ["code": "NOT_FOUND", "message": "Referral not found"]]), .notAttributed),
            (
                .json(400, ["error": ["code": "VALIDATION_ERROR", "message": "No user could be matched"]]),
                .notAttributed
            ),
            (
                .json(
                    400,
                    ["error": ["code": "VALIDATION_ERROR", "message": "Identifiers do not match the same referral"]]
                ),
                .permanent
            ),
            (.json(404, ["error": ["code": "NOT_FOUND", "message": "Unknown path"]]), .permanent),
            (
                .json(400, ["error": ["code": "VALIDATION_ERROR", "message": "Required", "field": "sale_amount"]]),
                .permanent
            ),
            (.json(409, ["error": ["code": "DUPLICATE_ERROR", "message": "x"]]), .duplicate),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a conversion has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let transcript = SinkTranscript(
            buyer.payment("in_1", try money(100, "EUR")),
            to: try affonso(),
            // Nobody is found by any of the ids that may be named alone, either.
            answering: Array(repeating: result, count: 4)
        )
        #expect(transcript.end?.end == end)
    }

    @Test(
        arguments: [
            (.lost, .platform), (.page(503), .platform), (.json(429, [:]), .platform), (.json(401, [:]), .credentials),
            (.json(403, [:]), .credentials),
        ] as [(Exchange.Result, Step.Retry.Scope)]
    )
    func `what may pass is tried again`(result: Exchange.Result, scope: Step.Retry.Scope) throws {
        let transcript = SinkTranscript(
            buyer.payment("in_1", try money(100, "EUR")),
            to: try affonso(),
            answering: [result]
        )
        #expect(transcript.retry?.scope == scope)
    }

    @Test func `sales and events are signed, sign-ups are not`() throws {
        let sink = try affonso(signed: true)
        let sale = SinkTranscript(buyer.payment("in_1", try money(100, "EUR")), to: sink).calls.first
        #expect(sale?.signing?.form == .timestampBody)
        let clicked = SampleBuyer(Customer(user: "u"), Attribution(click: "clk_1"))
        #expect(SinkTranscript(clicked.signUp(), to: sink).calls.map(\.signing) == [nil])
    }
}

@Suite struct AffonsoLeadTests {
    @Test func `a click becomes a lead by a sign-up`() throws {
        let clicked = SampleBuyer(
            Customer(user: "user_7", email: "ada@example.com"),
            Attribution(params: [.init("affonso_click_id", "ref_clk_9")])
        )
        let transcript = SinkTranscript(clicked.signUp(), to: try affonso())
        #expect(transcript.lines == ["POST https://api.affonso.io/v1/signups"])
        #expect(transcript.bodies == [#"{"click_id":"ref_clk_9","external_user_id":"user_7"}"#])
        let open = SinkTranscript(clicked.signUp(), to: try affonso([.init("send_email", true)]))
        #expect(open.bodies[0].contains("ada@example.com"))
    }

    @Test(
        arguments: [
            (.json(201, ["data": ["id": "ref_1", "status": "lead"]]), .delivered),
            (.json(200, ["data": ["id": "ref_1", "status": "lead"]]), .duplicate),
            (.json(201, ["data": ["id": "ref_1", "status": "rejected"]]), .rejectedByPlatform),
            (.json(404, ["error": ["code": "NOT_FOUND", "message": "Not found"]]), .notAttributed),
            (.json(400, ["error": ["code": "VALIDATION_ERROR", "message": "Required"]]), .permanent),
            // The page of another server says nothing about the click.
            (.page(404), .permanent),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a sign-up has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let clicked = SampleBuyer(Customer(user: "user_7"), Attribution(click: "clk_1"))
        #expect(SinkTranscript(clicked.signUp(), to: try affonso(), answering: [result]).end?.end == end)
    }

    @Test func `a known referral is told of the sign-up as an event`() throws {
        let transcript = SinkTranscript(buyer.signUp(), to: try affonso())
        #expect(transcript.lines == ["POST https://api.affonso.io/v1/events"])
        #expect(transcript.bodies[0].contains(#""event_name":"lead","event_type":"lead""#))
    }

    @Test func `trials and milestones are events by their names`() throws {
        let trial = buyer.event(.subscriptionTrialStarted, Reference("subscription", "sub_1"))
        var milestone = buyer.event(.milestoneReached, Reference("milestone", "kyc-7"))
        milestone.milestone = "kyc_passed"
        let bodies = try [trial, milestone].flatMap {
            SinkTranscript(Delivery(id: 1, event: $0, idempotencyKey: "k"), to: try affonso()).bodies
        }
        #expect(bodies[0].contains(#""event_name":"trial","event_type":"trial","external_event_id":"k""#))
        #expect(bodies[1].contains(#""event_name":"kyc_passed","event_type":"milestone""#))
    }
}

@Suite struct AffonsoRefundTests {
    private func refund(_ receipt: [Attribution.Parameter], to after: Int64 = 5950) throws -> Delivery {
        let payment = buyer.payment("in_1", try money(11_900, "EUR"), tax: try money(1900, "EUR"))
        let end = Step.End(.delivered, reason: "stored", receipt: Receipt(receipt))
        return try #require(buyer.correction("re_1", of: payment, ended: end, from: 0, to: after))
    }

    @Test func `money that is paid again is for a person, and never a second refund or conversion`() throws {
        var delivery = try refund([.init("conversion", "com_1")])
        delivery.event.kind = .disputeWon
        delivery.sale?.correctedBefore.minor = 11_900
        delivery.sale?.correctedAfter.minor = 5950
        let transcript = SinkTranscript(delivery, to: try affonso())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == .needsHuman)
        #expect(
            transcript.end?.reason
                == "Affonso takes no refund back, and 59.50 EUR is paid again; raise conversion com_1 there to 59.50 EUR"
        )
        delivery.sale?.correctedBefore.minor = 5950
        #expect(SinkTranscript(delivery, to: try affonso()).end == .noMoneyMoved)
    }

    @Test func `no reason of a refund quotes an id in which an e-mail address stands`() throws {
        let payment = buyer.payment("in_ada@example.com", try money(100, "EUR"))
        let lost = Step.End(.delivered, reason: "")
        let unknown = Exchange.Result.json(400, ["error": ["message": "No referral found"]])
        for (before, after) in [(0, 100), (100, 0)] as [(Int64, Int64)] {
            let kind = after > before ? EventKind.refundSucceeded : .refundReversed
            let refund = try #require(
                buyer.correction("re_1", of: payment, ended: lost, from: before, to: after, kind: kind)
            )
            let answers = Array(repeating: unknown, count: 6)
            let end = try #require(SinkTranscript(refund, to: try affonso(), answering: answers).end)
            #expect(end.end == .needsHuman)
            #expect(!end.reason.contains("@"))
            #expect(end.reason.contains("conversion of the sale"))
        }
    }

    @Test func `a refund goes to the conversion's id, on the sale's basis`() throws {
        let sink = TermedSink(try affonso(), MoneyTerms())
        let told = [
            .init("conversion", "com/1"), Attribution.Parameter.init("amount_basis", "ex_tax 100.00 of 119.00 EUR"),
        ]
        let transcript = SinkTranscript(try refund(told), to: sink)
        #expect(transcript.lines == ["POST https://api.affonso.io/v1/conversions/com%2F1/refund"])
        #expect(
            transcript.bodies == [
                #"{"amount":50.00,"currency":"EUR","reason":"refund","external_event_id":"stripe:refund:re_1","#
                    + #""refunded_at":"2026-11-21T09:30:00Z"}"#
            ]
        )
    }

    @Test func `a lost id comes back by a replay of the sale`() throws {
        let replay = Exchange.Result.json(200, ["data": ["id": "com_1", "replayed": true]])
        let refunded = Exchange.Result.json(200, ["data": ["id": "com_1", "status": "refunded"]])
        let transcript = SinkTranscript(try refund([]), to: try affonso(), answering: [replay, refunded])
        #expect(transcript.calls.map(\.label) == ["replay", "refund"])
        #expect(transcript.bodies[0].contains(#""external_event_id":"stripe:invoice:in_1""#))
        #expect(transcript.end?.end == .delivered)
    }

    @Test(arguments: [400, 409])
    func `a full refund of a sale that was partly given back there takes what remains`(status: Int) throws {
        var rules = AffonsoDouble.Rules()
        rules.overRefundStatus = status
        let bench = SinkBench(AffonsoDouble(rules) { SampleBuyer.epoch }, try affonso([.init("url", "http://a/v1")]))
        let clicked = SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1"))
        let payment = clicked.payment("in_1", try money(9990, "EUR"))
        let end = try #require(bench.deliver(payment).end)
        // Somebody refunds a part in Affonso's dashboard.
        let byHand = try #require(clicked.correction("re_0", of: payment, ended: end, from: 0, to: 3333))
        _ = bench.deliver(byHand)
        let partial = try #require(clicked.correction("re_1", of: payment, ended: end, from: 0, to: 7000))
        let refused = try #require(bench.deliver(partial).end)
        #expect(refused.end == .needsHuman)
        #expect(refused.reason.hasSuffix("less than that remains of conversion com_1; see which refunds it has there"))
        #expect(bench.remaining == [6657])
        let full = try #require(clicked.correction("re_2", of: payment, ended: end, from: 0, to: 9990))
        #expect(bench.deliver(full).end?.end == .delivered)
        #expect(bench.remaining == [0])
    }

    @Test(
        arguments: [
            (.json(404, ["error": ["code": "NOT_FOUND", "message": "Conversion not found"]]), .needsHuman),
            (
                .json(400, ["error": ["code": "VALIDATION_ERROR", "message": "No balance", "field": "amount"]]),
                .needsHuman
            ),
            (.json(200, ["data": ["id": "com_1", "replayed": true]]), .duplicate), (.page(200), .needsHuman),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a refund has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let delivery = try refund([.init("conversion", "com_1")])
        #expect(SinkTranscript(delivery, to: try affonso(), answering: [result]).end?.end == end)
    }
}
