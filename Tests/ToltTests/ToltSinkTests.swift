// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Tolt

/// Makes a sink from members of a configuration.
func tolt(_ members: [JSONValue.Member] = [], key: String = "key_test") throws -> any Sink {
    var members = members
    if !members.contains(where: { $0.name == "program_currency" }) { members.append(.init("program_currency", "EUR")) }
    return try ToltPlugin.makeSink(PluginSettings(name: "tolt", members: members, secrets: ["key": Secret(key)]))
}

let buyer = SampleBuyer(
    Customer(user: "user_7", ref: "cus_stripe", email: "ada@example.com"),
    Attribution(params: [.init("tolt_click_id", "clk_9"), .init("tolt_partner_id", "part_3")])
)

func money(_ minor: Int64, _ code: String) throws -> Money { Money(minor: minor, try #require(Currency(code))) }

extension SinkTranscript {
    /// Feeds a sink with the answers of a double.
    init(_ delivery: Delivery, to sink: any Sink, performing transport: MemoryTransport) {
        var results: [Exchange.Result] = []
        var transcript = SinkTranscript(delivery, to: sink)
        while case .call(let call) = transcript.last, results.count < 9 {
            results.append(transport.perform(call))
            transcript = SinkTranscript(delivery, to: sink, answering: results)
        }
        self = transcript
    }
}

let nobody = Exchange.Result.json(200, ["success": true, "data": [], "has_more": false])
let known = Exchange.Result.json(
    200,
    ["success": true, "data": [["id": "cus_1", "customer_id": "user_7", "partner_id": "part_3"]]]
)

func problem(_ status: Int, _ code: JSONValue, field: JSONValue? = nil, message: JSONValue = "no") -> Exchange.Result {
    let errors: JSONValue = .array(field.map { [["field": $0, "message": "no"]] } ?? [])
    return .json(status, ["success": false, "code": code, "message": message, "errors": errors])
}

private let stored = Exchange.Result.json(
    201,
    ["success": true, "data": ["id": "txn_1", "partner_id": "part_3", "customer_id": "cus_1", "amount": "11900"]]
)

@Suite struct ToltSaleTests {
    @Test func `a sale is told in minor units of the program's currency under its own charge`() throws {
        let delivery = buyer.payment("in_1", try money(11_900, "EUR"))
        let transcript = SinkTranscript(delivery, to: try tolt(), answering: [known, stored])
        #expect(
            transcript.lines == [
                "GET https://platform.tolt.dev/v2/customers?customer_id=user_7",
                "POST https://platform.tolt.dev/v2/transactions",
            ]
        )
        #expect(
            transcript.bodies[1]
                == #"{"customer_id":"cus_1","charge_id":"stripe:invoice:in_1","amount":11900,"#
                + #""created_at":"2026-11-21T08:31:00Z","billing_type":"subscription","interval":"month","#
                + #""click_id":"clk_9","product_id":"prod_1"}"#
        )
        let header = try #require(transcript.calls.first?.secretHeaders.first)
        #expect(header.prefix + header.secret.revealedText == "Bearer key_test")
        let end = try #require(transcript.end)
        #expect(end.end == .delivered)
        #expect(end.receipt["transaction"] == "txn_1" && end.receipt["charge"] == "stripe:invoice:in_1")
    }

    @Test func `Tolt's own customer id in the metadata saves the look-up`() throws {
        let own = SampleBuyer(Customer(), Attribution(params: [.init("tolt_customer_id", "cus_5")]))
        let transcript = SinkTranscript(own.payment("in_1", try money(100, "EUR")), to: try tolt())
        #expect(try #require(transcript.bodies.first).hasPrefix(#"{"customer_id":"cus_5","charge_id""#))
    }

    @Test(
        arguments: [
            (9990, "USD", "USD", [], "9990"), (1580, "JPY", "JPY", [], "1580"),
            (1234, "KWD", "KWD", [.init("three_decimals", "iso_minor")], "1234"),
        ] as [(Int64, String, String, [JSONValue.Member], String)]
    )
    func `amounts are ISO minor units`(
        minor: Int64,
        code: String,
        program: String,
        members: [JSONValue.Member],
        text: String
    ) throws {
        let sink = try tolt(members + [.init("program_currency", .string(program))])
        let payment = buyer.payment("in_1", try money(minor, code))
        let transcript = SinkTranscript(payment, to: sink, answering: [known])
        #expect(try #require(transcript.bodies.last).contains("\"amount\":\(text),"))
    }

    @Test(
        arguments: [
            (1234, "KWD", "KWD", DeliveryEnd.permanent, "three_decimals"),
            (0, "EUR", "EUR", .notApplicable, "above zero"),
            (100, "USD", "EUR", .permanent, "would read it as EUR"), (100, "EUR", "JPY", .permanent, "convert it"),
        ] as [(Int64, String, String, DeliveryEnd, String)]
    )
    func `what Tolt would misread is never sent`(
        minor: Int64,
        code: String,
        program: String,
        end: DeliveryEnd,
        words: String
    ) throws {
        let sink = try tolt([.init("program_currency", .string(program))])
        let transcript = SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: sink)
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test func `in native mode money is not told`() throws {
        let sink = try tolt([.init("mode", "native")])
        #expect(sink.capabilities.kinds == [.clickRecorded, .customerCreated])
        let transcript = SinkTranscript(buyer.payment("in_1", try money(100, "EUR")), to: sink)
        #expect(transcript.end?.end == .notApplicable)
    }

    @Test(
        arguments: [
            ([stored], .delivered),
            ([.json(200, ["success": true, "data": [["id": "txn_1", "amount": 5]]])], .delivered),
            ([.json(201, ["success": true, "data": ["id": "txn_1", "partner_id": .null]])], .notAttributed),
            ([.json(200, ["success": false])], .needsHuman), ([.json(200, ["success": true])], .needsHuman),
            ([.page(200)], .needsHuman), ([.json(201, ["success": true, "data": [:]])], .needsHuman),
            ([problem(409, "already_exists"), .json(200, ["data": []])], .duplicate),
            (
                [
                    problem(409, "already_exists"),
                    .json(200, ["data": [["id": "txn_4", "charge_id": "stripe:invoice:in_1"]]]),
                ],
                .duplicate
            ),
            ([problem(400, "invalid_reference", field: "customer_id")], .notAttributed),
            ([problem(404, "not_found")], .notAttributed),
            ([problem(400, "validation_error", field: "amount")], .permanent),
            ([problem(413, "payload_too_large")], .permanent),
        ] as [([Exchange.Result], DeliveryEnd)]
    )
    func `each answer to a sale has one end`(results: [Exchange.Result], end: DeliveryEnd) throws {
        let delivery = buyer.payment("in_1", try money(100, "EUR"))
        #expect(SinkTranscript(delivery, to: try tolt(), answering: [known] + results).end?.end == end)
    }

    @Test(
        arguments: [
            (problem(500, "internal_error"), .platform), (.page(502), .platform), (.lost, .platform),
            (problem(429, "rate_limited"), .platform), (problem(401, "unauthorized"), .credentials),
            (problem(403, "forbidden"), .credentials),
        ] as [(Exchange.Result, Step.Retry.Scope)]
    )
    func `what may pass is tried again, at whatever call it comes`(
        result: Exchange.Result,
        scope: Step.Retry.Scope
    ) throws {
        var delivery = buyer.payment("in_1", try money(100, "EUR"))
        for results in [
            [result], [nobody, result], [known, result], [known, problem(409, "already_exists"), result],
        ] {
            #expect(SinkTranscript(delivery, to: try tolt(), answering: results).retry?.scope == scope)
        }
        delivery.mayHaveArrivedBefore = true
        #expect(SinkTranscript(delivery, to: try tolt(), answering: [result]).retry?.scope == scope)
    }

    @Test func `after a lost answer Tolt is asked before it is told again`() throws {
        var delivery = buyer.payment("in_1", try money(100, "EUR"))
        delivery.mayHaveArrivedBefore = true
        let empty = SinkTranscript(delivery, to: try tolt(), answering: [.json(200, ["data": []]), known])
        #expect(
            empty.lines == [
                "GET https://platform.tolt.dev/v2/transactions?charge_id=stripe%3Ainvoice%3Ain_1",
                "GET https://platform.tolt.dev/v2/customers?customer_id=user_7",
                "POST https://platform.tolt.dev/v2/transactions",
            ]
        )
        // A filter that is ignored gives other charges, which are not ours.
        let others = Exchange.Result.json(200, ["data": [["id": "txn_8", "charge_id": "ch_other"]]])
        #expect(SinkTranscript(delivery, to: try tolt(), answering: [others]).lines.count == 2)
        let ours = Exchange.Result.json(200, ["data": [["id": "txn_8", "charge_id": "stripe:invoice:in_1"]]])
        let end = try #require(SinkTranscript(delivery, to: try tolt(), answering: [ours]).end)
        #expect(end.end == .duplicate && end.receipt["transaction"] == "txn_8")
    }

    @Test func `a refusal's words are shown, but no e-mail address`() throws {
        let delivery = buyer.payment("in_1", try money(100, "EUR"))
        let refusal = problem(400, "validation_error", message: "amount of ada@example.com must be\nsmaller")
        let end = SinkTranscript(delivery, to: try tolt(), answering: [known, refusal]).end
        #expect(end?.reason == "Tolt refuses the request (400): amount of must be smaller")
    }
}

