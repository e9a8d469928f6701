// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Dub

private let nobody: JSONValue = ["eventName": "Purchase", "customer": .null, "sale": .null]
private let stored: JSONValue = [
    "eventName": "Purchase", "customer": ["id": "cus_1", "externalId": "user_7"],
    "sale": ["amount": 13_090, "currency": "usd", "invoiceId": "stripe:invoice:in_1"],
]

private func error(_ status: Int, _ code: String, _ text: String) -> Exchange.Result {
    .json(status, ["error": ["code": .string(code), "message": .string(text), "doc_url": "https://dub.co/docs"]])
}

@Suite struct DubSaleTests {
    @Test func `a first sale is told in minor units with customer, click and its own invoice`() throws {
        let delivery = buyer.payment("in_1", try money(11_900, "EUR"))
        let transcript = SinkTranscript(delivery, to: try dub())
        #expect(transcript.lines == ["POST https://api.dub.co/track/sale"])
        #expect(
            transcript.bodies == [
                #"{"customerExternalId":"user_7","amount":11900,"currency":"eur","eventName":"Purchase","#
                    + #""paymentProcessor":"stripe","invoiceId":"stripe:invoice:in_1","clickId":"click_1","#
                    + #""metadata":{"productId":"prod_1"}}"#
            ]
        )
        let header = try #require(transcript.calls.first?.secretHeaders.first)
        #expect(header.prefix + header.secret.revealedText == "Bearer dub_test")
        #expect(!String(describing: transcript.calls).contains("dub_test"))
    }

    @Test func `a renewal names the customer alone, and the click only where Dub knows no such customer`() throws {
        let renewal = buyer.payment("in_2", try money(11_900, "EUR"), phase: .renewal)
        let transcript = SinkTranscript(renewal, to: try dub(), answering: [.json(200, nobody), .json(200, stored)])
        #expect(transcript.bodies.map { $0.contains("clickId") } == [false, true])
        #expect(transcript.end?.end == .delivered)
    }

    @Test func `a first sale whose click is gone goes by the customer`() throws {
        let gone = error(404, "not_found", "Click event not found for clickId: click_1")
        let sale = buyer.payment("in_1", try money(100, "USD"))
        let transcript = SinkTranscript(sale, to: try dub(), answering: [gone, .json(200, stored)])
        #expect(transcript.bodies.map { $0.contains("clickId") } == [true, false])
        #expect(transcript.end?.end == .delivered)
    }

    @Test(
        arguments: [
            (9990, "USD", [], "9990"), (1580, "JPY", [], "1580"), (500, "UGX", [], "500"),
            (1234, "KWD", [.init("three_decimals", "iso_minor")], "1234"),
        ] as [(Int64, String, [JSONValue.Member], String)]
    )
    func `amounts are ISO minor units`(minor: Int64, code: String, members: [JSONValue.Member], text: String) throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: try dub(members))
        let words = "\"amount\":\(text),\"currency\":\"\(code.lowercased())\""
        #expect(try #require(transcript.bodies.first).contains(words))
    }

    @Test(
        arguments: [
            (1234, "KWD", Customer(user: "user_7"), DeliveryEnd.permanent, "three_decimals"),
            (0, "USD", Customer(user: "user_7"), .notApplicable, "above zero"),
            (100, "USD", Customer(ref: "cus_7"), .notAttributed, "names no customer"),
            (100, "USD", Customer(user: String(repeating: "u", count: 101)), .permanent, "100 characters"),
        ] as [(Int64, String, Customer, DeliveryEnd, String)]
    )
    func `what Dub cannot be told is never sent`(
        minor: Int64,
        code: String,
        customer: Customer,
        end: DeliveryEnd,
        words: String
    ) throws {
        let somebody = SampleBuyer(customer, Attribution(click: "click_1"))
        let transcript = SinkTranscript(somebody.payment("in_1", try money(minor, code)), to: try dub())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test func `settings choose the ids, names and basis`() throws {
        let members: [JSONValue.Member] = [
            .init("customer_id", "provider"), .init("prefix", "acme:"),
            .init("sale_event", "Invoice paid"), .init("sale_lead_event", "Sign Up"), .init("send_email", true),
        ]
        let sale = buyer.payment("in_2", try money(11_900, "EUR"), tax: try money(1900, "EUR"))
        let sink = TermedSink(try dub(members), MoneyTerms(basis: .exTax))
        #expect(
            SinkTranscript(sale, to: sink).bodies == [
                #"{"customerExternalId":"cus_7","amount":10000,"currency":"eur","eventName":"Invoice paid","#
                    + #""paymentProcessor":"stripe","invoiceId":"acme:stripe:invoice:in_2","leadEventName":"Sign Up","#
                    + #""clickId":"click_1","customerEmail":"ada@example.com","metadata":{"productId":"prod_1"}}"#
            ]
        )
    }

    @Test func `the click that Dub was told of goes before another platform's`() throws {
        var sale = SampleBuyer(Customer(user: "user_7"), Attribution(click: "cust_42_1")).signUp()
        sale.clickReceipt = Receipt([.init("click", "abc")])
        #expect(SinkTranscript(sale, to: try dub()).bodies[0].contains(#""clickId":"abc""#))
        sale.event.attribution.params = [.init("dubClickId", "own")]
        #expect(SinkTranscript(sale, to: try dub()).bodies[0].contains(#""clickId":"own""#))
    }

    @Test(arguments: ["click", "referral"])
    func `a payment link's reference is read without its prefix`(place: String) throws {
        var attribution = Attribution()
        if place == "click" { attribution.click = "dub_id_abc" } else { attribution.referral = "dub_id_abc" }
        let somebody = SampleBuyer(Customer(user: "user_7"), attribution)
        let body = SinkTranscript(somebody.payment("in_1", try money(100, "USD")), to: try dub()).bodies.first
        #expect(try #require(body).contains(#""clickId":"abc""#))
    }

    @Test func `in native mode money is not told`() throws {
        let sink = try dub([.init("mode", "native")])
        #expect(sink.capabilities.kinds == [.customerCreated, .subscriptionTrialStarted, .milestoneReached])
        let end = SinkTranscript(buyer.payment("in_1", try money(100, "USD")), to: sink).end
        #expect(end?.end == .notApplicable)
        #expect(try #require(end).reason.contains("native"))
    }

    @Test(
        arguments: [
            (.json(200, stored), .delivered), (.json(200, [:]), .needsHuman), (.page(200), .needsHuman),
            (.json(200, ["customer": .null, "sale": [:]]), .needsHuman),
            (error(422, "unprocessable_entity", "amount: Expected number"), .permanent),
            // The address is wrong, and nobody's sale is lost over it.
            (.page(404), .permanent), (error(400, "bad_request", "Invalid JSON"), .permanent),
            (error(409, "conflict", "x"), .permanent),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a sale has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        #expect(SinkTranscript(delivery, to: try dub(), answering: [result]).end?.end == end)
    }

    @Test(
        arguments: [
            (error(500, "internal_server_error", "x"), .platform), (.page(502), .platform), (.lost, .platform),
            (error(429, "rate_limit_exceeded", "x"), .platform), (error(401, "unauthorized", "x"), .credentials),
            (error(403, "exceeded_limit", "x"), .credentials),
        ] as [(Exchange.Result, Step.Retry.Scope)]
    )
    func `what may pass is tried again`(result: Exchange.Result, scope: Step.Retry.Scope) throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        #expect(SinkTranscript(delivery, to: try dub(), answering: [result]).retry?.scope == scope)
    }

    @Test(
        arguments: [
            .json(200, nobody),
            error(404, "not_found", "Lead event not found for externalId: user_7 and leadEventName: undefined"),
        ]
    )
    func `a late lead is waited for 36 minutes, then the sale is nobody's`(answer: Exchange.Result) throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        let patient = SinkTranscript.waits(of: delivery, to: try dub(), answering: [answer, answer])
        #expect(patient.waits == [.seconds(60), .seconds(300), .seconds(1800)])
        #expect(patient.end == .notAttributed)
        let hasty = try dub([.init("late_lead_retries", 0)])
        let impatient = SinkTranscript.waits(of: delivery, to: hasty, answering: [answer, answer])
        #expect(impatient.waits.isEmpty && impatient.end == .notAttributed)
    }

    @Test func `a refusal's words are shown, but no e-mail address`() throws {
        let refusal = error(422, "unprocessable_entity", "customerEmail: ada@example.com is no\naddress")
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        let end = SinkTranscript(delivery, to: try dub(), answering: [refusal]).end
        #expect(end?.reason == "Dub refuses the request (422): customerEmail: is no address")
    }
}

