// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import Affonso

private func makeSink(_ url: String, _ members: [JSONValue.Member], key: String = "sk_live_test") throws -> any Sink {
    var secrets = ["key": Secret(key), "signing_secret": Secret("whsec_test")]
    if members.contains(where: { $0.name == "source" }) { secrets["source_signing_secret"] = Secret("whsec_source") }
    let members = [.init("url", .string(url))] + members
    // A secret counts as given where its member is there, too.
    let named = secrets.keys.sorted().map { JSONValue.Member($0, .string("env:" + $0)) }
    return try AffonsoPlugin.makeSink(PluginSettings(name: "affonso", members: members + named, secrets: secrets))
}

private func makeFront(_ change: (inout AffonsoDouble.Rules) -> Void = { _ in }) throws -> DoubleFront {
    var rules = AffonsoDouble.Rules()
    rules.key = Secret("sk_live_test")
    rules.signing = try affonsoSigning("whsec_test")
    rules.sourceSigning = [
        "segment": try affonsoSigning("whsec_source"), "custom": try affonsoSigning("whsec_source"),
    ]
    change(&rules)
    return DoubleFront(AffonsoDouble(rules) { .now }) { .now }
}

private func makeSubject(_ front: DoubleFront, url: String, _ members: [JSONValue.Member]) throws -> SinkSubject {
    SinkSubject(
        sink: try makeSink(url, members),
        sinkWithWrongKey: try makeSink(url, members, key: "sk_live_other"),
        front: front,
        buyer: SampleBuyer(Customer(user: "user_7", ref: "cus_7"), Attribution(click: "click_1")),
        stranger: SampleBuyer(Customer(user: "user_8", ref: "cus_8"), Attribution(click: "click_x")),
        partnerCode: "sarah123"
    )
}

/// How Affonso is told, and what its pages leave open.
struct AffonsoVariant: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var members: [JSONValue.Member] = []
    var change: @Sendable (inout AffonsoDouble.Rules) -> Void = { _ in }

    /// Ways of telling; each goes over HTTP, too.
    static let ways: [AffonsoVariant] = [
        .init(testDescription: "conversions"), .init(testDescription: "events", members: [.init("sales", "events")]),
        .init(testDescription: "segment", members: [.init("source", "segment")]),
        .init(testDescription: "custom source", members: [.init("source", "custom")]),
    ]

    static let all: [AffonsoVariant] =
        ways + [
            .init(testDescription: "nobody is 404, a replay 201") {
                $0.noReferralStatus = 404
                $0.replayStatus = 201
            },
            .init(testDescription: "nobody is 422, an excess 409, one amount for a key") {
                $0.noReferralStatus = 422
                $0.overRefundStatus = 409
                $0.refusesOtherAmount = true
            },
            .init(testDescription: "a source that does not heed case", members: [.init("source", "segment")]) {
                $0.heedsCase = false
                $0.noReferralStatus = 404
            },
            .init(testDescription: "the user first", members: [.init("identifiers", "user")]) {
                $0.wantsKnownIdentifiers = true
            },
            .init(testDescription: "the referral first", members: [.init("identifiers", "referral")]),
            .init(
                testDescription: "one id for a source",
                members: [.init("identifiers", "user"), .init("source", "segment")]
            ) { $0.wantsKnownIdentifiers = true },
            .init(testDescription: "an id that leads nowhere counts against the others") {
                $0.wantsKnownIdentifiers = true
            },
            .init(testDescription: "no incentive") { $0.hasIncentive = false },
        ]
}

@Suite(.timeLimit(.minutes(1))) struct AffonsoConformanceTests {
    @Test(arguments: AffonsoVariant.all)
    func `the sink keeps its promises in memory`(variant: AffonsoVariant) async throws {
        let front = try makeFront(variant.change)
        let transport = MemoryTransport(front) { .now }
        let subject = try makeSubject(front, url: "http://affonso.test/v1", variant.members)
        let conformance = SinkConformance(subject, perform: { transport.perform($0) })
        #expect(await conformance.breaches() == [])
        #expect(conformance.breachesByPages() == [])
    }

    @Test(arguments: AffonsoVariant.ways)
    func `the sink keeps its promises over HTTP`(variant: AffonsoVariant) async throws {
        let front = try makeFront()
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client) { .now }
        try await DoubleServer.serving(front) { url in
            let subject = try makeSubject(front, url: url, variant.members)
            #expect(await SinkConformance(subject, perform: { await transport.perform($0) }).breaches() == [])
        }
        await client.close()
    }
}