@Suite struct ToltCustomerTests {
    private let made = Exchange.Result.json(201, ["success": true, "data": ["id": "cus_1", "partner_id": "part_3"]])

    @Test func `a sign-up makes the customer of partner and click, and keeps the e-mail back`() throws {
        let transcript = SinkTranscript(buyer.signUp(), to: try tolt(), answering: [nobody, made])
        #expect(transcript.bodies[1] == #"{"customer_id":"user_7","partner_id":"part_3","click_id":"clk_9"}"#)
        #expect(transcript.end?.receipt["customer"] == "cus_1")
        let open = SinkTranscript(buyer.signUp(), to: try tolt([.init("send_email", true)]), answering: [nobody])
        #expect(open.bodies[1].contains("ada@example.com"))
        let provider = SinkTranscript(buyer.signUp(), to: try tolt([.init("customer_id", "provider")]))
        #expect(provider.lines == ["GET https://platform.tolt.dev/v2/customers?customer_id=cus_stripe"])
    }

    @Test func `a link's code is resolved by a click, once for a customer who is not there`() throws {
        let coded = SampleBuyer(Customer(user: "user_7"), Attribution(code: "sam"))
        let click = Exchange.Result.json(201, ["data": ["id": "clk_1", "partner_id": "part_3"]])
        let sink = try tolt([.init("link_parameter", "via")])
        let transcript = SinkTranscript(coded.signUp(), to: sink, answering: [nobody, click, made])
        #expect(transcript.bodies[1] == #"{"param":"via","value":"sam"}"#)
        #expect(transcript.bodies[2] == #"{"customer_id":"user_7","partner_id":"part_3"}"#)
        #expect(transcript.end?.end == .delivered)
        let unknown = problem(400, "invalid_reference")
        #expect(SinkTranscript(coded.signUp(), to: sink, answering: [nobody, unknown]).end?.end == .notAttributed)
        #expect(SinkTranscript(coded.signUp(), to: sink, answering: [known]).end?.end == .duplicate)
    }

