// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributaryTesting

@testable import Postback

private let hex = "0123456789abcdef0123456789abcdef"

/// A preset against its double, in one of the ways in which the references leave it open.
struct PresetCase: Sendable, CustomTestStringConvertible {
    let style: PostbackDouble.Style
    var unknownClick = PostbackDouble.Rules.Answers.named
    var duplicate = PostbackDouble.Rules.Answers.named
    var more: [JSONValue.Member] = []
    var currency = Currency("EUR")

    var testDescription: String {
        "\(style), clicks \(unknownClick), duplicates \(duplicate), \(more.map(\.name))"
    }

    static let all: [PresetCase] = [
        .init(style: .everflow), .init(style: .everflow, duplicate: .silent), .init(style: .tune),
        .init(style: .everflow, more: [.init("refunds", "full"), .init("api_key", "env:API_KEY")]),
        .init(
            style: .tune,
            more: [.init("refunds", "full"), .init("api_key", "env:API_KEY"), .init("network", "acme")]
        ),
        .init(style: .tune, duplicate: .silent), .init(style: .voluum),
        .init(
            style: .voluum,
            more: [.init("refunds", "partial"), .init("refund_event", "refund"), .init("send_currency", "true")]
        ),
    ]

    var click: String { style == .everflow ? hex : "click_1" }

    func front() -> DoubleFront {
        var rules = PostbackDouble.Rules()
        if style != .voluum { rules.token = Secret("token") }
        rules.apiKey = Secret("api")
        rules.currency = currency
        rules.unknownClick = unknownClick
        rules.duplicate = duplicate
        let seed = DoubleSeed(partners: ["sarah123"], clicks: [click: "sarah123"])
        return DoubleFront(PostbackDouble(style, rules), seed: seed) { .now }
    }

    func sink(_ url: String, token: String = "token") throws -> any Sink {
        var own: [JSONValue.Member] = [.init("currency", .string(currency?.code ?? ""))]
        var secrets: [String: Secret] = [:]
        if more.contains(where: { $0.name == "api_key" }) { secrets["settings.api_key"] = Secret("api") }
        switch style {
        case .everflow: own += [.init("nid", "42"), .init("lead_event", "3"), .init("token", "env:TOKEN")]
        case .tune: own += [.init("offer", "9"), .init("lead_goal", "3"), .init("token", "env:TOKEN")]
        case .voluum: own += [.init("lead_event", "lead")]
        }
        if style != .voluum { secrets["settings.token"] = Secret(token) }
        let members: [JSONValue.Member] = [
            .init("preset", .string(style.rawValue)), .init("url", .string(url)),
            .init("settings", .object(own + more)),
        ]
        return try PostbackPlugin.makeSink(PluginSettings(name: "test", members: members, secrets: secrets))
    }

    func subject(_ front: DoubleFront, url: String) throws -> SinkSubject {
        let stranger = style == .everflow ? String(hex.reversed()) : "click_x"
        // Voluum has no token: what it refuses is a caller who is not on its list, for which another path stands.
        let wrong = style == .voluum ? try sink(url + "/denied") : try sink(url, token: "other")
        return SinkSubject(
            sink: try sink(url),
            sinkWithWrongKey: wrong,
            front: front,
            buyer: SampleBuyer(Customer(user: "user_7"), Attribution(click: click)),
            stranger: SampleBuyer(Customer(user: "user_8"), Attribution(click: stranger))
        )
    }
}

@Suite(.timeLimit(.minutes(2))) struct PostbackConformanceTests {
    @Test(arguments: PresetCase.all)
    func `a preset keeps its promises in memory`(example: PresetCase) async throws {
        let front = example.front()
        let transport = MemoryTransport(front) { .now }
        let subject = try example.subject(front, url: "http://double.test/" + example.style.rawValue)
        let conformance = SinkConformance(subject) { transport.perform($0) }
        let breaches = await conformance.breaches()
        #expect(breaches == [])
        #expect(conformance.breachesByPages() == [])
    }

    @Test(arguments: PresetCase.all)
    func `a preset keeps its promises over HTTP`(example: PresetCase) async throws {
        let front = example.front()
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try example.subject(front, url: url)
            let breaches = await SinkConformance(subject, perform: { await transport.perform($0) }).breaches()
            #expect(breaches == [])
        }
        await client.close()
    }

    @Test(arguments: PostbackDouble.Style.allCases)
    func `amounts are exact in every currency that an offer may have`(style: PostbackDouble.Style) async throws {
        for code in Currency.allCodes {
            var example = PresetCase(style: style)
            example.currency = Currency(code)
            let front = example.front()
            let transport = MemoryTransport(front) { .now }
            let subject = try example.subject(front, url: "http://double.test/" + style.rawValue)
            let amounts = SinkSubject.everyCurrency.filter { $0.currency.code == code }
            let conformance = SinkConformance(subject) { transport.perform($0) }
            #expect(await conformance.breaches(selling: amounts) == [])
            #expect(front.double.bookings.count == 1)
        }
    }

    @Test func `a platform that drops a click in silence is not said to have attributed it`() throws {
        let example = PresetCase(style: .voluum, unknownClick: .silent)
        let front = example.front()
        let transport = MemoryTransport(front) { .now }
        let subject = try example.subject(front, url: "http://double.test/" + example.style.rawValue)
        let delivery = subject.stranger.payment("in_1", Money(minor: 100, try #require(Currency("EUR"))))
        guard case .call(let call) = subject.sink.step(for: delivery, after: []) else {
            Issue.record("no call")
            return
        }
        let last = subject.sink.step(for: delivery, after: [Exchange(call, transport.perform(call))])
        guard case .end(let end) = last else {
            Issue.record("no end")
            return
        }
        #expect(end.reason == "taken; Voluum answers the same to clicks that it does not know")
        #expect(front.double.bookings == [])
    }
}
