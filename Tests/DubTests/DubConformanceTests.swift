// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

@testable import Dub

private func makeFront(_ change: (inout DubDouble.Rules) -> Void = { _ in }) -> DoubleFront {
    var rules = DubDouble.Rules()
    rules.key = Secret("dub_test")
    change(&rules)
    return DoubleFront(DubDouble(rules) { .now }) { .now }
}

private func makeSubject(_ front: DoubleFront, url: String, _ members: [JSONValue.Member] = []) throws -> SinkSubject {
    let members = [.init("url", .string(url))] + members
    return SinkSubject(
        sink: try dub(members),
        sinkWithWrongKey: try dub(members, key: "dub_other"),
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1")),
        stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x"))
    )
}

/// What differs between Dub's versions, or is slow there.
struct DubVariant: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var members: [JSONValue.Member] = []
    let change: @Sendable (inout DubDouble.Rules) -> Void

    static let all: [DubVariant] = [
        .init(testDescription: "everything at once") { _ in },
        .init(testDescription: "three decimals sent", members: [.init("three_decimals", "iso_minor")]) { _ in },
        .init(testDescription: "counted in dollars") { $0.centsForHundred = ["EUR": 110, "GBP": 127] },
        .init(testDescription: "late leads", members: [.init("lead_mode", "async")]) { $0.salesBeforeLead = 2 },
        // Faults count as attempts, too, so that the default patience is not enough for both.
        .init(testDescription: "late commissions", members: [.init("late_lead_retries", 10)]) {
            $0.looksBeforeCommission = 2
        },
        .init(testDescription: "an older version") { $0.creditsNamedClick = false },
        .init(testDescription: "nobody is remembered") { $0.remembersNobody = true },
    ]
}

@Suite(.timeLimit(.minutes(1))) struct DubConformanceTests {
    @Test(arguments: DubVariant.all)
    func `the sink keeps its promises in memory`(variant: DubVariant) async throws {
        let front = makeFront(variant.change)
        let transport = MemoryTransport(front) { .now }
        let subject = try makeSubject(front, url: "http://dub.test", variant.members)
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
            front.double.seed(DoubleSeed(users: ["user/7": "sarah123", "user_7": "sarah123"]))
            let person = ForgottenPerson(users: ["user_7"])
            #expect(await conformance.lastStep(of: { subject.sink.probe(after: $0) }).end?.end == .delivered)
            #expect(await conformance.lastStep(of: { subject.sink.forget(person, after: $0) }).end?.end == .delivered)
            #expect(front.double.records["customers"]?.members?.map(\.name) == ["user/7"])
        }
        await client.close()
    }
}
