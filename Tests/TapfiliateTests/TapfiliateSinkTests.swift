// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Tapfiliate

/// Makes a sink from members of a configuration.
func tapfiliate(_ members: [JSONValue.Member] = []) throws -> any Sink {
    let settings = PluginSettings(name: "tapfiliate", members: members, secrets: ["key": Secret("tap_test")])
    return try TapfiliatePlugin.makeSink(settings)
}

let buyer = SampleBuyer(
    Customer(user: "user_7", ref: "cus_7"),
    Attribution(click: "click_1", code: "sarah123", coupon: "SARAH10")
)

func money(_ minor: Int64, _ code: String) throws -> Money { Money(minor: minor, try #require(Currency(code))) }

/// A conversion as the API answers it.
func stored(_ key: String, commissions: [Int64] = [3], affiliate: JSONValue = ["id": "sarah"]) -> JSONValue {
    [
        "id": 1, "external_id": .string(key), "amount": .number("99.90"), "affiliate": affiliate,
        "commissions": .array(commissions.map { ["id": .integer($0), "approved": .null] }),
        "program": ["id": "p", "currency": "EUR"],
    ]
}

@Suite struct TapfiliateConversionTests {
    @Test func `a first sale names the customer and whom the customer is to be bound to`() throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(9990, "EUR")), to: try tapfiliate())
        #expect(
            transcript.lines == ["POST https://api.tapfiliate.com/1.6/conversions/?override_max_cookie_time=false"]
        )
        #expect(
            transcript.bodies == [
                #"{"external_id":"stripe:invoice:in_1","amount":99.90,"currency":"EUR","customer_id":"user_7","#
                    + #""coupon":"SARAH10","referral_code":"sarah123","click_id":"click_1"}"#
            ]
        )
        #expect(transcript.calls.first?.secretHeaders.map(\.name) == ["X-Api-Key"])
    }

    @Test(
        arguments: [
            (9999, "USD", "99.99"), (5, "EUR", "0.05"), (1580, "JPY", "1580"), (1234, "KWD", "1.234"),
            (9_007_199_254_740_993, "EUR", "90071992547409.93"),
        ] as [(Int64, String, String)]
    )
    func `amounts are exact numbers in major units`(minor: Int64, code: String, text: String) throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: try tapfiliate())
        #expect(try #require(transcript.bodies.first).contains("\"amount\":\(text),\"currency\":\"\(code)\""))
    }

    @Test(
        arguments: [
            (["click"], #""click_id":"click_1"}"#), (["click", "customer"], #""click_id":"click_1"}"#),
            (["code", "click"], #""referral_code":"sarah123","click_id":"click_1"}"#),
            (["customer"], #""customer_id":"user_7"}"#), (["tracking", "coupon"], #""coupon":"SARAH10"}"#),
        ] as [(JSONValue, String)]
    )
    func `the order of identities decides, and nothing stronger goes along`(order: JSONValue, tail: String) throws {
        let sink = try tapfiliate([.init("identify", order)])
        let body = try #require(SinkTranscript(buyer.payment("in_1", try money(100, "EUR")), to: sink).bodies.first)
        #expect(body.hasSuffix(#""currency":"EUR","# + tail))
    }

    @Test func `a renewal names the customer alone`() throws {
        let delivery = buyer.payment("in_2", try money(100, "EUR"), phase: .renewal)
        let body = try #require(SinkTranscript(delivery, to: try tapfiliate()).bodies.first)
        #expect(body.hasSuffix(#""customer_id":"user_7"}"#))
    }

    @Test func `a renewal that overtakes the first payment names the click too`() throws {
        var delivery = buyer.payment("in_2", try money(100, "EUR"), phase: .renewal)
        let later = try #require(SinkTranscript(delivery, to: try tapfiliate()).bodies.first)
        delivery.isFirstPayment = true
        let first = try #require(SinkTranscript(delivery, to: try tapfiliate()).bodies.first)
        #expect(later.contains("click_id") == false)
        #expect(first.contains("click_id"))
    }

    @Test func `a refused click does not cost a known customer's sale`() throws {
        let delivery = buyer.payment("in_1", try money(100, "EUR"))
        let refused = Exchange.Result.json(400, ["message": "The click_id is invalid or expired", "code": 400])
        let transcript = SinkTranscript(
            delivery,
            to: try tapfiliate(),
            answering: [refused, .json(200, stored("stripe:invoice:in_1"))]
        )
        #expect(transcript.end?.end == .delivered)
        #expect(transcript.bodies[1].hasSuffix(#""customer_id":"user_7"}"#))
        #expect(
            SinkTranscript(delivery, to: try tapfiliate(), answering: [refused, refused]).end?.end == .notAttributed
        )
    }

    @Test func `where the last click wins, a click that has expired falls back to the customer`() throws {
        let sink = try tapfiliate([.init("identify", ["click", "customer"])])
        let delivery = buyer.payment("in_1", try money(100, "EUR"), phase: .renewal)
        let refused = Exchange.Result.json(400, ["message": "The click_id is invalid or expired", "code": 400])
        let transcript = SinkTranscript(delivery, to: sink, answering: [refused, refused])
        #expect(transcript.bodies.map { $0.contains("click_id") } == [true, false])
        #expect(transcript.bodies[1].hasSuffix(#""customer_id":"user_7"}"#))
        #expect(transcript.end?.end == .notAttributed)
        var known = buyer.payment("in_2", try money(100, "EUR"), phase: .renewal)
        known.event.attribution = Attribution()
        #expect(SinkTranscript(known, to: sink).bodies[0].hasSuffix(#""customer_id":"user_7"}"#))
    }

    @Test func `a customer who is unknown is asked for once`() throws {
        let delivery = buyer.payment("in_2", try money(100, "EUR"), phase: .renewal)
        let refused = Exchange.Result.json(404, ["message": "Customer not found.", "code": 404])
        let transcript = SinkTranscript(delivery, to: try tapfiliate(), answering: [refused, refused])
        #expect(transcript.calls.count == 1)
        #expect(transcript.end?.end == .notAttributed)
    }

    @Test func `the ids of conversion and commissions are kept`() throws {
        let delivery = buyer.payment("in_1", try money(100, "EUR"))
        let answer = Exchange.Result.json(200, stored("stripe:invoice:in_1", commissions: [3, 4]))
        let receipt = SinkTranscript(delivery, to: try tapfiliate(), answering: [answer]).end?.receipt
        #expect(receipt?["conversion"] == "1")
        #expect(receipt?.all("commission") == ["3", "4"])
    }

    @Test(
        arguments: [
            (.json(200, stored("k", affiliate: .null)), .notAttributed),
            (.json(200, stored("k", commissions: [])), .notAttributed),
            (.json(201, ["message": "odd"]), .needsHuman),
            (.json(422, ["message": "amount must be a number", "code": 422]), .permanent),
            (.json(404, ["message": "Not found", "code": 404]), .permanent),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a conversion has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let delivery = buyer.payment("in_1", try money(100, "EUR"), phase: .renewal)
        #expect(SinkTranscript(delivery, to: try tapfiliate(), answering: [result]).end?.end == end)
    }

    @Test(
        arguments: [
            (.page(401), .credentials), (.json(401, ["message": "Authentication Failed.", "code": 401]), .credentials),
            (.page(404), .platform), (.page(301), .platform), (.page(200), .platform), (.page(502), .platform),
            (.lost, .platform), (.json(429, ["message": "Too many requests."]), .platform),
            (.json(400, ["message": "no"], headers: ["X-RateLimit-Remaining": "0"]), .platform),
        ] as [(Exchange.Result, Step.Retry.Scope)]
    )
    func `pages, redirects and limits say nothing about the sale`(
        result: Exchange.Result,
        scope: Step.Retry.Scope
    ) throws {
        let delivery = buyer.payment("in_1", try money(100, "EUR"))
        #expect(SinkTranscript(delivery, to: try tapfiliate(), answering: [result]).retry?.scope == scope)
    }

    @Test(
        arguments: [
            .json(409, ["message": "Conflict", "code": 409]),
            .json(422, ["message": "external_id must be unique", "code": 422]),
            .json(400, ["message": "Conversion with this external id already exists", "code": 400]),
        ] as [Exchange.Result]
    )
    func `a duplicate is looked up and its ids taken over`(refusal: Exchange.Result) throws {
        let delivery = buyer.payment("in_1", try money(100, "EUR"))
        let list = Exchange.Result.json(200, [stored("other"), stored("stripe:invoice:in_1")])
        let transcript = SinkTranscript(delivery, to: try tapfiliate(), answering: [refusal, list])
        #expect(
            transcript.lines[1]
                == "GET https://api.tapfiliate.com/1.6/conversions/?external_id=stripe%3Ainvoice%3Ain_1"
        )
        #expect(transcript.end?.end == .duplicate)
        #expect(transcript.end?.receipt["conversion"] == "1")
        let none = SinkTranscript(delivery, to: try tapfiliate(), answering: [refusal, .json(200, [stored("other")])])
        #expect(none.end?.end == .permanent)
    }

    @Test func `after an attempt without a known answer the conversion is looked up first`() throws {
        var delivery = buyer.payment("in_1", try money(100, "EUR"))
        delivery.attempt = 2
        delivery.mayHaveArrivedBefore = true
        let sink = try tapfiliate()
        #expect(SinkTranscript(delivery, to: sink).calls.map(\.method) == ["GET"])
        let found = SinkTranscript(delivery, to: sink, answering: [.json(200, [stored("stripe:invoice:in_1")])])
        #expect(found.end?.end == .duplicate)
        let missing = SinkTranscript(delivery, to: sink, answering: [.json(200, [])])
        #expect(missing.calls.map(\.method) == ["GET", "POST"])
        let refused = Exchange.Result.json(409, ["message": "external_id must be unique", "code": 409])
        let unlisted = SinkTranscript(delivery, to: sink, answering: [.json(200, []), refused, .json(200, [])])
        #expect(unlisted.retry?.scope == .delivery)
        let failed = SinkTranscript(delivery, to: sink, answering: [.page(503)])
        #expect(failed.retry != nil)
        #expect(failed.calls.map(\.method) == ["GET"])
    }

    @Test func `an organic sale is not sent`() throws {
        let nobody = SampleBuyer(Customer(ref: "cus_9"), Attribution())
        let transcript = SinkTranscript(nobody.payment("in_1", try money(100, "EUR")), to: try tapfiliate())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == .notAttributed)
    }
}

