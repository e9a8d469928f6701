// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Affitor

/// Makes a sink from members of a configuration.
func affitor(_ members: [JSONValue.Member] = []) throws -> any Sink {
    try AffitorPlugin.makeSink(PluginSettings(name: "affitor", members: members, secrets: ["key": Secret("aff_test")]))
}

let buyer = SampleBuyer(
    Customer(user: "user_7", ref: "cus_7", email: "ada@example.com"),
    Attribution(params: [.init("affitor_click_id", "cust_42_1")])
)

func money(_ minor: Int64, _ code: String) throws -> Money { Money(minor: minor, try #require(Currency(code))) }

@Suite struct AffitorSaleTests {
    @Test func `a sale is told in minor units with both ids and its own key`() throws {
        let delivery = buyer.payment("in_1", try money(11_900, "EUR"))
        let transcript = SinkTranscript(delivery, to: try affitor())
        #expect(transcript.lines == ["POST https://api.affitor.com/api/v1/track/sale"])
        #expect(
            transcript.bodies == [
                #"{"transaction_id":"stripe:invoice:in_1","amount_cents":11900,"currency":"EUR","#
                    + #""customer_key":"user_7","click_id":"cust_42_1","sale_type":"subscription","is_recurring":false,"#
                    + #""subscription_id":"sub_1","subscription_interval":"monthly","product_id":"prod_1"}"#
            ]
        )
        let header = try #require(transcript.calls.first?.secretHeaders.first)
        #expect(header.prefix + header.secret.revealedText == "Bearer aff_test")
        #expect(!String(describing: transcript.calls).contains("aff_test"))
    }

    @Test(
        arguments: [
            (9990, "USD", [], "9990"), (1580, "JPY", [], "1580"), (500, "UGX", [], "500"),
            (1234, "KWD", [.init("three_decimals", "iso_minor")], "1234"),
        ] as [(Int64, String, [JSONValue.Member], String)]
    )
    func `amounts are ISO minor units`(minor: Int64, code: String, members: [JSONValue.Member], text: String) throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: try affitor(members))
        #expect(try #require(transcript.bodies.first).contains("\"amount_cents\":\(text),\"currency\":\"\(code)\""))
    }

    @Test(
        arguments: [
            (1234, "KWD", [], DeliveryEnd.permanent, "three_decimals"),
            (0, "USD", [], .notApplicable, "above zero"),
        ] as [(Int64, String, [JSONValue.Member], DeliveryEnd, String)]
    )
    func `what Affitor cannot be told is never sent`(
        minor: Int64,
        code: String,
        members: [JSONValue.Member],
        end: DeliveryEnd,
        words: String
    ) throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: try affitor(members))
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test func `a renewal is recurring, and the basis takes the tax off`() throws {
        let delivery = buyer.payment("in_2", try money(11_900, "EUR"), tax: try money(1900, "EUR"), phase: .renewal)
        let transcript = SinkTranscript(
            delivery,
            to: TermedSink(try affitor([.init("prefix", "acme:")]), MoneyTerms(basis: .exTax))
        )
        let body = try #require(transcript.bodies.first)
        #expect(body.contains(#""transaction_id":"acme:stripe:invoice:in_2","amount_cents":10000"#))
        #expect(body.contains(#""is_recurring":true"#))
    }

    @Test func `test mode says so and books nothing`() throws {
        let sink = try affitor([.init("test_mode", true), .init("program", 42)])
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        let stored: Exchange.Result = .json(200, ["success": true, "data": ["eventId": "e", "test_mode": true]])
        let transcript = SinkTranscript(delivery, to: sink, answering: [stored])
        #expect(transcript.bodies[0].hasSuffix(#""additional_data":{"test_mode":true,"program_id":"42"}}"#))
        let end = try #require(transcript.end)
        #expect(end.end == .delivered)
        let refund = try #require(buyer.correction("re_1", of: delivery, ended: end, from: 0, to: 100))
        #expect(SinkTranscript(refund, to: try affitor()).end?.end == .notApplicable)
    }

    @Test func `in native mode money is not told`() throws {
        let sink = try affitor([.init("mode", "native")])
        #expect(sink.capabilities.kinds == [.clickRecorded, .customerCreated])
        let transcript = SinkTranscript(buyer.payment("in_1", try money(100, "USD")), to: sink)
        #expect(transcript.end?.end == .notApplicable)
    }

    @Test(
        arguments: [
            (.json(200, ["success": true, "sale_id": 5, "commission_id": 8]), .delivered),
            (
                .json(200, ["success": true, "attributed": false, "sale_id": .null, "commission_id": .null]),
                .notAttributed
            ),
            (.json(200, ["success": true, "sale_id": 5, "commission_id": .null]), .notAttributed),
            (.json(200, ["success": false, "message": "no"]), .needsHuman),
            (.page(200), .needsHuman), (.json(200, [:]), .needsHuman),
            (.json(409, ["error": "Duplicate transaction_id. This sale has already been recorded."]), .duplicate),
            (.json(409, ["error": "Conflict", "message": "x", "statusCode": 409]), .duplicate),
            (.json(400, ["error": "amount_cents is required and must be a positive integer"]), .permanent),
            (.json(400, ["error": "partnerId required to create commission"]), .needsHuman),
            (.json(500, ["error": "Failed to create commission"]), .needsHuman),
            (.json(413, ["error": "Payload too large"]), .permanent),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a sale has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        #expect(SinkTranscript(delivery, to: try affitor(), answering: [result]).end?.end == end)
    }

    @Test(
        arguments: [
            (.json(500, ["error": "Sale tracking failed"]), .platform), (.page(502), .platform), (.lost, .platform),
            (.json(429, ["error": "slow down"]), .platform), (.json(401, ["error": "Invalid API token"]), .credentials),
            (.json(400, ["error": "Customer not found. Provide customer_key or click_id."]), .delivery),
            (.json(400, ["error": "No affiliate attribution found for this customer in this program"]), .delivery),
            (.json(400, ["error": "No partner-program relationship found for this customer"]), .delivery),
        ] as [(Exchange.Result, Step.Retry.Scope)]
    )
    func `what may pass is tried again`(result: Exchange.Result, scope: Step.Retry.Scope) throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        #expect(SinkTranscript(delivery, to: try affitor(), answering: [result]).retry?.scope == scope)
    }

    @Test func `an unknown customer is waited for 36 minutes, then not attributed`() throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        let unknown = Exchange.Result.json(400, ["error": "Customer not found. Provide customer_key or click_id."])
        let patient = SinkTranscript.waits(of: delivery, to: try affitor(), answering: [unknown])
        #expect(patient.waits == [.seconds(60), .seconds(300), .seconds(1800)])
        #expect(patient.end == .notAttributed)
        let hasty = try affitor([.init("late_lead_retries", 0)])
        let impatient = SinkTranscript.waits(of: delivery, to: hasty, answering: [unknown])
        #expect(impatient.waits.isEmpty && impatient.end == .notAttributed)
    }

    @Test func `a 409 after an attempt without a known answer is for a person, unless accepted`() throws {
        var delivery = buyer.payment("in_1", try money(100, "USD"))
        delivery.attempt = 2
        delivery.mayHaveArrivedBefore = true
        let conflict = Exchange.Result.json(409, ["error": "Duplicate transaction_id."])
        let end = SinkTranscript(delivery, to: try affitor(), answering: [conflict]).end
        #expect(end?.end == .needsHuman)
        #expect(try #require(end).reason.hasPrefix("duplicateAfterError"))
        let accepting = try affitor([.init("duplicate_after_error", "accept")])
        #expect(SinkTranscript(delivery, to: accepting, answering: [conflict]).end?.end == .duplicate)
    }

    @Test func `a refusal's words are shown, but no e-mail address`() throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        let refusal = Exchange.Result.json(400, ["error": "currency of ada@example.com must be one of USD,\nEUR"])
        let end = SinkTranscript(delivery, to: try affitor(), answering: [refusal]).end
        #expect(end?.reason == "Affitor refuses the request (400): currency of must be one of USD, EUR")
    }
}

