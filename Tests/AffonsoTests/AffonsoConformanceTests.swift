// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import Affonso

private func makeSink(_ url: String, key: String = "sk_live_test") throws -> any Sink {
    let secrets = ["key": Secret(key), "signing_secret": Secret("whsec_test")]
    let settings = PluginSettings(name: "affonso", members: [.init("url", .string(url))], secrets: secrets)
    return try AffonsoPlugin.makeSink(settings)
}

private func makeFront(_ change: (inout AffonsoDouble.Rules) -> Void = { _ in }) throws -> DoubleFront {
    var rules = AffonsoDouble.Rules()
    rules.key = Secret("sk_live_test")
    rules.signing = try RequestSigning(
        timestampHeader: "X-Affonso-Timestamp",
        signatureHeader: "X-Affonso-Signature",
        secret: Secret("whsec_test")
    )
    change(&rules)
    return DoubleFront(AffonsoDouble(rules) { .now }) { .now }
}

private func makeSubject(_ front: DoubleFront, url: String) throws -> SinkSubject {
    SinkSubject(
        sink: try makeSink(url),
        sinkWithWrongKey: try makeSink(url, key: "sk_live_other"),
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7", ref: "cus_7"), Attribution(click: "click_1")),
        stranger: SampleBuyer(Customer(user: "user_8", ref: "cus_8"), Attribution(click: "click_x")),
        partnerCode: "sarah123"
    )
}

@Suite(.timeLimit(.minutes(1))) struct AffonsoConformanceTests {
    @Test(arguments: [(400, 200), (404, 201)])
    func `the sink keeps its promises in memory`(noReferral: Int, replay: Int) async throws {
        let front = try makeFront {
            $0.noReferralStatus = noReferral
            $0.replayStatus = replay
        }
        let transport = MemoryTransport(front) { .now }
        let subject = try makeSubject(front, url: "http://affonso.test/v1")
        #expect(await SinkConformance(subject, perform: { transport.perform($0) }).breaches() == [])
    }

    @Test func `the sink keeps its promises over HTTP`() async throws {
        let front = try makeFront()
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try makeSubject(front, url: url)
            #expect(await SinkConformance(subject, perform: { await transport.perform($0) }).breaches() == [])
        }
        await client.close()
    }
}
