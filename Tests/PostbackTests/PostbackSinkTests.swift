// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@testable import Postback

@Suite struct PlacingTests {
    @Test(
        arguments: [
            ("a/b", "a%2Fb"), ("../admin", "..%2Fadmin"), ("x?y=1&z#f", "x%3Fy%3D1%26z%23f"),
            ("@evil.example", "%40evil.example"),
            ("a\r\nHost: evil", "a%0D%0AHost%3A%20evil"), ("100%", "100%25"), ("ä", "%C3%A4"),
        ]
    )
    func `a value fills its place and never leaves it`(value: String, encoded: String) throws {
        let text = description(
            #"{ "id": "s", "on": ["payment.succeeded"], "path": "/c/{$.ids.click}", "query": { "q": "$.ids.click" }, "#
                + #""form": { "f": "$.ids.click" }, "method": "POST" }"#
        )
        let transcript = SinkTranscript(try sale(click: value), to: try sink(text))
        #expect(transcript.lines == ["POST https://track.acme.example/c/\(encoded)?q=\(encoded)"])
        #expect(transcript.bodies == ["f=\(encoded)"])
    }

    @Test(arguments: ["..", "."]) func `a value cannot climb out of the path`(value: String) throws {
        let text = description(#"{ "id": "s", "on": ["payment.succeeded"], "path": "/c/{$.ids.click}/x" }"#)
        let transcript = SinkTranscript(try sale(click: value), to: try sink(text))
        #expect(transcript.end == .init(.permanent, reason: "a value would lead out of the request's path"))
    }

    @Test(arguments: ["a\r\nX-Admin: 1", "a\nb", " a", "a ", "ä", "\u{0}"])
    func `a value that cannot stand in a header is refused`(value: String) throws {
        let text = description(
            #"{ "id": "s", "on": ["payment.succeeded"], "path": "/s", "headers": { "X-Click": "$.ids.click" } }"#
        )
        let transcript = SinkTranscript(try sale(click: value), to: try sink(text))
        #expect(transcript.end == .init(.permanent, reason: "the value for the header X-Click cannot stand in one"))
    }

    @Test func `a secret is sent where the file says and printed nowhere`() throws {
        let text = description(
            #"""
            { "id": "s", "on": ["payment.succeeded"], "path": "/s", "method": "POST", "query": { "k": { "setting": "key" } },
              "headers": { "Authorization": { "setting": "key", "prefix": "Bearer " },
                           "X-Basic": { "basic": { "user": "user", "password": "key" } } } }
            """#,
            settings: #"{ "key": { "type": "secret" }, "user": {} }"#
        )
        let made = try sink(text, texts: ["user": "u"], secrets: ["key": Secret("s e&c")])
        let call = try #require(SinkTranscript(try sale(click: "c"), to: made).calls.first)
        #expect(call.revealedURL == "https://track.acme.example/s?k=s%20e%26c")
        #expect(
            call.secretHeaders.map { $0.prefix + $0.secret.revealedText } == ["Bearer s e&c", "Basic dTpzIGUmYw=="]
        )
        #expect(!String(describing: call).contains("s e&c") && !String(describing: call).contains("s%20e"))
    }

    @Test func `a body of JSON takes amounts as text, number and minor units, and lists`() throws {
        let text = description(
            #"""
            { "id": "s", "on": ["payment.succeeded"], "path": "/s", "json": {
                "text": "$.amount.major", "number": { "number": "$.amount.major" }, "minor": "$.amount.minor",
                "as_text": { "string": "$.amount.minor" }, "first": "$.first_payment", "gone": "@.data.coupon",
                "customer": { "object": { "id": "@.data.customer.user", "fixed": { "const": 7 } } },
                "items": { "each": "@.data.lines[*]", "item": { "object": { "sku": "@.product", "key": "$.key" } } },
                "list": ["@.type", { "lower": { "const": "X" } }] } }
            """#
        )
        let transcript = SinkTranscript(try sale(click: "c"), to: try sink(text))
        #expect(
            transcript.bodies == [
                #"{"text":"95.20","number":95.20,"minor":9520,"as_text":"9520","first":true,"#
                    + #""customer":{"id":"user_7","fixed":7},"items":[{"sku":"prod_1","key":"stripe:invoice:in_1"}],"#
                    + #""list":["payment.succeeded","x"]}"#
            ]
        )
    }

    @Test func `a text that is no number is never written as one`() throws {
        let text = description(
            #"{ "id": "s", "on": ["payment.succeeded"], "path": "/s", "json": { "n": { "number": "$.ids.click" } } }"#
        )
        let transcript = SinkTranscript(try sale(click: "1,\"admin\":true"), to: try sink(text))
        #expect(transcript.end?.end == .permanent)
    }
}

@Suite struct ClassificationTests {
    private static let text = description(
        #"""
        { "id": "s", "on": ["payment.succeeded"], "path": "/s",
          "answers": [{ "status": 409, "end": "duplicate", "reason": "there already" }] }
        """#,
        #"""
        "answers": [
          { "status": 200, "where": "@.json.ok == true", "end": "delivered", "reason": "stored as {@.json.id}",
            "receipt": { "conversion": "@.json.id" } },
          { "status": 200, "header": { "X-Result": "^fraud" }, "end": "rejectedByPlatform", "reason": "declined" },
          { "status": 200, "match": "try later", "end": "retryable", "after": 60, "reason": "it asks to wait" },
          { "status": [404], "attempts": 2, "end": "retryable", "after": 300, "reason": "not known yet" },
          { "status": [404], "end": "notAttributed", "reason": "unknown", "words": "@.json.message" },
          { "status": "4xx", "match": "bad key", "end": "keyRefused", "reason": "the key is refused" } ]
        """#
    )

    private func last(_ result: Exchange.Result, waits: Int = 0) throws -> Step {
        SinkTranscript(
            try sale(click: "c") {
                ($0.attempt, $0.waits) = (9, waits)
            },
            to: try sink(Self.text),
            answering: [result]
        ).last
    }

    private func answer(_ status: Int, _ text: String, _ headers: HeaderFields = [:]) -> Exchange.Result {
        .answer(Answer(status: status, headers: headers, body: Array(text.utf8)))
    }

    @Test func `an answer means what the first fitting rule says`() throws {
        #expect(
            try last(.json(200, ["ok": true, "id": 7]))
                == .end(.init(.delivered, reason: "stored as 7", receipt: Receipt([.init("conversion", "7")])))
        )
        // JSON that calls itself a page is JSON all the same.
        #expect(
            try last(answer(200, #" {"ok":true,"id":"c_1"}"#))
                == .end(.init(.delivered, reason: "stored as c_1", receipt: Receipt([.init("conversion", "c_1")])))
        )
        #expect(
            try last(answer(200, "", ["x-result": "fraud: 9"])) == .end(.init(.rejectedByPlatform, reason: "declined"))
        )
        #expect(
            try last(answer(200, "please try later"))
                == .retry(.init(reason: "it asks to wait", after: .seconds(60), scope: .delivery))
        )
        #expect(try last(answer(409, "")) == .end(.init(.duplicate, reason: "there already")))
        #expect(
            try last(answer(400, "a bad key"))
                == .retry(.init(reason: "acme refuses the key: the key is refused", scope: .credentials))
        )
    }

    @Test func `a rule that waits gives way to the next after its own waits, not after an outage`() throws {
        let unknown = Exchange.Result.json(404, ["message": "no such click of ada@example.com"])
        for waits in 0..<2 {
            let step = try last(unknown, waits: waits)
            #expect(
                step == .retry(.init(reason: "not known yet", after: .seconds(300), scope: .delivery, isWait: true))
            )
        }
        #expect(
            try last(unknown, waits: 2) == .end(.init(.notAttributed, reason: "unknown: no such click of"))
        )
    }

    @Test func `what no rule knows is never a success`() throws {
        let unknown = Step.End(.needsHuman, reason: "acme answers 200 with nothing that its description knows")
        #expect(try last(answer(200, "<html>")) == .end(unknown))
        #expect(try last(answer(418, "")) == .end(.init(.permanent, reason: "acme refuses the request (418)")))
        #expect(try last(answer(503, "")) == .retry(.init(reason: "status 503")))
        #expect(try last(.lost) == .retry(.init(reason: "no answer: timeout_total")))
    }

    @Test func `a GET that tells of an event leaves a doubt when its answer is lost`() async throws {
        let made = try sink(Self.text)
        let call = try #require(SinkTranscript(try sale(click: "c"), to: made).calls.first)
        #expect(call.method == "GET" && call.isChange)
    }
}

@Suite struct PostbackPluginTests {
    private func problems(_ members: [JSONValue.Member], secrets: [String: Secret] = [:]) -> [String] {
        do {
            _ = try PostbackPlugin.makeSink(PluginSettings(name: "p", members: members, secrets: secrets))
            return []
        } catch {
            return error.problems.map { "\($0.place): \($0.message)" }
        }
    }

    @Test func `what a configuration gives is held against what the description asks for`() {
        #expect(problems([]) == ["/sinks/p/preset: the sink needs \"preset\" or \"file\", its description"])
        #expect(
            problems([.init("preset", "evreflow")])
                == ["/sinks/p/preset: there is no preset \"evreflow\"; there are: everflow, tune, voluum"]
        )
        let some: JSONValue = ["nid": "4", "currency": "EURO", "tokn": "x", "domain": "evil.example/path?"]
        #expect(
            problems([.init("preset", "everflow"), .init("settings", some)]) == [
                "/sinks/p/settings/currency: \"EURO\" is not a currency of ISO 4217",
                "/sinks/p/settings/tokn: the description of everflow has no setting \"tokn\"; it asks for "
                    + "domain, nid, currency, token, lead_event, renewal_event, refunds, api_key, timezone",
                "/sinks/p/settings/domain: expected the name of a host, without https:// and without a path",
            ]
        )
        #expect(
            problems([.init("preset", "everflow"), .init("settings", ["domain": "a.example", "token": "t0ken"])]) == [
                "/sinks/p/settings/token: a secret never stands in the file; name it as \"env:NAME\" or \"file:PATH\"",
                "/sinks/p/settings: the description of everflow needs \"nid\"",
                "/sinks/p/settings: the description of everflow needs \"currency\"",
            ]
        )
    }

    @Test func `a description of one's own is read from its file`() throws {
        let text = description()
        let files = SecretResolver { $0 == .file("acme.postback.json") ? Array(text.utf8) : nil }
        let settings = PluginSettings(
            name: "p",
            members: [.init("file", "acme.postback.json")],
            secrets: [:],
            files: files
        )
        let sink = try PostbackPlugin.makeSink(settings)
        #expect(SinkTranscript(try sale(click: "c"), to: sink).lines == ["GET https://track.acme.example/s"])
        #expect(problems([.init("file", "gone.json")]).count == 1)
    }
}