@Suite struct DubLeadTests {
    @Test func `a sign-up binds the click to the customer and keeps the e-mail back`() throws {
        let transcript = SinkTranscript(buyer.signUp(), to: try dub())
        #expect(transcript.lines == ["POST https://api.dub.co/track/lead"])
        #expect(
            transcript.bodies == [
                #"{"clickId":"click_1","eventName":"Sign Up","customerExternalId":"user_7","mode":"wait"}"#
            ]
        )
        let members: [JSONValue.Member] = [
            .init("send_email", true), .init("lead_mode", "async"), .init("lead_event", "Joined"),
        ]
        #expect(
            SinkTranscript(buyer.signUp(), to: try dub(members)).bodies == [
                #"{"clickId":"click_1","eventName":"Joined","customerExternalId":"user_7","#
                    + #""customerEmail":"ada@example.com","mode":"async"}"#
            ]
        )
    }

    @Test func `a deferred sign-up leaves the lead to the trial`() throws {
        let sink = try dub([.init("lead_mode", "deferred")])
        #expect(sink.capabilities.kindsByDefault.contains(.subscriptionTrialStarted))
        #expect(try !dub().capabilities.kindsByDefault.contains(.subscriptionTrialStarted))
        #expect(SinkTranscript(buyer.signUp(), to: sink).bodies[0].hasSuffix(#""mode":"deferred"}"#))
        let somebody = SampleBuyer(Customer(user: "user_7"), Attribution())
        let event = somebody.event(.subscriptionTrialStarted, Reference("subscription", "sub_1"))
        #expect(
            SinkTranscript(Delivery(id: 1, event: event, idempotencyKey: "k"), to: sink).bodies == [
                #"{"clickId":"","eventName":"Trial Started","customerExternalId":"user_7","mode":"wait"}"#
            ]
        )
    }

    @Test func `a milestone is a lead of its own name`() throws {
        var event = buyer.event(.milestoneReached, Reference("milestone", "m_1"))
        event.milestone = "First project"
        let transcript = SinkTranscript(Delivery(id: 1, event: event, idempotencyKey: "k"), to: try dub())
        #expect(transcript.bodies[0].contains(#""eventName":"First project""#))
    }

    @Test(
        arguments: [
            (.json(200, ["click": ["id": "c"], "link": [:], "customer": ["externalId": "user_7"]]), .delivered),
            (.json(200, ["click": [:], "link": .null, "customer": .null]), .notAttributed),
            (.json(200, []), .needsHuman), (.page(200), .needsHuman),
            (error(404, "not_found", "Click event not found for clickId: click_1"), .notAttributed),
            (error(400, "bad_request", "The `clickId` property was not provided in the request."), .notAttributed),
            (error(422, "unprocessable_entity", "customerEmail: Invalid email"), .permanent),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a lead has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        #expect(SinkTranscript(buyer.signUp(), to: try dub(), answering: [result]).end?.end == end)
    }

    @Test(arguments: [(Customer(user: "u"), Attribution()), (Customer(ref: "c"), Attribution(click: "click_1"))])
    func `a sign-up of nobody is not sent`(customer: Customer, attribution: Attribution) throws {
        let transcript = SinkTranscript(SampleBuyer(customer, attribution).signUp(), to: try dub())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == .notAttributed)
    }
}

