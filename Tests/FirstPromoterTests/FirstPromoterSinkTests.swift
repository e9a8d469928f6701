// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryServer
import TributaryTesting

@testable import FirstPromoter

private let unknown: Exchange.Result = .json(404, ["message": "Referral not found.", "code": "not_found"])
private let stored: JSONValue = [
    "id": 45_831_949, "etype": "sale", "referral": ["id": 29], "commissions": [["id": 135, "status": "approved"]],
]

private func refusal(_ status: Int, _ text: String) -> Exchange.Result {
    .json(status, ["message": .string(text), "code": "x"])
}

@Suite struct FirstPromoterSaleTests {
    @Test func `a first sale is told in minor units before tax, with customer, visit and plan`() throws {
        let sale = buyer.payment("in_1", try money(11_900, "EUR"), tax: try money(1900, "EUR"))
        let sink = try firstPromoter()
        let usual = MoneyTerms(basis: sink.capabilities.amountByDefault)
        let transcript = SinkTranscript(sale, to: TermedSink(sink, usual))
        #expect(transcript.lines == ["POST https://api.firstpromoter.com/api/v2/track/sale"])
        #expect(
            transcript.bodies == [
                #"{"uid":"user_7","event_id":"stripe:invoice:in_1","amount":10000,"currency":"EUR","#
                    + #""plan":"price_1","tid":"click_1"}"#
            ]
        )
        let call = try #require(transcript.calls.first)
        #expect(call.headers["ACCOUNT-ID"] == "acc_1")
        #expect(call.secretHeaders.map { $0.prefix + $0.secret.revealedText } == ["Bearer fp_test"])
        #expect(!String(describing: transcript.calls).contains("fp_test"))
    }

    @Test func `settings choose the ids, the amount and what goes without saying`() throws {
        let members: [JSONValue.Member] = [
            .init("customer_id", "provider"), .init("prefix", "acme:"),
            .init("account_currency", "EUR"), .init("plan", "product"), .init("send_email", true),
            .init("notify", false),
        ]
        var sale = buyer.payment("in_1", try money(11_900, "EUR"), tax: try money(1900, "EUR"))
        sale.event.attribution = Attribution(code: "sarah123", coupon: "SARAH10")
        sale.event.lines[0].quantity = 3
        #expect(
            SinkTranscript(sale, to: try firstPromoter(members)).bodies == [
                #"{"uid":"cus_7","email":"ada@example.com","event_id":"acme:stripe:invoice:in_1","amount":11900,"#
                    + #""quantity":3,"plan":"prod_1","promo_code":"SARAH10","ref_id":"sarah123","#
                    + #""skip_email_notification":true}"#
            ]
        )
    }

    @Test func `a renewal names the customer alone, and the visit only where nobody is found`() throws {
        let renewal = buyer.payment("in_2", try money(100, "USD"), phase: .renewal)
        let transcript = SinkTranscript(renewal, to: try firstPromoter(), answering: [unknown, .json(200, stored)])
        #expect(transcript.bodies.map { $0.contains("tid") } == [false, true])
        #expect(transcript.end?.end == .delivered)
        let first = buyer.payment("in_1", try money(100, "USD"))
        let other = SinkTranscript(first, to: try firstPromoter(), answering: [unknown, .json(200, stored)])
        #expect(other.bodies.map { $0.contains("tid") } == [true, false])
    }

    @Test(
        arguments: [
            (9990, "USD", [], "9990"), (1580, "JPY", [], "1580"),
            (1234, "KWD", [.init("three_decimals", "iso_minor")], "1234"),
        ] as [(Int64, String, [JSONValue.Member], String)]
    )
    func `amounts are ISO minor units`(minor: Int64, code: String, members: [JSONValue.Member], text: String) throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: try firstPromoter(members))
        #expect(try #require(transcript.bodies.first).contains("\"amount\":\(text),\"currency\":\"\(code)\""))
    }

    @Test(
        arguments: [
            (1234, "KWD", Customer(user: "user_7"), DeliveryEnd.permanent, "three_decimals"),
            (0, "USD", Customer(user: "user_7"), .notApplicable, "above zero"),
            (100, "USD", Customer(ref: "cus_7", email: "ada@example.com"), .notAttributed, "names no customer"),
        ] as [(Int64, String, Customer, DeliveryEnd, String)]
    )
    func `what FirstPromoter cannot be told is never sent`(
        minor: Int64,
        code: String,
        customer: Customer,
        end: DeliveryEnd,
        words: String
    ) throws {
        let somebody = SampleBuyer(customer, Attribution(click: "click_1"))
        let transcript = SinkTranscript(somebody.payment("in_1", try money(minor, code)), to: try firstPromoter())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test(
        arguments: [
            (.json(200, stored), .delivered), (.json(200, ["id": 7, "commissions": []]), .delivered),
            (.json(200, ["id": 7, "commissions": [["id": 1, "status": "denied"]]]), .rejectedByPlatform),
            (.json(200, [:]), .needsHuman), (.page(200), .needsHuman), (.page(204), .needsHuman),
            (refusal(409, "The 'sale' event with the id 'x' already exists."), .duplicate),
            (refusal(400, "Error. Amount blank or invalid."), .permanent), (refusal(422, "x"), .permanent),
            // The address is wrong, and nobody's sale is lost over it.
            (.page(404), .permanent),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a sale has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        #expect(SinkTranscript(delivery, to: try firstPromoter(), answering: [result]).end?.end == end)
    }

    @Test(
        arguments: [
            (refusal(500, "x"), .platform), (.page(502), .platform), (.lost, .platform),
            (refusal(429, "Too many requests"), .platform), (refusal(401, "Unauthorized"), .credentials),
        ] as [(Exchange.Result, Step.Retry.Scope)]
    )
    func `what may pass is tried again`(result: Exchange.Result, scope: Step.Retry.Scope) throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        #expect(SinkTranscript(delivery, to: try firstPromoter(), answering: [result]).retry?.scope == scope)
    }

    @Test func `an unknown customer is waited for 36 minutes, then not attributed`() throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        let patient = SinkTranscript.waits(of: delivery, to: try firstPromoter(), answering: [unknown, unknown])
        #expect(patient.waits == [.seconds(60), .seconds(300), .seconds(1800)])
        #expect(patient.end == .notAttributed)
        let hasty = try firstPromoter([.init("late_lead_retries", 0)])
        let impatient = SinkTranscript.waits(of: delivery, to: hasty, answering: [unknown, unknown])
        #expect(impatient.waits.isEmpty && impatient.end == .notAttributed)
    }

    @Test func `four hundred calls a minute are all that it takes`() throws {
        #expect(try firstPromoter([]).capabilities.rate?.limits == [.init(400, within: .seconds(60))])
    }

    @Test func `in native mode money is not told`() throws {
        let sink = try firstPromoter([.init("mode", "native")])
        #expect(sink.capabilities.kinds == [.customerCreated])
        #expect(SinkTranscript(buyer.payment("in_1", try money(100, "USD")), to: sink).end?.end == .notApplicable)
    }

    @Test func `a refusal's words are shown, but no e-mail address`() throws {
        let delivery = buyer.payment("in_1", try money(100, "USD"))
        let result = refusal(422, "email ada@example.com is\ninvalid")
        let end = SinkTranscript(delivery, to: try firstPromoter(), answering: [result]).end
        #expect(end?.reason == "FirstPromoter refuses the request (422): email is invalid")
    }
}

