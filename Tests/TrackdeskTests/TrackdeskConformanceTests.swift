// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

@testable import Trackdesk

private func makeFront(_ change: (inout TrackdeskDouble.Rules) -> Void = { _ in }) -> DoubleFront {
    var rules = TrackdeskDouble.Rules()
    change(&rules)
    return DoubleFront(TrackdeskDouble(rules) { .now }) { .now }
}

private func makeSubject(_ front: DoubleFront, url: String, _ members: [JSONValue.Member] = []) throws -> SinkSubject {
    SinkSubject(
        sink: try trackdesk([.init("url", .string(url))] + members),
        sinkWithWrongKey: nil,
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1")),
        stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x"))
    )
}

@Suite(.timeLimit(.minutes(1))) struct TrackdeskConformanceTests {
    @Test(arguments: [400, 409, 422], TrackdeskDouble.Rules.UnknownClick.allCases)
    func `the sink keeps its promises in memory`(
        status: Int,
        unknown: TrackdeskDouble.Rules.UnknownClick
    ) async throws {
        let front = makeFront {
            $0.repeatedStatus = status
            $0.unknownClick = unknown
        }
        let transport = MemoryTransport(front) { .now }
        let subject = try makeSubject(front, url: "http://trackdesk.test", [.init("lead_type", "signup")])
        let conformance = SinkConformance(subject) { transport.perform($0) }
        #expect(await conformance.breaches() == [])
        #expect(conformance.breachesByPages() == [])
    }

    @Test func `the sink keeps its promises over HTTP, also where answers are empty`() async throws {
        let front = makeFront { $0.conversionAnswer = .empty }
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try makeSubject(front, url: url)
            #expect(await SinkConformance(subject, perform: { await transport.perform($0) }).breaches() == [])
        }
        await client.close()
    }

    @Test func `amounts are exact in every currency that a program may have`() async throws {
        for code in Currency.allCodes {
            let front = makeFront { $0.currency = Currency(code) }
            let transport = MemoryTransport(front) { .now }
            let currency = JSONValue.Member("program_currency", .string(code))
            let subject = try makeSubject(front, url: "http://trackdesk.test", [currency])
            let amounts = SinkSubject.everyCurrency.filter { $0.currency.code == code }
            let conformance = SinkConformance(subject) { transport.perform($0) }
            #expect(await conformance.breaches(selling: amounts) == [])
            #expect(front.double.bookings.count == 1, "\(code)")
        }
    }

    @Test func `a renewal without a click goes by the customer of the first sale`() throws {
        let front = makeFront()
        let transport = MemoryTransport(front) { .now }
        let sink = try trackdesk([.init("url", "http://trackdesk.test")])
        let later = SampleBuyer(Customer(user: "user_7"), Attribution())
        let total = try money(9990)
        let first = SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1")).payment("in_1", total)
        for delivery in [first, later.payment("in_2", total, phase: .renewal)] {
            guard case .call(let call) = sink.step(for: delivery, after: []) else {
                Issue.record("no call")
                return
            }
            let transcript = SinkTranscript(delivery, to: sink, answering: [transport.perform(call)])
            #expect(transcript.end?.end == .delivered)
        }
        #expect(front.double.bookings.map(\.sale) == [total, total])
    }
}