@Suite struct DubClickTests {
    private func click(_ code: String?) -> Delivery {
        let visitor = SampleBuyer(Customer(), Attribution(code: code))
        let event = visitor.event(.clickRecorded, Reference("click", "clk_1"))
        return Delivery(id: 1, event: event, idempotencyKey: "k")
    }

    @Test func `a click is recorded where the links' domain is known, without the key`() throws {
        let sink = try dub([.init("click_domain", "go.acme.example"), .init("click_origin", "https://acme.example")])
        let answer: Exchange.Result = .json(200, ["clickId": "abc", "partner": ["id": "pn_1"]])
        let transcript = SinkTranscript(click("sarah123"), to: sink, answering: [answer])
        #expect(transcript.lines == ["POST https://api.dub.co/track/click"])
        #expect(transcript.bodies == [#"{"domain":"go.acme.example","key":"sarah123"}"#])
        #expect(transcript.calls.first?.headers["Origin"] == "https://acme.example")
        #expect(transcript.calls.first?.secretHeaders == [])
        #expect(transcript.end?.receipt["click"] == "abc")
        #expect(SinkTranscript(click(nil), to: sink).end?.end == .notApplicable)
    }

    @Test(
        arguments: [
            (error(404, "not_found", "Link not found"), .notAttributed), (.json(200, [:]), .needsHuman),
            (error(403, "forbidden", "origin not allowed"), .permanent),
            (error(422, "unprocessable_entity", "key is required."), .permanent),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a click has one end, and none pauses the sink`(
        result: Exchange.Result,
        end: DeliveryEnd
    ) throws {
        let sink = try dub([.init("click_domain", "go.acme.example")])
        #expect(SinkTranscript(click("sarah123"), to: sink, answering: [result]).end?.end == end)
    }

    @Test func `clicks are not Dub's where no domain is set`() throws {
        let sink = try dub()
        #expect(!sink.capabilities.kinds.contains(.clickRecorded))
        #expect(SinkTranscript(click("sarah123"), to: sink).end?.reason.contains("click_domain") == true)
    }
}

@Suite struct DubSettingsTests {
    @Test(
        arguments: [
            (.init("mode", "both"), "mode"), (.init("url", "ftp://x"), "url"), (.init("lead_mode", "now"), "lead_mode"),
            (.init("click_origin", "https://a.example"), "click_origin"),
            (.init("late_lead_retries", 11), "late_lead_retries"),
            (.init("program", "1"), "program"),
        ] as [(JSONValue.Member, String)]
    )
    func `a wrong setting is named`(member: JSONValue.Member, key: String) throws {
        let problems = try #require(throws: ConfigurationProblems.self) { try dub([member]) }
        #expect(problems.problems.map(\.place) == ["/sinks/dub/\(key)"])
    }

    @Test func `a publishable key is refused before it is refused a thousand times`() throws {
        #expect(throws: ConfigurationProblems.self) { try dub(key: "dub_pk_1") }
    }
}
