// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

@testable import Tolt

private func makeFront(_ change: (inout ToltDouble.Rules) -> Void = { _ in }) -> DoubleFront {
    var rules = ToltDouble.Rules()
    rules.key = Secret("key_test")
    change(&rules)
    return DoubleFront(ToltDouble(rules) { .now }) { .now }
}

private func makeSubject(
    _ front: DoubleFront,
    url: String,
    _ attribution: Attribution = Attribution(code: "sarah123"),
    more: [JSONValue.Member] = []
) throws -> SinkSubject {
    let members = [.init("url", .string(url))] + more
    return SinkSubject(
        sink: try tolt(members),
        sinkWithWrongKey: try tolt(members, key: "key_other"),
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7"), attribution),
        stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x", code: "nobody"))
    )
}

@Suite(.timeLimit(.minutes(1))) struct ToltConformanceTests {
    @Test(
        arguments: [
            Attribution(code: "sarah123"), Attribution(params: [.init("tolt_partner_id", "part_sarah123")]),
            Attribution(click: "click_1", code: "sarah123"),
        ]
    )
    func `the sink keeps its promises in memory`(attribution: Attribution) async throws {
        let front = makeFront()
        let transport = MemoryTransport(front) { .now }
        let subject = try makeSubject(front, url: "http://tolt.test/v2", attribution)
        let conformance = SinkConformance(subject) { transport.perform($0) }
        #expect(await conformance.breaches() == [])
        #expect(conformance.breachesByPages() == [])
    }

    @Test func `the sink keeps its promises where a click alone is enough, and records come in lists`() async throws {
        let front = makeFront {
            $0.needsPartner = false
            $0.wrapsInLists = true
        }
        let transport = MemoryTransport(front) { .now }
        let subject = try makeSubject(front, url: "http://tolt.test/v2", Attribution(click: "click_1"))
        #expect(await SinkConformance(subject, perform: { transport.perform($0) }).breaches() == [])
    }

    @Test func `the sink keeps its promises over HTTP`() async throws {
        let front = makeFront()
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try makeSubject(front, url: url)
            #expect(await SinkConformance(subject, perform: { await transport.perform($0) }).breaches() == [])
        }
        await client.close()
    }

    @Test(arguments: ["refuse", "iso_minor"])
    func `amounts are exact in every currency that a program may have`(fine: String) async throws {
        for code in Currency.allCodes {
            let front = makeFront { $0.currency = Currency(code) }
            let transport = MemoryTransport(front) { .now }
            let more: [JSONValue.Member] = [
                .init("program_currency", .string(code)), .init("three_decimals", .string(fine)),
            ]
            let subject = try makeSubject(front, url: "http://tolt.test/v2", more: more)
            let amounts = SinkSubject.everyCurrency.filter { $0.currency.code == code }
            let conformance = SinkConformance(subject) { transport.perform($0) }
            #expect(await conformance.breaches(selling: amounts) == [])
            let isRefused = fine == "refuse" && (Currency(code)?.exponent ?? 0) > 2
            #expect(front.double.bookings.count == (isRefused ? 0 : 1), "\(code)")
        }
    }

    @Test func `a list of transactions is walked page by page, and a person is forgotten`() throws {
        let front = makeFront()
        let transport = MemoryTransport(front) { .now }
        let sink = try tolt([.init("url", "http://tolt.test/v2"), .init("prefix", "acme:")])
        front.reset(seed: DoubleSeed(partners: ["sarah123"], users: ["user_7": "sarah123"]))
        for number in 1...250 {
            let payment = buyer.payment("in_\(number)", try money(100, "EUR"))
            #expect(SinkTranscript(payment, to: sink, performing: transport).end?.end == .delivered)
        }
        let from = SampleBuyer.epoch
        var exchanges: [Exchange] = []
        while case .call(let call) = sink.list(from: from, to: from.advanced(by: .seconds(3600)), after: exchanges) {
            exchanges.append(Exchange(call, transport.perform(call)))
            try #require(exchanges.count < 10)
        }
        guard
            case .sales(let sales, true) = sink.list(
                from: from,
                to: from.advanced(by: .seconds(3600)),
                after: exchanges
            )
        else {
            Issue.record("no list")
            return
        }
        #expect(exchanges.count == 3)
        #expect(sales.count == 250)
        let first = try #require(sales.last)
        #expect(first.key == "stripe:invoice:in_1" && first.id == "txn_1" && first.state == "paid")
        #expect(first.amount == (try money(100, "EUR")))
        let person = ForgottenPerson(users: ["user_7"], receipts: [Receipt([.init("customer", "cus_1")])])
        var calls: [Exchange] = []
        while case .call(let call) = sink.forget(person, after: calls) {
            calls.append(Exchange(call, transport.perform(call)))
            try #require(calls.count < 10)
        }
        #expect(calls.map { $0.call.method } == ["GET", "DELETE"])
        #expect(front.double.records["customers"] == [])
    }
}
