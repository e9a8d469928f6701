// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import PartnerStack

/// Makes a sink from members of a configuration.
func partnerStack(_ members: [JSONValue.Member] = [], key: String = "sk_test") throws -> any Sink {
    let members = [.init("public_key", "pk_test")] + members
    let secrets = ["key": Secret(key), "conversion_token": Secret("token_test")]
    return try PartnerStackPlugin.makeSink(PluginSettings(name: "partnerstack", members: members, secrets: secrets))
}

let buyer = SampleBuyer(
    Customer(user: "user_7", ref: "cus_7", email: "ada@example.com"),
    Attribution(params: [.init("growSumoPartnerKey", "sarah123")])
)

func money(_ minor: Int64, _ code: String) throws -> Money { Money(minor: minor, try #require(Currency(code))) }

private func refusal(_ status: Int, _ message: JSONValue) -> Exchange.Result {
    .json(status, ["message": message, "status": .integer(status)])
}

private func page(_ items: JSONValue, hasMore: JSONValue = false) -> Exchange.Result {
    .json(200, ["data": ["items": items, "has_more": hasMore]])
}

private let stored = Exchange.Result.json(200, ["data": ["key": "stripe:invoice:in_1", "amount": 11_900]])

@Suite struct PartnerStackSaleTests {
    @Test func `a sale is told in minor units under its own key`() throws {
        let sink = try partnerStack([.init("category", "saas"), .init("send_product", true)])
        let transcript = SinkTranscript(buyer.payment("in_1", try money(11_900, "EUR")), to: sink, answering: [stored])
        #expect(transcript.lines == ["POST https://api.partnerstack.com/api/v2/transactions"])
        #expect(
            transcript.bodies == [
                #"{"customer_external_key":"user_7","key":"stripe:invoice:in_1","amount":11900,"currency":"EUR","#
                    + #""created_at":1795249860000,"category_key":"saas","product_key":"prod_1"}"#
            ]
        )
        let header = try #require(transcript.calls.first?.secretHeaders.first)
        #expect(header.prefix + header.secret.revealedText == "Basic cGtfdGVzdDpza190ZXN0")
        let end = try #require(transcript.end)
        #expect(end.end == .delivered && end.receipt["transaction"] == "stripe:invoice:in_1")
    }

    @Test(
        arguments: [
            (1580, "JPY", [], "1580"), (1234, "KWD", [.init("three_decimals", "iso_minor")], "1234"),
        ] as [(Int64, String, [JSONValue.Member], String)]
    )
    func `amounts are ISO minor units`(minor: Int64, code: String, members: [JSONValue.Member], text: String) throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: try partnerStack(members))
        #expect(try #require(transcript.bodies.first).contains("\"amount\":\(text),\"currency\":\"\(code)\""))
    }

    @Test(
        arguments: [
            (1234, "KWD", "in_1", DeliveryEnd.permanent, "three_decimals"),
            (0, "EUR", "in_1", .notApplicable, "no amount"),
            (50_000_000_001, "EUR", "in_1", .permanent, "50000000000"),
            (100, "EUR", String(repeating: "x", count: 250), .permanent, "4 to 255"),
        ] as [(Int64, String, String, DeliveryEnd, String)]
    )
    func `what PartnerStack cannot be told is never sent`(
        minor: Int64,
        code: String,
        invoice: String,
        end: DeliveryEnd,
        words: String
    ) throws {
        let transcript = SinkTranscript(buyer.payment(invoice, try money(minor, code)), to: try partnerStack())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test func `in native mode money is not told`() throws {
        let sink = try partnerStack([.init("mode", "native")])
        #expect(sink.capabilities.kinds == [.customerCreated])
        let transcript = SinkTranscript(buyer.payment("in_1", try money(100, "EUR")), to: sink)
        #expect(transcript.end?.end == .notApplicable)
    }

    @Test(
        arguments: [
            ([stored], .delivered), ([.json(200, ["key": "stripe:invoice:in_1"])], .delivered),
            ([.json(200, ["data": ["key": "k", "partner_key": .null]])], .notAttributed),
            ([.json(200, ["data": [:]])], .needsHuman), ([.page(200)], .needsHuman),
            ([refusal(409, "Conflict"), page([["key": "stripe:invoice:in_1"]])], .duplicate),
            ([refusal(409, "Conflict"), page([])], .duplicate),
            ([refusal(400, "key already exists"), page([["key": "stripe:invoice:in_1"]])], .duplicate),
            ([refusal(400, "key already exists"), page([["key": "other"]])], .needsHuman),
            ([refusal(400, "currency is wrong")], .permanent), ([refusal(413, "too large")], .permanent),
            ([refusal(404, "Customer not found"), .json(200, ["key": "cus_1"]), stored], .delivered),
            ([refusal(400, "Customer does not exist"), refusal(409, "Conflict"), stored], .delivered),
            ([refusal(404, "Customer not found"), refusal(404, "Partner not found")], .notAttributed),
            ([refusal(404, "Customer not found"), .json(200, ["key": "c"]), refusal(404, "no")], .notAttributed),
        ] as [([Exchange.Result], DeliveryEnd)]
    )
    func `each answer to a sale has one end`(results: [Exchange.Result], end: DeliveryEnd) throws {
        let delivery = buyer.payment("in_1", try money(100, "EUR"))
        #expect(SinkTranscript(delivery, to: try partnerStack(), answering: results).end?.end == end)
    }

    @Test(
        arguments: [
            (refusal(500, "x"), .platform), (.page(502), .platform), (.lost, .platform), (refusal(429, "x"), .platform),
            (refusal(401, "Unauthorized"), .credentials), (refusal(403, "Forbidden"), .credentials),
        ] as [(Exchange.Result, Step.Retry.Scope)]
    )
    func `what may pass is tried again, at whatever call it comes`(
        result: Exchange.Result,
        scope: Step.Retry.Scope
    ) throws {
        let delivery = buyer.payment("in_1", try money(100, "EUR"))
        for results in [[result], [refusal(409, "x"), result], [refusal(404, "x"), result]] {
            #expect(SinkTranscript(delivery, to: try partnerStack(), answering: results).retry?.scope == scope)
        }
    }

    @Test func `after a lost answer the key is looked up, page by page, before it is told again`() throws {
        var delivery = buyer.payment("in_1", try money(100, "EUR"))
        delivery.mayHaveArrivedBefore = true
        let others = page([["key": "a"], ["key": "b/c"]], hasMore: true)
        let transcript = SinkTranscript(delivery, to: try partnerStack(), answering: [others, page([])])
        let list = "GET https://api.partnerstack.com/api/v2/transactions?min_created=1795249859000&max_created="
        #expect(
            transcript.lines == [
                list + "1795249861000&limit=250", list + "1795249861000&limit=250&starting_after=b%2Fc",
                "POST https://api.partnerstack.com/api/v2/transactions",
            ]
        )
        let found = SinkTranscript(
            delivery,
            to: try partnerStack(),
            answering: [page([["key": "stripe:invoice:in_1"]])]
        )
        #expect(found.end?.end == .duplicate)
    }
}