@Suite struct FirstPromoterSignupTests {
    @Test func `a sign-up binds the visit to the customer and keeps the e-mail back`() throws {
        let transcript = SinkTranscript(buyer.signUp(), to: try firstPromoter())
        #expect(transcript.lines == ["POST https://api.firstpromoter.com/api/v2/track/signup"])
        #expect(
            transcript.bodies == [#"{"uid":"user_7","tid":"click_1","created_at":"2026-11-21T08:30:00Z"}"#]
        )
        let coded = SampleBuyer(Customer(user: "user_7"), Attribution(referral: "sarah123"))
        let body = SinkTranscript(coded.signUp(), to: try firstPromoter()).bodies.first
        #expect(body?.contains(#""ref_id":"sarah123""#) == true)
    }

    @Test(
        arguments: [
            (.json(200, ["id": 45, "etype": "signup"]), .delivered), (.page(200), .needsHuman),
            (
                .json(422, ["transaction_id": "there is already a signup event registered on this lead"]),
                .duplicate
            ),
            (refusal(422, "Validation failed"), .permanent), (refusal(409, "conflict"), .duplicate),
            (refusal(404, "Visitor invalid, not found"), .notAttributed), (.page(404), .permanent),
            (refusal(400, "Error. Email and uid can not be blank!"), .permanent),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a sign-up has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        #expect(SinkTranscript(buyer.signUp(), to: try firstPromoter(), answering: [result]).end?.end == end)
    }

    @Test(arguments: [(Customer(user: "u"), Attribution()), (Customer(ref: "c"), Attribution(click: "click_1"))])
    func `a sign-up of nobody is not sent`(customer: Customer, attribution: Attribution) throws {
        let transcript = SinkTranscript(SampleBuyer(customer, attribution).signUp(), to: try firstPromoter())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == .notAttributed)
    }

