// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Refersion

/// Makes a sink from members of a configuration.
func refersion(_ members: [JSONValue.Member] = [], key: String = "sec_test") throws -> any Sink {
    let members = [.init("public_key", "pub_test")] + members
    let settings = PluginSettings(name: "refersion", members: members, secrets: ["key": Secret(key)])
    return try RefersionPlugin.makeSink(settings)
}

let buyer = SampleBuyer(
    Customer(user: "user_7", email: "ada@example.com"),
    Attribution(coupon: "SARAH10", params: [.init("refersion_cart_id", "cart_9")])
)

func money(_ minor: Int64, _ code: String = "EUR") throws -> Money { Money(minor: minor, try #require(Currency(code))) }

func line(_ product: String, _ minor: Int64, _ quantity: Int64? = 1) throws -> Line {
    Line(
        product: product,
        price: "price_" + product,
        name: product.uppercased(),
        quantity: quantity,
        total: try money(minor)
    )
}

private func complaint(_ status: Int, _ text: JSONValue) -> Exchange.Result { .json(status, ["error": text]) }

@Suite struct RefersionOrderTests {
    @Test func `an order is told with cart, coupon and items in major units`() throws {
        var delivery = buyer.payment("in_1", try money(11_900))
        delivery.event.lines = [try line("mug", 1900, 2), try line("book", 10_000)]
        let transcript = SinkTranscript(delivery, to: try refersion())
        #expect(transcript.lines == ["POST https://inbound-webhooks.refersion.com/tracker/orders/paid"])
        #expect(
            transcript.bodies == [
                #"{"order_id":"stripe:invoice:in_1","cart_id":"cart_9","currency_code":"EUR","#
                    + #""discount_code":"SARAH10","items":[{"sku":"mug","name":"MUG","price":9.50,"quantity":2},"#
                    + #"{"sku":"book","name":"BOOK","price":100.00,"quantity":1}]}"#
            ]
        )
        let call = try #require(transcript.calls.first)
        #expect(call.headers["Refersion-Public-Key"] == "pub_test")
        #expect(call.secretHeaders.map(\.secret.revealedText) == ["sec_test"])
        #expect(!String(describing: call).contains("sec_test"))
    }

    @Test(
        arguments: [
            // Items state the amount to the cent, whatever the lines say.
            ([("mug", 1000, 3)], 1000, [], #"{"sku":"mug","name":"MUG","price":10.00,"quantity":1}"#),
            ([("mug", 1000, 1)], 1190, [], #"{"sku":"mug","price":11.90,"quantity":1}"#),
            ([("mug", 1000, 1), ("pen", 100, 1)], 1190, [], #"{"sku":"order","price":11.90,"quantity":1}"#),
            (
                [("mug", 1300, 1), ("pen", -110, 1)], 1190, [.init("fallback_sku", "all")],
                #"{"sku":"all","price":11.90,"quantity":1}"#
            ),
            ([], 1190, [], #"{"sku":"order","price":11.90,"quantity":1}"#),
            (
                [("mug", 1190, 1)], 1190, [.init("sku", "price")],
                #"{"sku":"price_mug","name":"MUG","price":11.90,"quantity":1}"#
            ),
        ] as [([(String, Int64, Int64)], Int64, [JSONValue.Member], String)]
    )
    func `items add up to the amount`(
        lines: [(String, Int64, Int64)],
        total: Int64,
        members: [JSONValue.Member],
        items: String
    ) throws {
        var delivery = buyer.payment("in_1", try money(total))
        delivery.event.lines = try lines.map { try line($0.0, $0.1, $0.2) }
        let body = try #require(SinkTranscript(delivery, to: try refersion(members)).bodies.first)
        #expect(body.hasSuffix("\"items\":[\(items)]}"))
    }

    @Test(arguments: [("JPY", 1580, "1580"), ("KWD", 1234, "1.234"), ("USD", 5, "0.05")] as [(String, Int64, String)])
    func `amounts are in major units, exactly`(code: String, minor: Int64, text: String) throws {
        let body = try #require(
            SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: try refersion()).bodies.first
        )
        #expect(body.contains("\"currency_code\":\"\(code)\"") && body.contains("\"price\":\(text),"))
    }

    @Test func `the shop's order id and the e-mail are told where the settings say so`() throws {
        var delivery = buyer.payment("in_1", try money(100))
        delivery.event.order = "1042"
        let members: [JSONValue.Member] = [
            .init("order_id", "order"), .init("send_email", true), .init("prefix", "eu-"),
        ]
        let body = try #require(SinkTranscript(delivery, to: try refersion(members)).bodies.first)
        #expect(body.hasPrefix(#"{"order_id":"eu-1042","#) && body.contains(#""customer":{"email":"ada@example.com"}"#))
        delivery.event.order = nil
        let keyed = try #require(SinkTranscript(delivery, to: try refersion(members)).bodies.first)
        #expect(keyed.hasPrefix(#"{"order_id":"eu-stripe:invoice:in_1","#))
    }

    @Test func `what names no cart, coupon or amount is not sent`() throws {
        let anyone = SampleBuyer(Customer(user: "user_9"), Attribution(code: "sarah123"))
        #expect(SinkTranscript(anyone.payment("in_1", try money(100)), to: try refersion()).end?.end == .notAttributed)
        #expect(SinkTranscript(buyer.payment("in_1", try money(0)), to: try refersion()).end?.end == .notApplicable)
        let long = SampleBuyer(Customer(), Attribution(click: String(repeating: "c", count: 256)))
        #expect(SinkTranscript(long.payment("in_1", try money(100)), to: try refersion()).end?.end == .permanent)
    }

    @Test(
        arguments: [
            (.json(200, ["conversion_id": "7"]), [], .delivered, "stored"),
            (.json(200, ["conversion_id": .null]), [], .notAttributed, "without an affiliate"),
            (.json(200, ["attributed": false]), [], .notAttributed, "without"),
            (.json(200, ["message": "No affiliate was found"]), [], .notAttributed, "without"),
            (.json(200, ["status": "received"]), [], .unproven, "does not say"),
            (.json(200, ["status": "received"]), [.init("silent_answers", "review")], .needsHuman, "look for"),
            (.answer(Answer(status: 204)), [], .unproven, "does not say"),
            (complaint(200, "items is missing"), [], .needsHuman, "with an error: items is missing"),
            (complaint(409, "x"), [], .duplicate, "already"),
            (complaint(400, "This order already exists"), [], .duplicate, "already"),
            (.json(422, ["errors": ["Cart not found"]]), [], .notAttributed, "cart"),
            (.json(422, ["errors": ["price of ada@example.com is wrong"]]), [], .permanent, "(422): price of is wrong"),
            (.answer(Answer(status: 404)), [], .permanent, "(404)"),
        ] as [(Exchange.Result, [JSONValue.Member], DeliveryEnd, String)]
    )
    func `each answer to an order has one end`(
        result: Exchange.Result,
        members: [JSONValue.Member],
        end: DeliveryEnd,
        words: String
    ) throws {
        let delivery = buyer.payment("in_1", try money(100))
        let transcript = SinkTranscript(delivery, to: try refersion(members), answering: [result])
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test(
        arguments: [
            (complaint(500, "x"), .platform), (.page(200), .platform), (.lost, .platform),
            (complaint(429, "x"), .platform), (complaint(401, "x"), .credentials),
        ] as [(Exchange.Result, Step.Retry.Scope)]
    )
    func `what may pass is tried again`(result: Exchange.Result, scope: Step.Retry.Scope) throws {
        let delivery = buyer.payment("in_1", try money(100))
        #expect(SinkTranscript(delivery, to: try refersion(), answering: [result]).retry?.scope == scope)
    }
}

@Suite struct RefersionCorrectionTests {
    private let sale = Step.End(
        .delivered,
        reason: "stored",
        receipt: Receipt([.init("order", "acme:1"), .init("conversion", "7")])
    )

    private func correction(
        _ kind: EventKind = .refundSucceeded,
        from before: Int64 = 0,
        to after: Int64,
        lines: [Line] = [],
        earlier: Int = 0,
        ended: Step.End? = nil
    ) throws -> Delivery {
        var payment = buyer.payment("in_1", try money(11_900))
        payment.event.lines = [try line("mug", 1900, 2), try line("book", 10_000)]
        let delivery = buyer.correction(
            "re_1",
            of: payment,
            ended: ended ?? sale,
            from: before,
            to: after,
            earlier: earlier,
            kind: kind
        )
        var found = try #require(delivery)
        found.event.lines = lines
        return found
    }

    @Test(arguments: [EventKind.refundSucceeded, .disputeLost])
    func `a whole sale given back cancels every item`(kind: EventKind) throws {
        let transcript = SinkTranscript(try correction(kind, to: 11_900), to: try refersion())
        #expect(transcript.lines == ["POST https://api.refersion.com/v2/conversion/cancel"])
        #expect(
            transcript.bodies == [
                #"{"order_id":"acme:1","items":[{"sku":"mug","name":"MUG","price":9.50,"quantity":2},"#
                    + #"{"sku":"book","name":"BOOK","price":100.00,"quantity":1}]}"#
            ]
        )
    }

    @Test func `a part that names its items cancels those, and one that does not comes to a person`() throws {
        let named = SinkTranscript(try correction(to: 950, lines: [try line("mug", 950)]), to: try refersion())
        #expect(
            named.bodies == [
                #"{"order_id":"acme:1","items":[{"sku":"mug","name":"MUG","price":9.50,"quantity":1}]}"#
            ]
        )
        for lines in [[], [try line("pen", 950)], [try line("mug", 900)]] {
            let end = SinkTranscript(try correction(to: 950, lines: lines), to: try refersion()).end
            #expect(end?.end == .needsHuman)
            #expect(try #require(end).reason.contains("bring order acme:1 to 109.50 EUR there"))
        }
        let rest = SinkTranscript(try correction(from: 950, to: 11_900, earlier: 1), to: try refersion())
        #expect(rest.end?.end == .needsHuman)
        let priced = try refersion([.init("partial_refunds", "price")])
        #expect(priced.capabilities.refunds == .partial)
        let transcript = SinkTranscript(try correction(to: 950), to: priced)
        #expect(transcript.bodies[0].hasSuffix(#""items":[{"sku":"book","name":"BOOK","price":9.50,"quantity":1}]}"#))
    }

    @Test(
        arguments: [
            (.refundReversed, 11_900, 0, .needsHuman, "bring order acme:1 to 119.00 EUR there"),
            (.disputeWon, 11_900, 1900, .needsHuman, "bring order acme:1 to 100.00 EUR there"),
            (.disputeWon, 0, 0, .notApplicable, "nothing"),
        ] as [(EventKind, Int64, Int64, DeliveryEnd, String)]
    )
    func `what is undone comes to a person with the remedy`(
        kind: EventKind,
        before: Int64,
        after: Int64,
        end: DeliveryEnd,
        words: String
    ) throws {
        let transcript = SinkTranscript(try correction(kind, from: before, to: after), to: try refersion())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test func `a cancellation whose answer was lost is not sent twice unless the setting says so`() throws {
        var delivery = try correction(to: 11_900)
        delivery.mayHaveArrivedBefore = true
        let end = SinkTranscript(delivery, to: try refersion()).end
        #expect(end?.end == .needsHuman)
        #expect(try #require(end).reason.contains("no call can tell"))
        let again = try refersion([.init("cancel_after_error", "repeat")])
        let refused = Exchange.Result.json(422, ["errors": ["These items are canceled already"]])
        #expect(SinkTranscript(delivery, to: again, answering: [refused]).end?.end == .duplicate)
        delivery.mayHaveArrivedBefore = false
        #expect(SinkTranscript(delivery, to: again, answering: [refused]).end?.end == .needsHuman)
    }

    @Test(
        arguments: [
            (.json(200, ["conversion_id": "8"]), true, .delivered), (.json(200, [:]), true, .needsHuman),
            (.page(200), true, .needsHuman), (.json(422, ["errors": ["Order not found"]]), true, .needsHuman),
            (.json(422, ["errors": ["Order not found"]]), false, .notApplicable),
            (.json(400, ["error": "Missing required field X"]), true, .needsHuman),
        ] as [(Exchange.Result, Bool, DeliveryEnd)]
    )
    func `each answer to a cancellation has one end`(
        result: Exchange.Result,
        isProven: Bool,
        end: DeliveryEnd
    ) throws {
        let taken = Step.End(.delivered, reason: "taken", receipt: Receipt([.init("order", "acme:1")]))
        let delivery = try correction(to: 11_900, ended: isProven ? sale : taken)
        #expect(SinkTranscript(delivery, to: try refersion(), answering: [result]).end?.end == end)
    }
}

@Suite struct RefersionSettingsTests {
    @Test(
        arguments: [
            (.init("sku", "name"), "sku"), (.init("api_url", "api.refersion.com"), "api_url"),
            (.init("cancel_after_error", "yes"), "cancel_after_error"),
        ] as [(JSONValue.Member, String)]
    )
    func `a wrong setting is named`(member: JSONValue.Member, key: String) throws {
        let problems = try #require(throws: ConfigurationProblems.self) { try refersion([member]) }
        #expect(problems.problems.map(\.place) == ["/sinks/refersion/\(key)"])
    }

    @Test func `the public key has to be there`() throws {
        let settings = PluginSettings(name: "r", members: [], secrets: ["key": Secret("s")])
        let problems = try #require(throws: ConfigurationProblems.self) { try RefersionPlugin.makeSink(settings) }
        #expect(problems.problems.map(\.place) == ["/sinks/r/public_key"])
    }

    @Test func `a replaced address takes the REST API along, and the keys are checked by totals`() throws {
        let sink = try refersion([.init("url", "http://127.0.0.1:9")])
        guard case .call(let call) = sink.probe(after: []) else {
            Issue.record("no call")
            return
        }
        #expect(call.url == "http://127.0.0.1:9/conversion/totals")
        guard case .end(let good) = sink.probe(after: [Exchange(call, .json(200, ["total": 1]))]) else {
            Issue.record("no end")
            return
        }
        #expect(good.end == .delivered)
        let own = try refersion([.init("api_url", "https://api.example")])
        guard case .call(let other) = own.probe(after: []) else {
            Issue.record("no call")
            return
        }
        #expect(other.url == "https://api.example/conversion/totals")
    }
}