@Suite struct PartnerStackCustomerTests {
    @Test func `a sign-up goes by the partner's key, or by the click where a token is there`() throws {
        let keyed = SinkTranscript(buyer.signUp(), to: try partnerStack())
        #expect(keyed.lines == ["POST https://api.partnerstack.com/api/v2/customers"])
        #expect(keyed.bodies == [#"{"customer_key":"user_7","partner_key":"sarah123"}"#])
        let clicked = SampleBuyer(Customer(user: "user_7", email: "ada@example.com"), Attribution(click: "xid_1"))
        let transcript = SinkTranscript(clicked.signUp(), to: try partnerStack([.init("send_email", true)]))
        #expect(transcript.lines == ["POST https://partnerlinks.io/conversion/xid"])
        #expect(transcript.bodies == [#"{"xid":"xid_1","customer_key":"user_7","email":"ada@example.com"}"#])
        let header = try #require(transcript.calls.first?.secretHeaders.first)
        #expect(header.prefix + header.secret.revealedText == "Bearer token_test")
    }

    @Test func `a replaced address takes the conversion API along`() throws {
        let clicked = SampleBuyer(Customer(user: "user_7"), Attribution(click: "xid_1"))
        let double = try partnerStack([.init("url", "http://127.0.0.1:9/api/v2")])
        #expect(
            SinkTranscript(clicked.signUp(), to: double).lines == ["POST http://127.0.0.1:9/api/v2/conversion/xid"]
        )
        let stated = try partnerStack([.init("conversion_url", "https://links.example")])
        #expect(SinkTranscript(clicked.signUp(), to: stated).lines == ["POST https://links.example/conversion/xid"])
    }

    @Test(
        arguments: [
            (.json(200, ["data": ["key": "c", "customer_key": "user_7"]]), .delivered, "stored"),
            (.json(200, ["customer_key": "user_7", "partner_key": .null]), .notAttributed, "without a partner"),
            (.json(200, ["data": .null]), .needsHuman, "without the customer"), (.page(200), .needsHuman, "without"),
            (refusal(409, "Conflict"), .duplicate, "already"),
            (refusal(422, "customer_key is not unique"), .duplicate, "already"),
            (refusal(404, "Partner not found"), .notAttributed, "no such partner"),
            (refusal(400, "email is required"), .permanent, "\"send_email\": true"),
        ] as [(Exchange.Result, DeliveryEnd, String)]
    )
    func `each answer to a sign-up has one end`(result: Exchange.Result, end: DeliveryEnd, words: String) throws {
        let transcript = SinkTranscript(buyer.signUp(), to: try partnerStack(), answering: [result])
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test func `who cannot be told of is not sent, and a click without a token says what is missing`() throws {
        for attribution in [Attribution(), Attribution(coupon: "X")] {
            let organic = SampleBuyer(Customer(user: "user_9"), attribution)
            #expect(SinkTranscript(organic.signUp(), to: try partnerStack()).end?.end == .notAttributed)
        }
        let members: [JSONValue.Member] = [.init("public_key", "pk_test")]
        let settings = PluginSettings(name: "p", members: members, secrets: ["key": Secret("sk")])
        let clicked = SampleBuyer(Customer(user: "user_7"), Attribution(click: "xid_1"))
        let end = SinkTranscript(clicked.signUp(), to: try PartnerStackPlugin.makeSink(settings)).end
        #expect(end?.end == .permanent)
        #expect(try #require(end).reason.contains("conversion_token"))
    }
}