@Suite struct TapfiliateCustomerTests {
    @Test func `a sign-up makes the customer`() throws {
        let sink = try tapfiliate([.init("override_max_cookie_time", true), .init("customer_status", "trial")])
        let transcript = SinkTranscript(buyer.signUp(), to: sink)
        #expect(transcript.lines == ["POST https://api.tapfiliate.com/1.6/customers/?override_max_cookie_time=true"])
        #expect(
            transcript.bodies == [
                #"{"customer_id":"user_7","coupon":"SARAH10","referral_code":"sarah123","click_id":"click_1","#
                    + #""status":"trial"}"#
            ]
        )
    }

    @Test(
        arguments: [
            (.json(200, ["id": "cu_1", "affiliate": ["id": "sarah"]]), .delivered),
            (.json(200, ["id": "cu_1", "affiliate": .null]), .notAttributed), (.json(200, []), .needsHuman),
            (.json(400, ["message": "Click not found", "code": 400]), .notAttributed),
            (.json(422, ["message": "status is wrong", "code": 422]), .permanent),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a customer has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        #expect(SinkTranscript(buyer.signUp(), to: try tapfiliate(), answering: [result]).end?.end == end)
    }

    @Test(
        arguments: [
            .json(422, ["message": "customer_id already exists", "code": 422]),
            .json(409, ["message": "Conflict", "code": 409]),
        ] as [Exchange.Result]
    )
    func `a customer who exists is looked up and the id taken over`(refusal: Exchange.Result) throws {
        let sink = try tapfiliate()
        func ends(_ list: JSONValue) -> Step.End? {
            SinkTranscript(buyer.signUp(), to: sink, answering: [refusal, .json(200, list)]).end
        }
        let own: JSONValue = ["id": "cu_2", "customer_id": "user_7", "affiliate": ["id": "sarah"]]
        let other: JSONValue = ["id": "cu_1", "customer_id": "user_6", "affiliate": ["id": "tom"]]
        let transcript = SinkTranscript(buyer.signUp(), to: sink, answering: [refusal])
        #expect(transcript.lines[1] == "GET https://api.tapfiliate.com/1.6/customers/?customer_id=user_7")
        #expect(ends([other, own])?.end == .duplicate)
        #expect(ends([other, own])?.receipt["customer"] == "cu_2")
        #expect(ends([other])?.end == .duplicate)
        #expect(ends([other])?.receipt.ids == [])
        let organic: JSONValue = ["id": "cu_2", "customer_id": "user_7", "affiliate": .null]
        #expect(ends([organic])?.end == .notAttributed)
    }

    @Test func `a trial is a customer in trial, and is told only where it is asked for`() throws {
        let sink = try tapfiliate([.init("customer_status", "lead")])
        #expect(!sink.capabilities.kindsByDefault.contains(.subscriptionTrialStarted))
        var trial = buyer.signUp()
        trial.event.kind = .subscriptionTrialStarted
        #expect(SinkTranscript(trial, to: sink).bodies[0].hasSuffix(#""status":"trial"}"#))
        #expect(SinkTranscript(buyer.signUp(), to: sink).bodies[0].hasSuffix(#""status":"lead"}"#))
    }
}