    @Test func `the end of a subscription cancels the customer where that is asked for`() throws {
        let bench = try firstPromoterBench()
        #expect(!bench.sink.capabilities.kindsByDefault.contains(.subscriptionEnded))
        let event = buyer.event(.subscriptionEnded, Reference("subscription", "sub_1"))
        let delivery = Delivery(id: 9, event: event, idempotencyKey: "k")
        #expect(bench.deliver(delivery).end?.end == .notAttributed)
        _ = bench.deliver(buyer.signUp())
        #expect(bench.deliver(delivery).end?.end == .delivered)
        #expect(bench.front.double.records["referrals"]?[0]?["state"] == "cancelled")
    }
}

@Suite struct FirstPromoterRefundTests {
    let sale = Step.End(.delivered, reason: "stored", receipt: Receipt([.init("event", "acme:1")]))

    private func refund(to after: Int64, from before: Int64 = 0, kind: EventKind = .refundSucceeded) throws -> Delivery
    {
        let payment = buyer.payment("in_1", try money(11_900, "EUR"), tax: try money(1900, "EUR"))
        let earlier = before == 0 ? 0 : 1
        return try #require(
            buyer.correction("re_1", of: payment, ended: sale, from: before, to: after, earlier: earlier, kind: kind)
        )
    }

    @Test func `a refund has a key of its own and names its sale's`() throws {
        #expect(
            SinkTranscript(try refund(to: 5950), to: try firstPromoter()).bodies == [
                #"{"uid":"user_7","event_id":"stripe:refund:re_1","amount":5950,"currency":"EUR","#
                    + #""sale_event_id":"acme:1"}"#
            ]
        )
    }

    @Test(
        arguments: [
            (.json(200, ["id": 33, "type": "refund", "reward": ["id": 8]]), .delivered),
            (.page(204), .notApplicable), (refusal(409, "already exists"), .duplicate), (.page(200), .needsHuman),
            (refusal(400, "Error. Amount blank or invalid."), .needsHuman), (refusal(404, "x"), .needsHuman),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a refund has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let found = SinkTranscript(try refund(to: 5950), to: try firstPromoter(), answering: [result]).end
        #expect(found?.end == end)
        if end == .needsHuman {
            #expect(found?.reason.hasSuffix("refund 59.50 EUR of the sale with event id acme:1 there") == true)
        }
    }

    @Test(arguments: [EventKind.refundReversed, .disputeWon])
    func `what comes back to the merchant is for a person, who is told what to do`(kind: EventKind) throws {
        let transcript = SinkTranscript(try refund(to: 0, from: 5950, kind: kind), to: try firstPromoter())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == .needsHuman)
        #expect(
            transcript.end?.reason.contains("add a commission for 59.50 EUR to the sale with event id acme:1") == true
        )
        let nothing = SinkTranscript(try refund(to: 0, kind: kind), to: try firstPromoter())
        #expect(nothing.end?.end == .notApplicable)
    }

    @Test func `several refunds and a lost dispute add up`() throws {
        let bench = try firstPromoterBench()
        _ = bench.deliver(buyer.signUp())
        let payment = buyer.payment("in_1", try money(9990, "EUR"))
        let end = try #require(bench.deliver(payment).end)
        let course: [(EventKind, Int64, Int64)] = [
            (.refundSucceeded, 0, 3333), (.refundSucceeded, 3333, 5000), (.disputeLost, 5000, 9990),
        ]
        for (count, (kind, before, after)) in course.enumerated() {
            let delivery = buyer.correction(
                "re_\(count)",
                of: payment,
                ended: end,
                from: before,
                to: after,
                earlier: count,
                kind: kind
            )
            #expect(bench.deliver(try #require(delivery)).end?.end == .delivered)
            #expect(bench.remaining == [9990 - after])
        }
    }
}