@Suite struct AffitorLeadTests {
    @Test func `a sign-up binds the click to the user and keeps the e-mail back`() throws {
        let transcript = SinkTranscript(buyer.signUp(), to: try affitor())
        #expect(transcript.lines == ["POST https://api.affitor.com/api/v1/track/lead"])
        #expect(transcript.bodies == [#"{"customer_key":"user_7","click_id":"cust_42_1"}"#])
        let open = SinkTranscript(buyer.signUp(), to: try affitor([.init("send_email", true)]))
        #expect(open.bodies[0].contains("ada@example.com"))
    }

    @Test(
        arguments: [
            (.json(200, ["success": true, "message": "Lead tracked successfully"]), .delivered),
            (.json(400, ["error": "Customer status cannot be updated to lead. Current status: lead"]), .duplicate),
            (.json(400, ["error": "Customer not found. Provide a valid click_id or customer_key."]), .notAttributed),
            (.json(400, ["error": "Customer does not belong to this program"]), .notAttributed),
            (.json(400, ["error": "click_id or customer_key is required"]), .permanent),
            (.json(409, ["error": "Conflict"]), .duplicate), (.json(200, []), .needsHuman),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a lead has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        #expect(SinkTranscript(buyer.signUp(), to: try affitor(), answering: [result]).end?.end == end)
    }

    @Test func `a sign-up of nobody is not sent`() throws {
        let nobody = SampleBuyer(Customer(ref: "cus_9"), Attribution())
        let transcript = SinkTranscript(nobody.signUp(), to: try affitor())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == .notAttributed)
    }
}

