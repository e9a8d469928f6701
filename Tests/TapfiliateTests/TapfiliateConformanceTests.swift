// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

@testable import Tapfiliate

private func makeSink(_ url: String, _ members: [JSONValue.Member] = [], key: String = "tap_test") throws -> any Sink {
    let settings = PluginSettings(
        name: "tapfiliate",
        members: [.init("url", .string(url))] + members,
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

private func makeSubject(_ front: DoubleFront, url: String, _ members: [JSONValue.Member] = []) throws -> SinkSubject {
    SinkSubject(
        sink: try makeSink(url, members),
        sinkWithWrongKey: try makeSink(url, members, key: "tap_other"),
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7"), Attribution(click: "click_1")),
        stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: "click_x")),
        partnerCode: "sarah123"
    )
}

/// What differs between accounts, transports and unconfirmed answers.
struct TapfiliateVariant: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var path = "/1.6"
    var members: [JSONValue.Member] = []
    let change: @Sendable (inout TapfiliateDouble.Rules) -> Void

    static let postback: [JSONValue.Member] = [.init("transport", "postback17")]
    /// The sample's product, and so every sale, is of one type.
    static let types: JSONValue.Member = .init("commission_types", ["prod_1": "premium"])

    static let all: [TapfiliateVariant] = [
        .init(testDescription: "duplicates are 409") { _ in },
        .init(testDescription: "duplicates are 422, several commissions") {
            $0.duplicateStatus = 422
            $0.commissionsPerConversion = 3
        },
        .init(testDescription: "duplicates are 400, nobody is refused") {
            $0.duplicateStatus = 400
            $0.storesUnattributed = false
        },
        .init(testDescription: "customers cannot be filtered", members: [types]) { $0.filtersCustomers = false },
        .init(testDescription: "an old key header", members: [.init("key_header", "Api-Key")]) {
            $0.keyHeader = "Api-Key"
        },
        .init(testDescription: "the postback", path: "/1.7/pb", members: postback) { _ in },
        .init(testDescription: "a postback that answers nothing", path: "/1.7/pb", members: postback) {
            $0.postbackAnswer = .empty
            $0.storesUnattributed = false
        },
        .init(testDescription: "a postback without known duplicates", path: "/1.7/pb", members: postback) {
            $0.duplicateStatus = 422
            $0.commissionsPerConversion = 2
        },
    ]
}

@Suite(.timeLimit(.minutes(1))) struct TapfiliateConformanceTests {
    @Test(arguments: TapfiliateVariant.all)
    func `the sink keeps its promises in memory`(variant: TapfiliateVariant) async throws {
        let front = makeFront(variant.change)
        let transport = MemoryTransport(front) { .now }
        let subject = try makeSubject(front, url: "http://tapfiliate.test" + variant.path, variant.members)
        let conformance = SinkConformance(subject, perform: { transport.perform($0) })
        #expect(await conformance.breaches() == [])
        #expect(conformance.breachesByPages() == [])
    }

    @Test(arguments: [("/1.6", []), ("/1.7/pb", TapfiliateVariant.postback)] as [(String, [JSONValue.Member])])
    func `the sink keeps its promises over HTTP`(path: String, members: [JSONValue.Member]) async throws {
        let front = makeFront()
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try makeSubject(front, url: url.dropLast(4) + path, members)
            let conformance = SinkConformance(subject, perform: { await transport.perform($0) })
            #expect(await conformance.breaches() == [])
            front.reset(faults: FaultPlan())
            front.double.seed(DoubleSeed(users: ["user_7": "sarah123", "user_8": "sarah123"]))
            let person = ForgottenPerson(users: ["user_7"])
            #expect(await conformance.lastStep(of: { subject.sink.probe(after: $0) }).end?.end == .delivered)
            #expect(await conformance.lastStep(of: { subject.sink.forget(person, after: $0) }).end?.end == .delivered)
            #expect(front.double.records["customers"]?.elements?.map { $0["customer_id"] } == ["user_8"])
        }
        await client.close()
    }

    @Test(arguments: [429, 403])
    func `a limit that is used up waits until it is reset, whatever its status`(status: Int) async throws {
        let front = makeFront {
            $0.callsPerMinuteMax = 0
            $0.exhaustedStatus = status
        }
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try makeSubject(front, url: url)
            let delivery = subject.buyer.payment("in_1", try money(100, "EUR"))
            guard case .call(let call) = subject.sink.step(for: delivery, after: []) else {
                Issue.record("the sink makes no call")
                return
            }
            let result = await transport.perform(call)
            let retry = try #require(subject.sink.step(for: delivery, after: [Exchange(call, result)]).retry)
            #expect(retry.scope == .platform)
            let wait = try #require(retry.after)
            #expect(wait >= .zero && wait <= .seconds(60))
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