@Suite struct FirstPromoterCareTests {
    @Test(arguments: [false, true])
    func `the key is checked without a trace`(wraps: Bool) throws {
        let bench = try firstPromoterBench { $0.wrapsLists = wraps }
        #expect(bench.drive { bench.sink.probe(after: $0) }.end?.end == .delivered)
        let stranger = try firstPromoterBench { $0.account = "acc_2" }
        #expect(stranger.drive { stranger.sink.probe(after: $0) }.retry?.scope == .credentials)
    }

    @Test func `a person is forgotten under each id and address, five at a time`() throws {
        let bench = try firstPromoterBench([.init("send_email", true)])
        let users = (1...7).map { "user_\($0)" }
        for user in users {
            let person = SampleBuyer(Customer(user: user, email: "ada@example.com"), Attribution(click: "click_1"))
            // Seven accounts of one person; the address alone would find the first one only.
            #expect(bench.front.double.answer(to: try signup(person)).status == 200)
        }
        let person = ForgottenPerson(users: users + ["user_9"], emails: ["ada@example.com"])
        let end = bench.drive { bench.sink.forget(person, after: $0) }.end
        #expect(end?.end == .delivered)
        #expect(end?.reason == "7 referral(s) deleted")
        #expect(bench.front.double.records["referrals"] == [])
        #expect(bench.drive { bench.sink.forget(person, after: $0) }.end?.end == .notApplicable)
    }

    private func signup(_ person: SampleBuyer) throws -> ServerRequest {
        let body: JSONValue = ["uid": .string(try #require(person.customer.user)), "tid": "click_1"]
        return ServerRequest(
            method: "POST",
            path: "/api/v2/track/signup",
            query: [],
            headers: ["Authorization": "Bearer fp_test", "ACCOUNT-ID": "acc_1"],
            body: body.encoded()
        )
    }

    @Test(arguments: [false, true])
    func `sales are listed page by page, once each, and refunds are none`(wraps: Bool) throws {
        let bench = try firstPromoterBench([.init("prefix", "acme:")]) {
            $0.wrapsLists = wraps
            $0.commissionsPerSale = 2
        }
        var last: (Delivery, Step.End)?
        for number in 0..<105 {
            let payment = buyer.payment("in_\(number)", try money(100 + Int64(number), "EUR"))
            last = (payment, try #require(bench.deliver(payment).end))
        }
        let (payment, end) = try #require(last)
        _ = bench.deliver(try #require(buyer.correction("re_1", of: payment, ended: end, from: 0, to: 5)))
        let epoch = SampleBuyer.epoch
        guard case .sales(let sales, true) = bench.list(from: epoch, to: epoch) else {
            Issue.record("the listing did not end")
            return
        }
        #expect(sales.map(\.key) == (0..<105).map { "stripe:invoice:in_\($0)" })
        #expect(sales.first?.amount == (try money(100, "EUR")))
        #expect(sales.first?.state == "approved")
        let later = Timestamp(unixSeconds: epoch.unixSeconds + 1)
        #expect(bench.list(from: later, to: later) == .sales([], isWhole: true))
        let locked = try firstPromoterBench { $0.key = Secret("fp_other") }
        let words = "FirstPromoter does not list its commissions: status 401: Unauthorized"
        #expect(locked.list(from: epoch, to: later) == .unavailable(words))
    }
}

@Suite struct FirstPromoterSettingsTests {
    @Test(
        arguments: [
            (.init("account_currency", "BTC"), "account_currency"), (.init("mode", "both"), "mode"),
            (.init("url", "ftp://x"), "url"),
            (.init("plan", "name"), "plan"), (.init("late_lead_retries", -1), "late_lead_retries"),
        ] as [(JSONValue.Member, String)]
    )
    func `a wrong setting is named`(member: JSONValue.Member, key: String) throws {
        let problems = try #require(throws: ConfigurationProblems.self) { try firstPromoter([member]) }
        #expect(problems.problems.map(\.place) == ["/sinks/firstpromoter/\(key)"])
    }

    @Test func `the account is needed`() throws {
        let problems = try #require(throws: ConfigurationProblems.self) { try firstPromoter(account: nil) }
        #expect(problems.problems.map(\.place) == ["/sinks/firstpromoter/account"])
        #expect(problems.problems.first?.message.contains("Account ID") == true)
    }
}
