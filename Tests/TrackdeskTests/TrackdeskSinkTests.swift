// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Trackdesk

/// Makes a sink from members of a configuration.
func trackdesk(_ members: [JSONValue.Member] = []) throws -> any Sink {
    var all: [JSONValue.Member] = [.init("tenant", "acme"), .init("program_currency", "EUR")]
    all.removeAll { own in members.contains { $0.name == own.name } }
    return try TrackdeskPlugin.makeSink(PluginSettings(name: "trackdesk", members: all + members, secrets: [:]))
}

let buyer = SampleBuyer(
    Customer(user: "user_7", ref: "cus_7", email: "ada@example.com"),
    Attribution(params: [.init("trakdesk_cid", "cid_1")])
)

func money(_ minor: Int64, _ code: String = "EUR") throws -> Money { Money(minor: minor, try #require(Currency(code))) }

private func refusal(_ status: Int, _ message: JSONValue) -> Exchange.Result { .json(status, ["message": message]) }

@Suite struct TrackdeskConversionTests {
    @Test func `a sale states its amount as a text, without any credentials`() throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(10_050)), to: try trackdesk())
        #expect(transcript.lines == ["POST https://acme.trackdesk.com/tracking/conversion/v1"])
        #expect(
            transcript.bodies == [
                #"{"cid":"cid_1","conversionTypeCode":"sale","amount":{"value":"100.50"},"customerId":"user_7","#
                    + #""externalId":"stripe:invoice:in_1"}"#
            ]
        )
        #expect(transcript.calls.first?.secretHeaders == [])
    }

    @Test(
        arguments: [
            ([.init("find_by", "external")], #"{"externalCid":"user_7","conversionTypeCode":"sale""#),
            ([.init("sale_type", "purchase")], #"{"cid":"cid_1","conversionTypeCode":"purchase""#),
            ([.init("prefix", "eu-")], #""externalId":"eu-stripe:invoice:in_1""#),
            ([.init("status", "pending")], #""status":"pending"}"#),
        ] as [([JSONValue.Member], String)]
    )
    func `settings change what is told`(members: [JSONValue.Member], text: String) throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(100)), to: try trackdesk(members))
        #expect(try #require(transcript.bodies.first).contains(text))
    }

    @Test(arguments: [("JPY", 1580, "1580"), ("KWD", 1234, "1.234"), ("USD", 5, "0.05")] as [(String, Int64, String)])
    func `amounts are in major units, exactly`(code: String, minor: Int64, text: String) throws {
        let sink = try trackdesk([.init("program_currency", .string(code))])
        let transcript = SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: sink)
        #expect(try #require(transcript.bodies.first).contains("\"amount\":{\"value\":\"\(text)\"}"))
    }

    @Test func `a sign-up is told where its type is named, and only by a click`() throws {
        #expect(SinkTranscript(buyer.signUp(), to: try trackdesk()).end?.end == .notApplicable)
        let sink = try trackdesk([.init("lead_type", "freetrial")])
        let body = try #require(SinkTranscript(buyer.signUp(), to: sink).bodies.first)
        #expect(body.hasPrefix(#"{"cid":"cid_1","conversionTypeCode":"freetrial","customerId":"user_7""#))
        let organic = SampleBuyer(Customer(user: "user_9"), Attribution())
        #expect(SinkTranscript(organic.signUp(), to: sink).end?.end == .notAttributed)
    }

    @Test(
        arguments: [
            (100, "USD", .permanent, "would read it as EUR"), (0, "EUR", .notApplicable, "no amount"),
        ] as [(Int64, String, DeliveryEnd, String)]
    )
    func `what Trackdesk would misread is never sent`(
        minor: Int64,
        code: String,
        end: DeliveryEnd,
        words: String
    ) throws {
        let transcript = SinkTranscript(buyer.payment("in_1", try money(minor, code)), to: try trackdesk())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test(
        arguments: [
            (.json(200, ["id": "c1"]), [], .delivered, "stored"),
            (.json(200, ["data": ["conversionId": 7, "status": "approved"]]), [], .delivered, "stored"),
            (.json(200, ["id": "c1", "status": "REJECTED"]), [], .rejectedByPlatform, "rejected"),
            (.json(200, ["id": "c1", "affiliateId": .null]), [], .notAttributed, "without an affiliate"),
            (.json(200, ["success": false, "message": "no offer"]), [], .needsHuman, "with an error: no offer"),
            (.answer(Answer(status: 204)), [], .unproven, "does not say"),
            (.answer(Answer(status: 200)), [.init("silent_answers", "review")], .needsHuman, "look for"),
            (refusal(409, "x"), [], .duplicate, "already"),
            (refusal(400, "externalId already exists"), [], .duplicate, "already"),
            (refusal(422, "duplicate conversion for this click"), [], .duplicate, "already"),
            (refusal(404, "CID not found"), [], .notAttributed, "no such click"),
            (refusal(400, "click does not exist"), [], .notAttributed, "no such click"),
            (refusal(400, "conversionTypeCode is required"), [], .permanent, "(400): conversionTypeCode is required"),
        ] as [(Exchange.Result, [JSONValue.Member], DeliveryEnd, String)]
    )
    func `each answer to a conversion has one end`(
        result: Exchange.Result,
        members: [JSONValue.Member],
        end: DeliveryEnd,
        words: String
    ) throws {
        let delivery = buyer.payment("in_1", try money(100))
        let transcript = SinkTranscript(delivery, to: try trackdesk(members), answering: [result])
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }

    @Test(
        arguments: [
            (refusal(500, "x"), .platform), (.page(200), .platform), (.lost, .platform), (refusal(429, "x"), .platform),
            (refusal(403, "x"), .credentials),
        ] as [(Exchange.Result, Step.Retry.Scope)]
    )
    func `what may pass is tried again`(result: Exchange.Result, scope: Step.Retry.Scope) throws {
        let delivery = buyer.payment("in_1", try money(100))
        #expect(SinkTranscript(delivery, to: try trackdesk(), answering: [result]).retry?.scope == scope)
    }
}

