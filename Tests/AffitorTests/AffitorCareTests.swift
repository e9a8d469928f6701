// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Affitor

private func makeBench(
    _ members: [JSONValue.Member] = [],
    key: String = "aff_test",
    _ change: (inout AffitorDouble.Rules) -> Void = { _ in }
) throws -> SinkBench {
    var rules = AffitorDouble.Rules()
    rules.key = Secret("aff_test")
    change(&rules)
    let members = [.init("url", "http://affitor.test")] + members
    let settings = PluginSettings(name: "affitor", members: members, secrets: ["key": Secret(key)])
    return SinkBench(AffitorDouble(rules) { SampleBuyer.epoch }, try AffitorPlugin.makeSink(settings))
}

private let known = SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1"))

@Suite struct AffitorReadinessTests {
    @Test(arguments: [false, true]) func `a program that is ready has a good key`(wraps: Bool) throws {
        let bench = try makeBench { $0.wrapsReadiness = wraps }
        let end = bench.drive { bench.sink.probe(after: $0) }.end
        #expect(end == .init(.delivered, reason: "Affitor takes the key"))
    }

    @Test func `gates that fail are told in words, with what to do`() throws {
        let bench = try makeBench { $0.gates = ["payout": "fail", "tracking": "fail", "live": "unknown"] }
        let end = try #require(bench.drive { bench.sink.probe(after: $0) }.end)
        #expect(end.end == .needsHuman)
        #expect(
            end.reason
                == "Affitor takes the key, but the program is not ready: payout fails: add a way to pay partners in the "
                + "dashboard; tracking fails: no click, lead or sale has arrived; see that the landing page and this sink "
                + "reach Affitor; Affitor says: complete the gate payout; Affitor has not seen the integration yet; send "
                + "an event with \"test_mode\": true"
        )
    }

    @Test func `gates that nobody has looked at yet are no failure`() throws {
        let bench = try makeBench { $0.gates = ["live": "unknown"] }
        let end = bench.drive { bench.sink.probe(after: $0) }.end
        #expect(end == .init(.delivered, reason: "Affitor takes the key; not known yet: live"))
    }

    @Test func `a refused key is told as one, and what cannot be read is not believed`() throws {
        let bench = try makeBench(key: "aff_other")
        #expect(bench.drive { bench.sink.probe(after: $0) }.retry?.scope == .credentials)
        let sink = try affitor()
        guard case .call(let call) = sink.probe(after: []) else {
            Issue.record("the sink makes no call")
            return
        }
        #expect(call.url == "https://api.affitor.com/api/v1/programs/me/readiness")
        #expect(!call.isChange)
        let ends = [Exchange.Result.json(200, ["ok": true]), .page(200), .json(404, ["error": "Not found"])].map {
            sink.probe(after: [Exchange(call, $0)]).end?.end
        }
        #expect(ends == [.needsHuman, .needsHuman, .notApplicable])
    }
}

@Suite struct AffitorCareTests {
    @Test func `a person is forgotten by asking Affitor's support, which is said`() throws {
        let sink = try affitor()
        let end = try #require(sink.forget(ForgottenPerson(users: ["user_7"]), after: []).end)
        #expect(end.end == .needsHuman)
        #expect(end.reason == "Affitor has no call that erases a person; ask its support to, and name the customer_key")
        #expect(sink.forget(ForgottenPerson(customers: ["cus_7"]), after: []).end?.end == .notApplicable)
    }

    @Test func `sales are listed in the dashboard only, which is said`() throws {
        let epoch = SampleBuyer.epoch
        guard case .unavailable(let words) = try affitor().list(from: epoch, to: epoch, after: []) else {
            Issue.record("the sink lists")
            return
        }
        #expect(words.hasPrefix("Affitor lists its sales in its dashboard only"))
    }

    @Test(
        arguments: [
            ("http://proxy.test/api/tracking", "http://proxy.test/api/tracking/sale"),
            ("http://proxy.test/api/v1/track/", "http://proxy.test/api/v1/track/sale"),
            ("http://proxy.test/affitor", "http://proxy.test/affitor/api/v1/track/sale"),
        ]
    )
    func `the older path and a proxy's are kept`(url: String, sale: String) throws {
        let sink = try affitor([.init("url", .string(url))])
        #expect(SinkTranscript(buyer.payment("in_1", try money(100, "USD")), to: sink).calls.map(\.url) == [sale])
        guard case .call(let probe) = sink.probe(after: []) else {
            Issue.record("the sink makes no call")
            return
        }
        #expect(probe.url.hasSuffix("/api/v1/programs/me/readiness"))
        #expect(!probe.url.contains("track"))
    }

