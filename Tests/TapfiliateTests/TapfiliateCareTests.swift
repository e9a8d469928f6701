// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Tapfiliate

@Suite struct TapfiliateProbeTests {
    @Test func `a key is checked by a page of conversions`() throws {
        let bench = try tapfiliateBench()
        #expect(
            bench.drive { bench.sink.probe(after: $0) }.end == .init(.delivered, reason: "Tapfiliate takes the key")
        )
        let wrong = try tapfiliateBench(key: "tap_other")
        #expect(wrong.drive { wrong.sink.probe(after: $0) }.retry?.scope == .credentials)
        let lost = try tapfiliateBench(path: "/1.5")
        let retry = lost.drive { lost.sink.probe(after: $0) }.retry
        #expect(retry?.reason == "status 404 without JSON; is \"url\" right?")
    }
}

@Suite struct TapfiliateForgetTests {
    @Test func `a person's customers are found by our id or the receipt, and deleted`() throws {
        let bench = try tapfiliateBench { $0.filtersCustomers = false }
        bench.front.double.seed(DoubleSeed(users: ["user/7": "sarah123", "user_8": "sarah123", "user_9": "sarah123"]))
        let person = ForgottenPerson(
            users: ["user/7", "unknown"],
            receipts: [Receipt([.init("customer", "cu_1")]), Receipt([.init("customer", "cu_2")]), Receipt()]
        )
        let end = bench.drive { bench.sink.forget(person, after: $0) }.end
        #expect(end == .init(.delivered, reason: "2 customer(s) deleted"))
        #expect(bench.front.double.records["customers"]?.elements?.map { $0["customer_id"] } == ["user_9"])
        let again = bench.drive { bench.sink.forget(person, after: $0) }.end
        #expect(again == .init(.notApplicable, reason: "Tapfiliate does not know the person"))
    }

    @Test func `where no id is known, a person looks`() throws {
        let sink = try tapfiliate()
        #expect(sink.forget(ForgottenPerson(emails: ["ada@example.com"]), after: []).end?.end == .needsHuman)
        #expect(sink.forget(ForgottenPerson(customers: ["cus_7"]), after: []).end?.end == .notApplicable)
        let provider = try tapfiliate([.init("customer_id", "provider")])
        guard case .call(let call) = provider.forget(ForgottenPerson(customers: ["cus_7"]), after: []) else {
            Issue.record("the sink makes no call")
            return
        }
        #expect(call.url.hasSuffix("/customers/?customer_id=cus_7"))
    }
}

@Suite struct TapfiliateListTests {
    @Test func `conversions are listed page by page, with our own keys and what became of them`() throws {
        let bench = try tapfiliateBench([.init("prefix", "eu-")])
        for number in 1...30 {
            let sale = clicked.payment("in_\(number)", try money(1000 + Int64(number), "EUR"))
            let end = try #require(bench.deliver(sale).end)
            if number == 2 { #expect(try bench.correct(sale, end, from: 0, to: 1002)?.end == .delivered) }
        }
        let epoch = SampleBuyer.epoch
        guard case .sales(let sales, true) = bench.list(from: epoch, to: epoch) else {
            Issue.record("nothing is listed")
            return
        }
        #expect(sales.count == 30)
        #expect(
            sales[0]
                == ListedSale(
                    key: "stripe:invoice:in_1",
                    id: "1",
                    amount: try money(1001, "EUR"),
                    state: "pending",
                    time: epoch
                )
        )
        #expect(sales[1].state == "disapproved")
        let later = epoch.advanced(by: .seconds(3600))
        #expect(bench.list(from: later, to: later) == .sales([], isWhole: true))
        #expect(bench.front.callCount == 30 + 2 + 2 + 2)
    }

    @Test func `a list that does not end, or is refused, is told as it is`() throws {
        let sink = try tapfiliate()
        let epoch = SampleBuyer.epoch
        guard case .call(let call) = sink.list(from: epoch, to: epoch, after: []) else {
            Issue.record("the sink makes no call")
            return
        }
        #expect(call.url.hasSuffix("/conversions/?date_from=2026-11-20&date_to=2026-11-22&page=1"))
        let page = Exchange(call, .json(200, [stored("k")], headers: ["Link": "<https://x/>; rel=\"next\""]))
        let whole = sink.list(from: epoch, to: epoch, after: Array(repeating: page, count: 400))
        guard case .sales(let sales, false) = whole else {
            Issue.record("the list does not end")
            return
        }
        #expect(sales.count == 400)
        for refusal in [Exchange.Result.page(401), .page(301), .json(404, ["message": "no"]), .lost] {
            guard case .unavailable = sink.list(from: epoch, to: epoch, after: [Exchange(call, refusal)]) else {
                Issue.record("the sink lists what it was refused")
                return
            }
        }
    }
}

@Suite struct TapfiliateCancelTests {
    private func ended(_ user: String = "user_7") -> Delivery {
        let buyer = SampleBuyer(Customer(user: user), Attribution())
        let event = buyer.event(.subscriptionEnded, Reference("subscription", "sub_1"))
        return Delivery(id: 1, event: event, idempotencyKey: "k")
    }

    @Test(arguments: ["put", "delete"]) func `a customer is canceled by the verb that is set`(verb: String) throws {
        let bench = try tapfiliateBench([.init("cancel", .string(verb))]) { $0.statusVerbs = [verb.uppercased()] }
        #expect(bench.sink.capabilities.kindsByDefault.contains(.subscriptionEnded))
        #expect(bench.deliver(clicked.signUp()).end?.end == .delivered)
        #expect(bench.deliver(ended()).end == .init(.delivered, reason: "customer canceled"))
        #expect(bench.front.double.records["customers"]?.elements?.first?["status"] == "cancelled")
        #expect(bench.deliver(ended("stranger")).end?.end == .notApplicable)
    }

    @Test func `the wrong verb is refused, and unless set nothing is told`() throws {
        let bench = try tapfiliateBench([.init("cancel", "put")]) { $0.statusVerbs = ["DELETE"] }
        #expect(bench.deliver(clicked.signUp()).end?.end == .delivered)
        #expect(bench.deliver(ended()).end?.end == .permanent)
        let sink = try tapfiliate()
        #expect(!sink.capabilities.kinds.contains(.subscriptionEnded))
        #expect(SinkTranscript(ended(), to: sink).end?.end == .notApplicable)
    }

    @Test func `the postback cancels by our own id`() throws {
        let bench = try postbackBench([.init("cancel", "put")])
        #expect(bench.deliver(clicked.signUp()).end?.end == .delivered)
        #expect(bench.deliver(ended()).end?.end == .delivered)
        #expect(bench.front.double.records["customers"]?.elements?.first?["status"] == "cancelled")
        #expect(bench.deliver(ended("stranger")).end?.end == .notApplicable)
    }
}