@Suite struct AffitorRefundTests {
    let sale = Step.End(.delivered, reason: "stored", receipt: Receipt([.init("transaction", "acme:1")]))

    private let onExTax = [Attribution.Parameter("amount_basis", "ex_tax 100.00 of 119.00 EUR")]

    private func refund(
        to after: Int64,
        from before: Int64 = 0,
        earlier: Int = 0,
        told: [Attribution.Parameter] = []
    ) throws -> Delivery {
        let payment = buyer.payment("in_1", try money(11_900, "EUR"), tax: try money(1900, "EUR"))
        var sale = sale
        sale.receipt.ids += told
        return try #require(
            buyer.correction("re_1", of: payment, ended: sale, from: before, to: after, earlier: earlier)
        )
    }

    @Test func `money that is paid again is for a person, and never a second refund`() throws {
        var delivery = try refund(to: 0, from: 5950, earlier: 1)
        delivery.event.kind = .refundReversed
        let transcript = SinkTranscript(delivery, to: try affitor())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == .needsHuman)
        #expect(
            transcript.end?.reason
                == "Affitor takes no refund back, and 59.50 EUR is paid again; raise transaction acme:1 there to 119.00 EUR"
        )
        #expect(SinkTranscript(try refund(to: 5950, from: 5950), to: try affitor()).end == .noMoneyMoved)
    }

    @Test func `a refund names the sale's own transaction, and its amount only where a part is left`() throws {
        let sink = TermedSink(try affitor(), MoneyTerms())
        #expect(
            SinkTranscript(try refund(to: 5950, told: onExTax), to: sink).bodies
                == [#"{"transaction_id":"acme:1","refund_amount_cents":5000,"refund_reason":"refund"}"#]
        )
        #expect(
            SinkTranscript(try refund(to: 11_900, told: onExTax), to: sink).bodies
                == [#"{"transaction_id":"acme:1","refund_reason":"refund"}"#]
        )
        #expect(
            SinkTranscript(try refund(to: 11_900, from: 5950, earlier: 1, told: onExTax), to: sink).bodies
                == [#"{"transaction_id":"acme:1","refund_amount_cents":5000,"refund_reason":"refund"}"#]
        )
    }

    @Test(
        arguments: [
            (.json(200, ["success": true, "status": "reversed", "commission_id": 8]), .delivered),
            (.json(200, ["success": true, "status": "refunded"]), .delivered),
            (.json(200, ["success": true, "status": "skipped", "reason": "already reversed"]), .needsHuman),
            (.json(200, ["success": true, "status": "no_commission"]), .notApplicable),
            (.json(200, ["success": true]), .needsHuman), (.page(200), .needsHuman),
            (.json(404, ["error": "Sale not found for transaction_id"]), .needsHuman),
            (.json(400, ["error": "transaction_id is required"]), .needsHuman),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a refund has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        #expect(SinkTranscript(try refund(to: 5950), to: try affitor(), answering: [result]).end?.end == end)
    }

    @Test(
        arguments: [
            .json(200, ["status": "skipped", "reason": "already reversed"]), .json(200, ["success": true]),
            .json(404, ["error": "Sale not found for transaction_id"]), .json(400, ["error": "no"]),
        ] as [Exchange.Result]
    )
    func `a refund that Affitor does not take says how much a person has to take back of which sale`(
        result: Exchange.Result
    ) throws {
        let delivery = try refund(to: 11_900, from: 5950, earlier: 1)
        let reason = SinkTranscript(delivery, to: try affitor(), answering: [result]).end?.reason ?? ""
        #expect(reason.contains("take 59.50 EUR of transaction acme:1 back there"))
    }

    @Test func `a skipped refund whose own earlier attempt may have arrived was taken by that one`() throws {
        var delivery = try refund(to: 5950)
        delivery.mayHaveArrivedBefore = true
        let skipped = Exchange.Result.json(200, ["status": "skipped", "reason": "already reversed"])
        #expect(SinkTranscript(delivery, to: try affitor(), answering: [skipped]).end?.end == .duplicate)
    }
}

@Suite struct AffitorSettingsTests {
    @Test(
        arguments: [
            (.init("refunds", "later"), "refunds"), (.init("refund_hold_days", 3), "refund_hold_days"),
            (.init("mode", "both"), "mode"), (.init("url", "ftp://x"), "url"),
        ] as [(JSONValue.Member, String)]
    )
    func `a wrong setting is named`(member: JSONValue.Member, key: String) throws {
        let problems = try #require(throws: ConfigurationProblems.self) { try affitor([member]) }
        #expect(problems.problems.map(\.place) == ["/sinks/affitor/\(key)"])
    }

    @Test func `a management key is refused before it is refused a thousand times`() throws {
        let settings = PluginSettings(name: "a", members: [], secrets: ["key": Secret("affk_1")])
        #expect(throws: ConfigurationProblems.self) { try AffitorPlugin.makeSink(settings) }
    }
}
