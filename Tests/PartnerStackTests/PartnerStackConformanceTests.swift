// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

@testable import PartnerStack

private func makeFront(_ change: (inout PartnerStackDouble.Rules) -> Void = { _ in }) -> DoubleFront {
    var rules = PartnerStackDouble.Rules()
    rules.keys = ("pk_test", Secret("sk_test"))
    rules.conversionToken = Secret("token_test")
    change(&rules)
    return DoubleFront(PartnerStackDouble(rules) { .now }) { .now }
}

private func makeSubject(
    _ front: DoubleFront,
    url: String,
    _ members: [JSONValue.Member] = [],
    _ attribution: Attribution = Attribution(code: "sarah123")
) throws -> SinkSubject {
    let members = [.init("url", .string(url))] + members
    return SinkSubject(
        sink: try partnerStack(members),
        sinkWithWrongKey: try partnerStack(members, key: "sk_other"),
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7"), attribution),
        stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x", code: "nobody"))
    )
}

@Suite(.timeLimit(.minutes(1))) struct PartnerStackConformanceTests {
    @Test(arguments: PartnerStackDouble.Rules.RepeatedKey.allCases, [true, false])
    func `the sink keeps its promises in memory`(
        repeated: PartnerStackDouble.Rules.RepeatedKey,
        isNegative: Bool
    ) async throws {
        let front = makeFront {
            $0.repeatedKey = repeated
            $0.hasEnvelope = isNegative
            $0.unknownStatus = isNegative ? 404 : 400
        }
        let transport = MemoryTransport(front) { .now }
        let refunds = JSONValue.Member("refunds", isNegative ? "negative" : "review")
        let subject = try makeSubject(front, url: "http://partnerstack.test/api/v2", [refunds])
        let conformance = SinkConformance(subject) { transport.perform($0) }
        #expect(await conformance.breaches() == [])
        #expect(conformance.breachesByPages() == [])
    }

    @Test func `the sink keeps its promises where a click makes the customer`() async throws {
        let front = makeFront()
        let transport = MemoryTransport(front) { .now }
        let click = Attribution(click: "click_1")
        let members: [JSONValue.Member] = [.init("three_decimals", "iso_minor"), .init("refunds", "negative")]
        let subject = try makeSubject(front, url: "http://partnerstack.test/api/v2", members, click)
        #expect(await SinkConformance(subject, perform: { transport.perform($0) }).breaches() == [])
    }

    @Test func `the sink keeps its promises over HTTP`() async throws {
        let front = makeFront()
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try makeSubject(front, url: url, [.init("refunds", "negative")])
            #expect(await SinkConformance(subject, perform: { await transport.perform($0) }).breaches() == [])
        }
        await client.close()
    }

    @Test func `a list is walked page by page, and states what is left of each sale`() throws {
        let front = makeFront()
        front.reset(seed: DoubleSeed(partners: ["sarah123"], users: ["user_7": "sarah123"]))
        let transport = MemoryTransport(front) { .now }
        let url = JSONValue.Member("url", "http://partnerstack.test/api/v2")
        let sink = try partnerStack([url, .init("refunds", "negative"), .init("prefix", "acme:")])
        func perform(_ delivery: Delivery) throws -> Step.End {
            guard case .call(let call) = sink.step(for: delivery, after: []) else { throw Failure() }
            guard case .end(let end) = sink.step(for: delivery, after: [Exchange(call, transport.perform(call))]) else {
                throw Failure()
            }
            return end
        }
        for number in 1...300 {
            let payment = buyer.payment("in_\(number)", try money(100, "EUR"))
            let end = try perform(payment)
            guard number == 1 else { continue }
            let refund = try #require(buyer.correction("re_1", of: payment, ended: end, from: 0, to: 30))
            #expect(try perform(refund).end == .delivered)
        }
        let from = SampleBuyer.epoch
        let to = from.advanced(by: .seconds(86_400))
        var exchanges: [Exchange] = []
        while case .call(let call) = sink.list(from: from, to: to, after: exchanges) {
            exchanges.append(Exchange(call, transport.perform(call)))
            try #require(exchanges.count < 10)
        }
        guard case .sales(let sales, true) = sink.list(from: from, to: to, after: exchanges) else { throw Failure() }
        #expect(exchanges.count == 2)
        #expect(sales.count == 300)
        #expect(sales.last?.key == "stripe:invoice:in_1")
        #expect(sales.last?.amount == (try money(70, "EUR")))
    }

    private struct Failure: Error {}
}
