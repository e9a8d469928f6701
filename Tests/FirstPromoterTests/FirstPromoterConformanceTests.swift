// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

@testable import FirstPromoter

private func makeFront(_ change: (inout FirstPromoterDouble.Rules) -> Void = { _ in }) -> DoubleFront {
    var rules = FirstPromoterDouble.Rules()
    rules.key = Secret("fp_test")
    rules.account = "acc_1"
    rules.currency = "EUR"
    change(&rules)
    return DoubleFront(FirstPromoterDouble(rules) { .now }) { .now }
}

private func makeSubject(_ front: DoubleFront, url: String, _ members: [JSONValue.Member] = []) throws -> SinkSubject {
    let members = [.init("url", .string(url)), .init("account_currency", "EUR")] + members
    return SinkSubject(
        sink: try firstPromoter(members),
        sinkWithWrongKey: try firstPromoter(members, key: "fp_other"),
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1")),
        stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x"))
    )
}

@Suite(.timeLimit(.minutes(1))) struct FirstPromoterConformanceTests {
    @Test(arguments: [(422, "refuse"), (409, "iso_minor")])
    func `the sink keeps its promises in memory`(repeated: Int, decimals: String) async throws {
        let front = makeFront { $0.repeatedSignupStatus = repeated }
        let transport = MemoryTransport(front) { .now }
        let members: [JSONValue.Member] = [.init("three_decimals", .string(decimals))]
        let subject = try makeSubject(front, url: "http://firstpromoter.test/api/v2", members)
        let conformance = SinkConformance(subject) { transport.perform($0) }
        #expect(await conformance.breaches() == [])
        #expect(conformance.breachesByPages() == [])
    }

    @Test func `the sink keeps its promises over HTTP`() async throws {
        let front = makeFront()
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try makeSubject(front, url: url)
            let conformance = SinkConformance(subject, perform: { await transport.perform($0) })
            #expect(await conformance.breaches() == [])
            front.reset(faults: FaultPlan())
            front.double.seed(DoubleSeed(users: ["user_7": "sarah123"]))
            let person = ForgottenPerson(users: ["user_7"], emails: ["ada@example.com"])
            #expect(await conformance.lastStep(of: { subject.sink.probe(after: $0) }).end?.end == .delivered)
            #expect(await conformance.lastStep(of: { subject.sink.forget(person, after: $0) }).end?.end == .delivered)
            #expect(front.double.records["referrals"] == [])
        }
        await client.close()
    }
}