    @Test func `the click that Tolt was told of from here names partner and click`() throws {
        var delivery = SampleBuyer(Customer(user: "user_7"), Attribution(code: "sam")).signUp()
        delivery.clickReceipt = Receipt([.init("click", "clk_5"), .init("partner", "part_8")])
        let transcript = SinkTranscript(delivery, to: try tolt(), answering: [nobody, made])
        #expect(transcript.bodies[1] == #"{"customer_id":"user_7","partner_id":"part_8","click_id":"clk_5"}"#)
        #expect(transcript.end?.end == .delivered)
    }

    @Test func `a sale stands for a sign-up that was never told`() throws {
        let payment = buyer.payment("in_1", try money(100, "EUR"))
        let transcript = SinkTranscript(payment, to: try tolt(), answering: [nobody, made])
        #expect(transcript.calls.map(\.label) == ["customer look-up", "customer", "transaction"])
        #expect(transcript.bodies[2].hasPrefix(#"{"customer_id":"cus_1""#))
    }

    @Test(
        arguments: [
            ([.json(201, ["data": ["id": "cus_1", "partner_id": .null]])], .notAttributed, "without a partner"),
            ([.json(201, ["data": [:]])], .needsHuman, "without the customer"),
            ([problem(400, "invalid_reference")], .notAttributed, "no such partner or click"),
            ([problem(409, "already_exists"), known], .duplicate, "already"),
            ([problem(409, "already_exists"), nobody], .needsHuman, "tolt_customer_id"),
            ([problem(400, "validation_error", field: "email")], .permanent, "\"send_email\": true"),
            ([problem(400, "validation_error", field: "partner_id")], .permanent, "tolt_partner_id"),
        ] as [([Exchange.Result], DeliveryEnd, String)]
    )
    func `each answer to a sign-up has one end`(
        results: [Exchange.Result],
        end: DeliveryEnd,
        words: String
    ) throws {
        let transcript = SinkTranscript(buyer.signUp(), to: try tolt(), answering: [nobody] + results)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test func `a person of no known partner is not sent`() throws {
        let anyone = SampleBuyer(Customer(ref: "cus_9"), Attribution())
        #expect(SinkTranscript(anyone.signUp(), to: try tolt()).end?.end == .notAttributed)
        let organic = SampleBuyer(Customer(user: "user_9"), Attribution())
        let transcript = SinkTranscript(organic.signUp(), to: try tolt(), answering: [nobody])
        #expect(transcript.end?.end == .notAttributed)
    }

    @Test func `a click is recorded where the browser did not`() throws {
        let reference = Reference("click", "1")
        let arrived = SampleBuyer(Customer(), Attribution(code: "sam")).event(.clickRecorded, reference)
        let click = Exchange.Result.json(201, ["data": ["id": "clk_1", "partner_id": "part_3"]])
        let delivery = Delivery(id: 1, event: arrived, idempotencyKey: "k")
        let transcript = SinkTranscript(delivery, to: try tolt(), answering: [click])
        #expect(transcript.bodies == [#"{"param":"ref","value":"sam"}"#])
        #expect(transcript.end?.receipt["click"] == "clk_1" && transcript.end?.receipt["partner"] == "part_3")
        let scripted = Delivery(id: 1, event: buyer.event(.clickRecorded, reference), idempotencyKey: "k")
        #expect(SinkTranscript(scripted, to: try tolt()).end?.end == .notApplicable)
    }
}