@Suite struct PartnerStackCorrectionTests {
    private let sale = Step.End(
        .delivered,
        reason: "stored",
        receipt: Receipt([.init("transaction", "acme:1"), .init("customer", "user_7")])
    )

    private func correction(
        _ kind: EventKind = .refundSucceeded,
        from before: Int64 = 0,
        to after: Int64
    ) throws -> Delivery {
        let payment = buyer.payment("in_1", try money(11_900, "EUR"), tax: try money(1900, "EUR"))
        return try #require(buyer.correction("re_1", of: payment, ended: sale, from: before, to: after, kind: kind))
    }

    @Test(
        arguments: [
            (.refundSucceeded, 0, 5950, "refund -5950"), (.disputeLost, 5950, 11_900, "refund -5950"),
            (.refundReversed, 11_900, 5950, "refund_reversal 5950"), (.disputeWon, 11_900, 0, "dispute_won 11900"),
        ] as [(EventKind, Int64, Int64, String)]
    )
    func `money that moved is a transaction of its own with the difference`(
        kind: EventKind,
        before: Int64,
        after: Int64,
        told: String
    ) throws {
        let words = told.split(separator: " ")
        let sink = try partnerStack([.init("refunds", "negative")])
        let transcript = SinkTranscript(try correction(kind, from: before, to: after), to: sink)
        #expect(
            transcript.bodies == [
                #"{"customer_external_key":"user_7","key":"stripe:\#(words[0]):re_1","amount":\#(words[1]),"#
                    + #""currency":"EUR","created_at":1795253400000,"metadata":{"sale":"acme:1"}}"#
            ]
        )
    }

    @Test func `unless the setting says so, a person corrects the transaction, and is told which and to what`() throws {
        let sink = try partnerStack()
        #expect(sink.capabilities.refunds == .none)
        let end = try #require(SinkTranscript(try correction(to: 5950), to: sink).end)
        #expect(end.end == .needsHuman)
        #expect(end.reason.contains("bring transaction acme:1 to 59.50 EUR there"))
        #expect(SinkTranscript(try correction(.disputeWon, to: 0), to: sink).end?.end == .notApplicable)
    }

    @Test(
        arguments: [
            ([.json(200, ["data": ["key": "k"]])], .delivered), ([.json(200, [:])], .needsHuman),
            ([refusal(409, "Conflict"), page([["key": "stripe:refund:re_1"]])], .duplicate),
            ([refusal(400, "amount must be positive")], .needsHuman), ([refusal(404, "no")], .needsHuman),
        ] as [([Exchange.Result], DeliveryEnd)]
    )
    func `each answer to a correction has one end`(results: [Exchange.Result], end: DeliveryEnd) throws {
        let sink = try partnerStack([.init("refunds", "negative")])
        #expect(SinkTranscript(try correction(to: 5950), to: sink, answering: results).end?.end == end)
    }
}

@Suite struct PartnerStackSettingsTests {
    @Test(
        arguments: [
            (.init("refunds", "hold"), "refunds"), (.init("mode", "both"), "mode"),
            (.init("conversion_url", "partnerlinks.io"), "conversion_url"),
        ] as [(JSONValue.Member, String)]
    )
    func `a wrong setting is named`(member: JSONValue.Member, key: String) throws {
        let problems = try #require(throws: ConfigurationProblems.self) { try partnerStack([member]) }
        #expect(problems.problems.map(\.place) == ["/sinks/partnerstack/\(key)"])
    }

    @Test(arguments: [[], [JSONValue.Member("public_key", "pk:1")]])
    func `the public key has to be there, without a colon`(members: [JSONValue.Member]) throws {
        let settings = PluginSettings(name: "p", members: members, secrets: ["key": Secret("sk")])
        let problems = try #require(throws: ConfigurationProblems.self) { try PartnerStackPlugin.makeSink(settings) }
        #expect(problems.problems.map(\.place) == ["/sinks/p/public_key"])
    }

    @Test func `the keys are checked without side effects`() throws {
        let sink = try partnerStack()
        guard case .call(let call) = sink.probe(after: []) else {
            Issue.record("no call")
            return
        }
        #expect(call.method == "GET")
        guard case .end(let good) = sink.probe(after: [Exchange(call, page([]))]) else {
            Issue.record("no end")
            return
        }
        #expect(good.end == .delivered)
        guard case .retry(let bad) = sink.probe(after: [Exchange(call, refusal(401, "no"))]) else {
            Issue.record("no retry")
            return
        }
        #expect(bad.scope == .credentials)
    }
}
