// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

@testable import Affitor

private func makeSink(_ url: String, _ members: [JSONValue.Member], key: String = "aff_test") throws -> any Sink {
    let members = [.init("url", .string(url))] + members
    let settings = PluginSettings(name: "affitor", members: members, secrets: ["key": Secret(key)])
    return try AffitorPlugin.makeSink(settings)
}

private func makeFront(_ change: (inout AffitorDouble.Rules) -> Void = { _ in }) -> DoubleFront {
    var rules = AffitorDouble.Rules()
    rules.key = Secret("aff_test")
    change(&rules)
    return DoubleFront(AffitorDouble(rules) { .now }) { .now }
}

private func makeSubject(
    _ front: DoubleFront,
    url: String,
    _ members: [JSONValue.Member] = [],
    endsInDoubt: Set<DeliveryEnd> = [.needsHuman]
) throws -> SinkSubject {
    SinkSubject(
        sink: try makeSink(url, members),
        sinkWithWrongKey: try makeSink(url, members, key: "aff_other"),
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1")),
        stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x")),
        partnerCode: "sarah123",
        endsInDoubt: endsInDoubt
    )
}

@Suite(.timeLimit(.minutes(1))) struct AffitorConformanceTests {
    @Test(arguments: [AffitorDouble.Rules.ConflictBody.text, .object])
    func `the sink keeps its promises in memory`(conflict: AffitorDouble.Rules.ConflictBody) async throws {
        let front = makeFront {
            $0.conflictBody = conflict
            $0.errorBody = conflict == .text ? .text : .object
            $0.stranger = conflict == .text ? .unknown : .unattributed
            $0.expiredClick = conflict == .text ? .unattributed : .withoutCommission
        }
        let transport = MemoryTransport(front) { .now }
        let review = try makeSubject(front, url: "http://affitor.test")
        #expect(await SinkConformance(review, perform: { transport.perform($0) }).breaches() == [])
        // Accepting duplicates, every sale is stored under every fault, and its refunds follow.
        let members: [JSONValue.Member] = [
            .init("duplicate_after_error", "accept"), .init("three_decimals", "iso_minor"),
        ]
        let accept = try makeSubject(front, url: "http://affitor.test", members, endsInDoubt: [])
        let conformance = SinkConformance(accept, perform: { transport.perform($0) })
        #expect(await conformance.breaches() == [])
        #expect(conformance.breachesByPages() == [])
    }

    @Test(arguments: ["", "/api/tracking"]) func `the sink keeps its promises over HTTP`(path: String) async throws {
        let front = makeFront()
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try makeSubject(front, url: url + path)
            #expect(await SinkConformance(subject, perform: { await transport.perform($0) }).breaches() == [])
        }
        await client.close()
    }
}