    @Test func `the older path leads to the same books`() throws {
        let bench = try makeBench([.init("url", "http://affitor.test/api/tracking")])
        #expect(bench.deliver(known.payment("in_1", try money(100, "USD"))).end?.end == .delivered)
        #expect(bench.remaining == [100])
    }
}

@Suite struct AffitorTestMoneyTests {
    private func test(_ delivery: Delivery) -> Delivery {
        var delivery = delivery
        delivery.isLive = false
        return delivery
    }

    @Test func `test money is marked as such and booked nowhere, real money is not marked`() throws {
        let bench = try makeBench([.init("program", 42)])
        let sale = test(known.payment("in_1", try money(9990, "EUR")))
        #expect(bench.deliver(test(known.signUp())).end?.reason == "test event, not stored")
        let end = try #require(bench.deliver(sale).end)
        #expect(
            end == .init(.delivered, reason: "test event, nothing is booked", receipt: Receipt([.init("test", "true")]))
        )
        let refund = try #require(known.correction("re_1", of: sale, ended: end, from: 0, to: 100))
        #expect(bench.deliver(test(refund)).end?.end == .notApplicable)
        #expect(bench.deliver(refund).end?.end == .notApplicable)
        #expect(bench.front.double.bookings == [])
        let marked = #""additional_data":{"test_mode":true,"program_id":"42"}"#
        #expect(SinkTranscript(sale, to: bench.sink).bodies[0].contains(marked))
        #expect(SinkTranscript(test(known.signUp()), to: bench.sink).bodies[0].contains(marked))
        #expect(!SinkTranscript(known.signUp(), to: bench.sink).bodies[0].contains("test_mode"))
        let visitor = SampleBuyer(Customer(), Attribution(code: "sarah123"))
        let click = Delivery(
            id: 1,
            event: visitor.event(.clickRecorded, Reference("click", "c")),
            idempotencyKey: "c",
            isLive: false
        )
        #expect(SinkTranscript(click, to: bench.sink).bodies[0].contains(marked))
        #expect(bench.deliver(click).end == .init(.delivered, reason: "test event, not stored"))
    }

    @Test func `the plugin says that test money does no harm`() {
        #expect(AffitorPlugin.marksTestMoney)
    }

    @Test func `a test that was booked as real is for a person`() throws {
        let bench = try makeBench { $0.booksTestSales = true }
        let end = try #require(bench.deliver(test(known.payment("in_1", try money(100, "USD")))).end)
        #expect(end.end == .needsHuman)
        #expect(end.reason.hasPrefix("Affitor booked a test as the real sale 1; reverse it there"))
    }

    @Test(
        arguments: [
            (.json(200, ["success": true, "message": "Test event received"]), .delivered),
            (.json(200, ["success": false]), .needsHuman), (.page(200), .needsHuman),
        ] as [(Exchange.Result, DeliveryEnd)]
    )
    func `each answer to a test has one end`(result: Exchange.Result, end: DeliveryEnd) throws {
        let sale = test(buyer.payment("in_1", try money(100, "USD")))
        #expect(SinkTranscript(sale, to: try affitor(), answering: [result]).end?.end == end)
    }
}

@Suite struct AffitorRuleTests {
    @Test(arguments: AffitorDouble.Rules.Stranger.allCases, [AffitorDouble.Rules.ErrorBody.text, .object])
    func `whatever Affitor's words for nobody and their form, the sale is not attributed`(
        stranger: AffitorDouble.Rules.Stranger,
        body: AffitorDouble.Rules.ErrorBody
    ) throws {
        let bench = try makeBench([.init("late_lead_retries", 0)]) {
            $0.stranger = stranger
            $0.errorBody = body
        }
        let nobody = SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x"))
        #expect(bench.deliver(nobody.payment("in_1", try money(100, "USD"))).end?.end == .notAttributed)
        #expect(bench.deliver(nobody.signUp()).end?.end == .notAttributed)
    }