@Suite struct TrackdeskCorrectionTests {
    @Test(
        arguments: [
            (.refundSucceeded, 0, 10_000, .needsHuman, "external id eu-1 there and set its status to rejected"),
            (.disputeLost, 0, 2500, .needsHuman, "external id eu-1 there and set its amount to 75.00 EUR, approved"),
            (.refundReversed, 10_000, 0, .needsHuman, "set its amount to 100.00 EUR, approved"),
            (.disputeWon, 0, 0, .notApplicable, "nothing"),
        ] as [(EventKind, Int64, Int64, DeliveryEnd, String)]
    )
    func `every correction comes to a person, who is told which conversion and to what`(
        kind: EventKind,
        before: Int64,
        after: Int64,
        end: DeliveryEnd,
        words: String
    ) throws {
        let receipt = Receipt([.init("external", "eu-1"), .init("type", "sale")])
        let payment = buyer.payment("in_1", try money(10_000))
        let sale = Step.End(.delivered, reason: "stored", receipt: receipt)
        let delivery = try #require(
            buyer.correction("re_1", of: payment, ended: sale, from: before, to: after, kind: kind)
        )
        let transcript = SinkTranscript(delivery, to: try trackdesk())
        #expect(transcript.calls.isEmpty)
        #expect(transcript.end?.end == end)
        #expect(try #require(transcript.end).reason.contains(words))
    }
}

@Suite struct TrackdeskSettingsTests {
    @Test(
        arguments: [
            (.init("tenant", "evil.example/"), "tenant"), (.init("program_currency", "BTC"), "program_currency"),
            (.init("find_by", "email"), "find_by"), (.init("key", "env:K"), "key"),
        ] as [(JSONValue.Member, String)]
    )
    func `a wrong setting is named`(member: JSONValue.Member, key: String) throws {
        let problems = try #require(throws: ConfigurationProblems.self) { try trackdesk([member]) }
        #expect(problems.problems.map(\.place) == ["/sinks/trackdesk/\(key)"])
    }

    @Test func `a tenant or an address has to be there`() throws {
        let currency = JSONValue.Member("program_currency", "EUR")
        let settings = PluginSettings(name: "t", members: [currency], secrets: [:])
        let problems = try #require(throws: ConfigurationProblems.self) { try TrackdeskPlugin.makeSink(settings) }
        #expect(problems.problems.map(\.place) == ["/sinks/t/tenant"])
        let members = [currency, .init("url", "http://127.0.0.1:9")]
        #expect(throws: Never.self) {
            try TrackdeskPlugin.makeSink(PluginSettings(name: "t", members: members, secrets: [:]))
        }
    }
}
