// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Affonso

@Suite struct AffonsoCareTests {
    private func bench(_ change: (inout AffonsoDouble.Rules) -> Void = { _ in }) throws -> SinkBench {
        var rules = AffonsoDouble.Rules()
        change(&rules)
        let sink = try affonso([.init("url", "http://affonso.test/v1"), .init("send_email", true)])
        let bench = SinkBench(AffonsoDouble(rules) { SampleBuyer.epoch }, sink)
        bench.front.reset(
            seed: DoubleSeed(partners: ["sarah123"], users: ["user_7": "sarah123", "user_8": "sarah123"])
        )
        return bench
    }

    private func statuses(_ bench: SinkBench) -> [String?] {
        bench.front.double.records["referrals"]?.elements?.map { $0["status"]?.string } ?? []
    }

    @Test func `the key is checked by reading one commission`() throws {
        let bench = try bench()
        #expect(bench.drive { bench.sink.probe(after: $0) }.end?.end == .delivered)
        let stranger = try self.bench { $0.key = Secret("sk_live_other") }
        #expect(stranger.drive { stranger.sink.probe(after: $0) }.retry?.scope == .credentials)
        let writer = try self.bench { $0.keyWithoutScope = Secret("sk_live_test") }
        let end = try #require(writer.drive { writer.sink.probe(after: $0) }.end)
        #expect(end.end == .needsHuman)
        #expect(end.reason.contains("may not read commissions"))
    }

    @Test(arguments: [200, 204])
    func `a person is found by the user id and deleted, and nobody else`(status: Int) throws {
        let bench = try bench { $0.deletionStatus = status }
        let person = ForgottenPerson(users: ["user_7"])
        let end = bench.drive { bench.sink.forget(person, after: $0) }.end
        #expect(end == .init(.delivered, reason: "1 referral(s) deleted"))
        #expect(statuses(bench) == ["deleted", "lead"])
        #expect(bench.drive { bench.sink.forget(person, after: $0) }.end?.end == .notApplicable)
    }

    @Test func `a filter that is not heeded deletes nobody else`() throws {
        let bench = try bench { $0.filtersUsers = false }
        let person = ForgottenPerson(users: ["user_8"])
        #expect(bench.drive { bench.sink.forget(person, after: $0) }.end?.end == .delivered)
        #expect(statuses(bench) == ["lead", "deleted"])
    }

    @Test func `what Affonso gave us needs no look-up`() throws {
        let bench = try bench { $0.showsUsers = false }
        let end = try #require(
            bench.deliver(SampleBuyer(Customer(user: "user_7"), Attribution()).payment("in_1", try money(100, "EUR")))
                .end
        )
        let person = ForgottenPerson(receipts: [end.receipt])
        #expect(bench.drive { bench.sink.forget(person, after: $0) }.end?.end == .delivered)
        #expect(statuses(bench) == ["deleted", "lead"])
    }

    @Test func `somebody who cannot be told apart is left to a person`() throws {
        let bench = try bench { $0.showsUsers = false }
        let end = bench.drive { bench.sink.forget(ForgottenPerson(users: ["user_7"]), after: $0) }.end
        #expect(end?.end == .needsHuman)
        #expect(statuses(bench) == ["lead", "lead"])
    }

    @Test func `an e-mail address is looked for page by page`() throws {
        let bench = try bench()
        bench.front.reset(seed: DoubleSeed(partners: ["sarah123"], takesAnyClick: true))
        for number in 1...150 {
            let signedUp = SampleBuyer(
                Customer(user: "user_\(number)", email: "person\(number)@example.com"),
                Attribution(click: "click_\(number)")
            )
            _ = bench.deliver(signedUp.signUp())
        }
        let person = ForgottenPerson(emails: ["Person140@example.com"])
        #expect(bench.drive { bench.sink.forget(person, after: $0) }.end?.end == .delivered)
        #expect(statuses(bench).enumerated().filter { $0.element == "deleted" }.map(\.offset) == [139])
        let unknown = ForgottenPerson(emails: ["nobody@example.com"])
        #expect(bench.drive { bench.sink.forget(unknown, after: $0) }.end?.end == .notApplicable)
    }

    @Test func `a key that may not delete says so and pauses nothing`() throws {
        let bench = try bench { $0.keyWithoutScope = Secret("sk_live_test") }
        let end = try #require(bench.drive { bench.sink.forget(ForgottenPerson(users: ["user_7"]), after: $0) }.end)
        #expect(end.end == .needsHuman)
        #expect(end.reason.contains("delete:referrals"))
    }

    @Test func `a page of another server is no word about the person`() throws {
        let bench = try bench()
        let sink = bench.sink
        let person = ForgottenPerson(users: ["user_7"])
        guard case .call(let call) = sink.forget(person, after: []) else {
            Issue.record("nobody is looked up")
            return
        }
        #expect(sink.forget(person, after: [Exchange(call, .page(404))]).end?.end == .needsHuman)
    }

    @Test func `sales are listed page by page, as they stand`() throws {
        let bench = try bench()
        let buyer = SampleBuyer(Customer(user: "user_7"), Attribution())
        for number in 1...120 { _ = bench.deliver(buyer.payment("in_\(number)", try money(100, "EUR"))) }
        let payment = buyer.payment("in_1", try money(100, "EUR"))
        let stored = Step.End(.delivered, reason: "", receipt: Receipt([.init("conversion", "com_1")]))
        let refund = try #require(buyer.correction("re_1", of: payment, ended: stored, from: 0, to: 100))
        #expect(bench.deliver(refund).end?.end == .delivered)
        let start = SampleBuyer.epoch
        guard case .sales(let sales, true) = bench.list(from: start, to: start.advanced(by: .seconds(3600))) else {
            Issue.record("the list is not whole")
            return
        }
        #expect(sales.count == 120)
        #expect(sales.map(\.key).prefix(2) == ["stripe:invoice:in_1", "stripe:invoice:in_2"])
        #expect(sales.map(\.state).prefix(2) == ["refunded", "complete"])
        #expect(sales.map(\.amount?.minor).prefix(2) == [0, 100])
        let before = bench.list(from: start.advanced(by: .seconds(-60)), to: start)
        #expect(before == .sales([], isWhole: true))
    }
}
