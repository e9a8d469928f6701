// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

@testable import Refersion

private func makeFront(_ change: (inout RefersionDouble.Rules) -> Void = { _ in }) -> DoubleFront {
    var rules = RefersionDouble.Rules()
    rules.keys = ("pub_test", Secret("sec_test"))
    change(&rules)
    return DoubleFront(RefersionDouble(rules) { .now }) { .now }
}

private func makeSubject(
    _ front: DoubleFront,
    url: String,
    _ members: [JSONValue.Member] = [],
    endsInDoubt: Set<DeliveryEnd> = []
) throws -> SinkSubject {
    let members = [.init("url", .string(url))] + members
    return SinkSubject(
        sink: try refersion(members),
        sinkWithWrongKey: try refersion(members, key: "sec_other"),
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1")),
        stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x", coupon: "NOBODY")),
        endsInDoubt: endsInDoubt
    )
}

@Suite(.timeLimit(.minutes(1))) struct RefersionConformanceTests {
    @Test(arguments: RefersionDouble.Rules.RepeatedOrder.allCases)
    func `the sink keeps its promises in memory, leaving cancellations in doubt to a person`(
        repeated: RefersionDouble.Rules.RepeatedOrder
    ) async throws {
        let front = makeFront {
            $0.repeatedOrder = repeated
            $0.refusesRepeatedCancellation = false
        }
        let transport = MemoryTransport(front) { .now }
        let subject = try makeSubject(front, url: "http://refersion.test", endsInDoubt: [.needsHuman])
        let conformance = SinkConformance(subject) { transport.perform($0) }
        #expect(await conformance.breaches() == [])
        #expect(conformance.breachesByPages() == [])
    }

    @Test func `where a repeated cancellation is refused, everything comes out under every fault`() async throws {
        let front = makeFront()
        let transport = MemoryTransport(front) { .now }
        let members: [JSONValue.Member] = [.init("cancel_after_error", "repeat"), .init("partial_refunds", "price")]
        let subject = try makeSubject(front, url: "http://refersion.test", members)
        #expect(await SinkConformance(subject, perform: { transport.perform($0) }).breaches() == [])
    }

    @Test func `where a repeated cancellation cancels twice, repeating it breaks the promise, as the kit notices`()
        async throws
    {
        let front = makeFront { $0.refusesRepeatedCancellation = false }
        let transport = MemoryTransport(front) { .now }
        let subject = try makeSubject(front, url: "http://refersion.test", [.init("cancel_after_error", "repeat")])
        let breaches = await SinkConformance(subject, perform: { transport.perform($0) }).breaches()
        #expect(breaches.contains { $0.check == "refund to 9990 under reset-after-commit" })
    }

    @Test func `the sink keeps its promises over HTTP`() async throws {
        let front = makeFront()
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try makeSubject(front, url: url, [.init("cancel_after_error", "repeat")])
            #expect(await SinkConformance(subject, perform: { await transport.perform($0) }).breaches() == [])
        }
        await client.close()
    }
}
