// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

@testable import Tapfiliate

private func makeSink(_ url: String, key: String = "tap_test") throws -> any Sink {
    let settings = PluginSettings(
        name: "tapfiliate",
        members: [.init("url", .string(url))],
        secrets: ["key": Secret(key)]
    )
    return try TapfiliatePlugin.makeSink(settings)
}

private func makeFront(_ change: (inout TapfiliateDouble.Rules) -> Void = { _ in }) -> DoubleFront {
    var rules = TapfiliateDouble.Rules()
    rules.key = Secret("tap_test")
    change(&rules)
    return DoubleFront(TapfiliateDouble(rules) { .now }) { .now }
}

private func makeSubject(_ front: DoubleFront, url: String) throws -> SinkSubject {
    SinkSubject(
        sink: try makeSink(url),
        sinkWithWrongKey: try makeSink(url, key: "tap_other"),
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1")),
        stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x")),
        partnerCode: "sarah123"
    )
}

@Suite(.timeLimit(.minutes(1))) struct TapfiliateConformanceTests {
    @Test(arguments: [(409, true, 1), (422, true, 3), (409, false, 1)])
    func `the sink keeps its promises in memory`(status: Int, storesUnattributed: Bool, commissions: Int) async throws {
        let front = makeFront {
            $0.duplicateStatus = status
            $0.storesUnattributed = storesUnattributed
            $0.commissionsPerConversion = commissions
        }
        let transport = MemoryTransport(front) { .now }
        let subject = try makeSubject(front, url: "http://tapfiliate.test/1.6")
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

    @Test func `a platform that refuses no duplicate still gets one sale after each lost answer`() async throws {
        let front = makeFront { $0.refusesDuplicates = false }
        let transport = MemoryTransport(front) { .now }
        let buyer = try makeSubject(front, url: "http://tapfiliate.test/1.6").buyer
        var payment = buyer.payment("in_1", try money(9990, "EUR"))
        let sink = try makeSink("http://tapfiliate.test/1.6")
        front.begin(try FaultPlan(text: "reset-after-commit:1-1"))
        guard case .call(let call) = sink.step(for: payment, after: []) else {
            Issue.record("the sink makes no call")
            return
        }
        #expect(transport.perform(call) == .failure(CallFailure(code: "connectionLost", mayHaveArrived: true)))
        payment.attempt = 2
        payment.mayHaveArrivedBefore = true
        guard case .call(let lookUp) = sink.step(for: payment, after: []) else {
            Issue.record("the sink does not look the conversion up")
            return
        }
        let found = sink.step(for: payment, after: [Exchange(lookUp, transport.perform(lookUp))])
        guard case .end(let end) = found else {
            Issue.record("the sink goes on after it found the conversion")
            return
        }
        #expect(end.end == .duplicate)
        #expect(front.double.bookings.count == 1)
    }
}