    @Test func `a partner whose link is switched off gets no click`() throws {
        let bench = try makeBench { $0.inactivePartners = ["sarah123"] }
        let visitor = SampleBuyer(Customer(), Attribution(code: "sarah123"))
        let event = visitor.event(.clickRecorded, Reference("click", "c"))
        let end = bench.deliver(Delivery(id: 1, event: event, idempotencyKey: "c")).end
        #expect(end == .init(.notAttributed, reason: "Affitor takes no click on this link: referral link is inactive"))
    }

    @Test func `a sale whose commission failed is for a person, at once and when it is sent again`() throws {
        let bench = try makeBench { $0.commissionFailsEvery = 1 }
        var sale = known.payment("in_1", try money(100, "USD"))
        let first = try #require(bench.deliver(sale).end)
        #expect(first.end == .needsHuman)
        #expect(first.reason == "Affitor stored the sale but failed to create its commission; create it there")
        sale.attempt = 2
        sale.mayHaveArrivedBefore = true
        let second = try #require(bench.deliver(sale).end)
        #expect(second.end == .needsHuman)
        #expect(second.reason.hasPrefix("duplicateAfterError"))
        let refund = try #require(known.correction("re_1", of: sale, ended: first, from: 0, to: 50))
        #expect(bench.deliver(refund).end == .init(.notApplicable, reason: "Affitor has no commission for the sale"))
    }

    @Test func `keys are the platform's, so a stranger's sale in the way is pointed out unless there is a prefix`()
        throws
    {
        let conflict = Exchange.Result.json(409, ["error": "Duplicate transaction_id."])
        var sale = buyer.payment("in_1", try money(100, "USD"))
        let hint = "; if it was never told before, another program uses this id: see \"prefix\""
        #expect(
            SinkTranscript(sale, to: try affitor(), answering: [conflict]).end?.reason
                == "Affitor had the sale already (409)" + hint
        )
        let named = try affitor([.init("prefix", "acme:")])
        #expect(
            SinkTranscript(sale, to: named, answering: [conflict]).end?.reason == "Affitor had the sale already (409)"
        )
        sale.attempt = 2
        #expect(
            SinkTranscript(sale, to: try affitor(), answering: [conflict]).end?.reason
                == "Affitor had the sale already (409)"
        )
    }

    @Test func `a refund names the transaction under which the sale was told, whatever the prefix is by now`() throws {
        let bench = try makeBench([.init("prefix", "acme:")])
        let sale = known.payment("in_1", try money(100, "USD"))
        let end = try #require(bench.deliver(sale).end)
        #expect(end.receipt["transaction"] == "acme:stripe:invoice:in_1")
        let refund = try #require(known.correction("re_1", of: sale, ended: end, from: 0, to: 40))
        let later = try affitor([.init("prefix", "other:")])
        #expect(
            SinkTranscript(refund, to: later).bodies[0].hasPrefix(#"{"transaction_id":"acme:stripe:invoice:in_1""#)
        )
    }

    @Test func `refunds are told at once, or held so that several go out as one`() throws {
        #expect(try affitor().capabilities.correctionHold == .zero)
        #expect(try affitor([.init("refunds", "hold")]).capabilities.correctionHold == .seconds(7 * 86_400))
        let patient = try affitor([.init("refunds", "hold"), .init("refund_hold_days", 30)])
        #expect(patient.capabilities.correctionHold == .seconds(30 * 86_400))
    }

    @Test func `a second refund of a part is skipped there and comes to a person`() throws {
        let bench = try makeBench()
        let sale = known.payment("in_1", try money(9990, "USD"))
        let end = try #require(bench.deliver(sale).end)
        let first = try #require(known.correction("re_1", of: sale, ended: end, from: 0, to: 3000))
        let second = try #require(known.correction("re_2", of: sale, ended: end, from: 3000, to: 5000, earlier: 1))
        #expect(bench.deliver(first).end?.reason == "commission reduced")
        let skipped = try #require(bench.deliver(second).end)
        #expect(skipped.end == .needsHuman)
        #expect(
            skipped.reason
                == "Affitor takes one refund for each sale and skipped this one; take 20.00 USD of transaction "
                + "stripe:invoice:in_1 back there, or see \"refunds\": \"hold\""
        )
        #expect(bench.remaining == [6990])
    }
}