@Suite struct TapfiliateRefundTests {
    private func refund(to after: Int64, from before: Int64 = 0, receipt: [Attribution.Parameter]) throws -> Delivery {
        let payment = buyer.payment("in_1", try money(11_900, "EUR"), tax: try money(1900, "EUR"))
        let end = Step.End(.delivered, reason: "stored", receipt: Receipt(receipt))
        return try #require(buyer.correction("re_1", of: payment, ended: end, from: before, to: after))
    }

    @Test func `a part becomes the absolute amount that remains, on the sale's basis`() throws {
        let sink = TermedSink(try tapfiliate(), MoneyTerms())
        let told = [
            .init("conversion", "1"), Attribution.Parameter.init("amount_basis", "ex_tax 100.00 of 119.00 EUR"),
        ]
        let delivery = try refund(to: 5950, from: 1190, receipt: told)
        let transcript = SinkTranscript(delivery, to: sink, answering: [.json(200, stored("k"))])
        #expect(
            transcript.lines == ["PATCH https://api.tapfiliate.com/1.6/conversions/1/?recalculate_commissions=true"]
        )
        #expect(transcript.bodies == [#"{"amount":50.00}"#])
        #expect(transcript.end?.end == .delivered)
    }

    @Test func `all of it disapproves each commission that is not yet`() throws {
        let delivery = try refund(to: 11_900, receipt: [.init("conversion", "1")])
        var conversion = stored("k", commissions: [3, 4])
        if case .object(var members) = conversion {
            members.append(.init("note", "x"))
            conversion = .object(members)
        }
        let transcript = SinkTranscript(
            delivery,
            to: try tapfiliate(),
            answering: [.json(200, conversion), .page(204), .json(404, ["message": "Not found", "code": 404])]
        )
        #expect(
            transcript.lines == [
                "GET https://api.tapfiliate.com/1.6/conversions/1/",
                "DELETE https://api.tapfiliate.com/1.6/commissions/3/approved/",
                "DELETE https://api.tapfiliate.com/1.6/commissions/4/approved/",
            ]
        )
        #expect(transcript.end?.end == .delivered)
    }

    @Test func `lost ids are recovered by our own id`() throws {
        let sink = try tapfiliate()
        let list = Exchange.Result.json(200, [stored("stripe:invoice:in_1")])
        let part = SinkTranscript(try refund(to: 100, receipt: []), to: sink, answering: [list])
        #expect(part.calls.map(\.label) == ["look-up", "amount"])
        let whole = SinkTranscript(try refund(to: 11_900, receipt: []), to: sink, answering: [list, .page(204)])
        #expect(whole.calls.map(\.label) == ["look-up", "disapproval"])
        #expect(whole.end?.end == .delivered)
        let moved = SinkTranscript(
            try refund(to: 11_900, receipt: [.init("conversion", "9")]),
            to: sink,
            answering: [.json(404, ["message": "Not found", "code": 404]), list, .page(204)]
        )
        #expect(moved.calls.map(\.label) == ["read", "look-up", "disapproval"])
        #expect(moved.end?.end == .delivered)
    }

    @Test func `what cannot be taken back is for a person`() throws {
        let sink = try tapfiliate()
        let gone = SinkTranscript(try refund(to: 11_900, receipt: []), to: sink, answering: [.json(200, [])])
        #expect(gone.end?.end == .needsHuman)
        let refused = SinkTranscript(
            try refund(to: 100, receipt: [.init("conversion", "1")]),
            to: sink,
            answering: [.json(422, ["message": "Commission is paid", "code": 422])]
        )
        #expect(refused.end?.end == .needsHuman)
        let foreign = try refund(to: 100, receipt: [.init("conversion", "1"), .init("program_currency", "USD")])
        #expect(SinkTranscript(foreign, to: sink).end?.end == .needsHuman)
    }

    private func raise(to after: Int64, from before: Int64, receipt: [Attribution.Parameter]) throws -> Delivery {
        var delivery = try refund(to: after, from: before, receipt: receipt)
        delivery.event.kind = .refundReversed
        return delivery
    }

    @Test func `a reversed part sets the amount that remains, and leaves the commissions alone`() throws {
        let delivery = try raise(to: 0, from: 5950, receipt: [.init("conversion", "1")])
        let transcript = SinkTranscript(delivery, to: try tapfiliate(), answering: [.json(200, stored("k"))])
        #expect(transcript.lines.map { String($0.prefix(5)) } == ["PATCH"])
        #expect(transcript.bodies == [#"{"amount":119.00}"#])
        #expect(transcript.end?.end == .delivered)
    }

    @Test func `a won dispute sets the amount first and then approves what was disapproved`() throws {
        var delivery = try raise(to: 0, from: 11_900, receipt: [.init("conversion", "1")])
        delivery.event.kind = .disputeWon
        let conversion: JSONValue = [
            "id": 1, "external_id": "k", "affiliate": ["id": "sarah"],
            "commissions": [
                ["id": 3, "approved": false], ["id": 4, "approved": true], ["id": 5, "approved": false],
            ],
        ]
        let transcript = SinkTranscript(
            delivery,
            to: try tapfiliate(),
            answering: [.json(200, conversion), .json(200, conversion), .page(204), .page(204)]
        )
        #expect(
            transcript.lines == [
                "GET https://api.tapfiliate.com/1.6/conversions/1/",
                "PATCH https://api.tapfiliate.com/1.6/conversions/1/?recalculate_commissions=true",
                "PUT https://api.tapfiliate.com/1.6/commissions/3/approved/",
                "PUT https://api.tapfiliate.com/1.6/commissions/5/approved/",
            ]
        )
        #expect(transcript.end?.reason == "the sale counts again, 2 commission(s) approved again")
    }

    @Test func `a sale that cannot be raised again is for a person, who is told what to do`() throws {
        let refused = Exchange.Result.json(422, ["message": "Commission is paid", "code": 422])
        let delivery = try raise(to: 0, from: 5950, receipt: [.init("conversion", "1")])
        let end = SinkTranscript(delivery, to: try tapfiliate(), answering: [refused]).end
        #expect(end?.end == .needsHuman)
        #expect(
            end?.reason.hasSuffix(
                "Tapfiliate takes no refund back, and 59.50 EUR is paid again; raise conversion 1 there to 119.00 EUR"
            ) == true
        )
        let foreign = try raise(
            to: 0,
            from: 5950,
            receipt: [.init("conversion", "1"), .init("program_currency", "USD")]
        )
        #expect(SinkTranscript(foreign, to: try tapfiliate()).end?.end == .needsHuman)
    }

    @Test func `a dispute that moves no money changes nothing`() throws {
        var delivery = try refund(to: 5950, from: 5950, receipt: [.init("conversion", "1")])
        delivery.event.kind = .disputeWon
        #expect(SinkTranscript(delivery, to: try tapfiliate()).end == .noMoneyMoved)
    }
}
