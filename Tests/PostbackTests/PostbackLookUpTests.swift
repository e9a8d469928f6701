// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryMapping
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import Postback

private let request = #"""
    { "id": "sale", "on": ["payment.succeeded"],
      "find": { "before": [{ "where": "$.found.done == true", "end": "duplicate", "reason": "row {$.found.id} is done" }], "path": "/list", "query": { "click": "$.ids.click" }, "choose": "@.json.rows[?@.key == $.key]",
        "answers": [{ "status": 200, "attempts": 2, "end": "retryable", "after": 60, "reason": "not listed yet" },
                    { "status": 404, "end": "notAttributed", "reason": "nobody knows the click" }] },
      "address": "https://api.acme.example", "method": "PATCH", "path": "/rows/{$.found.id}",
      "answers": [{ "status": 204, "end": "delivered", "reason": "row {$.found.id}", "receipt": { "row": "$.found.id" } }] }
    """#

private let rows: JSONValue = ["rows": [["key": "other", "id": "1"], ["key": "stripe:invoice:in_1", "id": "a/b"]]]

@Suite struct PostbackLookUpTests {
    private func run(_ results: [Exchange.Result], waits: Int = 0) throws -> SinkTranscript {
        let delivery = try sale(click: "c") { $0.waits = waits }
        return SinkTranscript(delivery, to: try sink(description(request)), answering: results)
    }

    @Test func `a call that needs an id of the platform's looks it up first`() throws {
        let transcript = try run([.json(200, rows), .page(204)])
        #expect(
            transcript.lines == [
                "GET https://track.acme.example/list?click=c", "PATCH https://api.acme.example/rows/a%2Fb",
            ]
        )
        #expect(transcript.calls.map(\.isChange) == [false, true])
        #expect(transcript.end == .init(.delivered, reason: "row a/b", receipt: Receipt([.init("row", "a/b")])))
    }

    @Test func `what the look-up does not find ends as its answers say, and never with the call`() throws {
        #expect(
            try run([.json(200, ["rows": []])]).last
                == .retry(.init(reason: "not listed yet", after: .seconds(60), scope: .delivery, isWait: true))
        )
        #expect(
            try run([.json(200, ["rows": []])], waits: 2).end
                == .init(.needsHuman, reason: "acme answers 200 without what is looked for")
        )
        let done: JSONValue = ["rows": [["key": "stripe:invoice:in_1", "id": "2", "done": true]]]
        #expect(try run([.json(200, done)]).end == .init(.duplicate, reason: "row 2 is done"))
        #expect(try run([.page(404)]).end == .init(.notAttributed, reason: "nobody knows the click"))
        #expect(try run([.page(200)]).retry?.reason == "not listed yet")
        #expect(try run([.page(400)]).end == .init(.permanent, reason: "acme refuses the request (400)"))
        #expect(try run([.page(401)]).retry?.scope == .credentials)
        #expect(try run([.lost]).retry?.reason == "no answer: timeout_total")
        for results in [[Exchange.Result.page(500)], [.page(429)]] { #expect(try run(results).calls.count == 1) }
        // Rows of other shapes are not what is looked for.
        for odd: JSONValue in [["rows": 7], ["rows": [1, "a", .null]], [], .null, ["rows": ["key": [:]]]] {
            #expect(try run([.json(200, odd)]).calls.count == 1)
        }
    }

    @Test func `what was found stays found while the call is tried again`() throws {
        #expect(try run([.json(200, rows), .page(503)]).retry?.reason == "status 503")
        #expect(try run([.json(200, rows), .lost]).retry?.reason == "no answer: timeout_total")
        #expect(try run([.json(200, rows), .page(418)]).end?.end == .permanent)
    }

    @Test func `an address in the place of others takes the look-up, too`() throws {
        let file = try PostbackFile(parsing: Array(description(request).utf8), file: "acme.json")
        let made = PostbackSink(
            file: file,
            address: "http://127.0.0.1:1",
            settings: SettingValues(),
            isReplaced: true
        )
        let transcript = SinkTranscript(try sale(click: "c"), to: made, answering: [.json(200, rows), .page(204)])
        #expect(transcript.lines == ["GET http://127.0.0.1:1/list?click=c", "PATCH http://127.0.0.1:1/rows/a%2Fb"])
    }

    @Test(arguments: ["$.sale.is_full", "!$.first_payment && $.key", "$.key && ($.sale.is_full)"])
    func `a truth value is compared, for a selector alone only asks whether it is there`(condition: String) throws {
        func text(_ condition: String) -> String {
            description(#"{ "id": "s", "on": ["payment.succeeded"], "where": "\#(condition)", "path": "/s" }"#)
        }
        do {
            _ = try PostbackFile(parsing: Array(text(condition).utf8), file: "acme.json")
            Issue.record("nothing was found")
        } catch {
            #expect(error.items.count == 1)
            #expect(error.items.first?.message.hasSuffix("is there in any case, also as false") == true)
        }
        for fine in [
            "$.sale.is_full == true", "$.first_payment!=true", "$.sale.is_fullness", "true == $.first_payment",
        ] {
            _ = try PostbackFile(parsing: Array(text(fine).utf8), file: "acme.json")
        }
    }

    @Test func `a request that looks nothing up has found nothing`() {
        let text = description(#"{ "id": "s", "on": ["payment.succeeded"], "path": "/s/{$.found.id}" }"#)
        do {
            _ = try PostbackFile(parsing: Array(text.utf8), file: "acme.json")
            Issue.record("nothing was found")
        } catch {
            #expect(error.items.map(\.message) == ["nothing was looked up that \"$.found\" could be"])
        }
    }
}

@Suite struct PostbackPresenceTests {
    @Test func `what is missing is left out, sent empty, replaced, or ends the delivery`() throws {
        let text = description(
            #"""
            { "id": "s", "on": ["payment.succeeded"], "path": "/s",
              "before": [{ "where": "!@.data.attribution.params.sub1", "end": "notApplicable", "reason": "no sub1" }],
              "query": { "left_out": "$.ids.coupon", "empty": { "or_empty": "$.ids.coupon" },
                "fallback": { "first": ["$.ids.coupon", "$.ids.referral", "$.ids.click"] },
                "sub1": "@.data.attribution.params.sub1", "ms": "$.time.unix_ms",
                "email": { "sha256": { "lower": { "trim": "@.data.customer.email" } } } } }
            """#
        )
        let delivery = try sale(click: "c") {
            $0.event.attribution.params.append(.init("sub1", "a&b"))
            $0.event.customer.email = " Ada@Example.com "
        }
        let line = try #require(SinkTranscript(delivery, to: try sink(text)).lines.first)
        #expect(line.hasPrefix("GET https://track.acme.example/s?empty=&fallback=c&sub1=a%26b&ms=1795249860000&email="))
        #expect(!line.contains("left_out") && !line.contains("xample.com"))
        #expect(line.hasSuffix(HashAlgorithm.sha256.digest(of: Array("ada@example.com".utf8)).hexText))
        #expect(SinkTranscript(try sale(click: "c"), to: try sink(text)).end?.reason == "no sub1")
    }

    @Test func `a click carries the visitor's address and program where the operator keeps them`() throws {
        let text = description(
            #"""
            { "id": "click", "on": ["click.recorded"], "path": "/c",
              "query": { "ip": "@.data.raw.ip", "ua": "@.data.raw.user_agent" } }
            """#
        )
        let delivery = try sale(click: "c") {
            $0.event.kind = .clickRecorded
            $0.event.raw = [.init("ip", "203.0.113.7"), .init("user_agent", "Mozilla/5.0 (X11)")]
        }
        #expect(
            SinkTranscript(delivery, to: try sink(text)).lines
                == ["GET https://track.acme.example/c?ip=203.0.113.7&ua=Mozilla%2F5.0%20%28X11%29"]
        )
    }

    @Test func `a file can ask which of its settings are given, secrets included`() throws {
        let text = description(
            #"""
            { "id": "s", "on": ["payment.succeeded"], "path": "/s",
              "before": [{ "where": "!$.given.key", "end": "needsHuman", "reason": "give \"key\"" }],
              "headers": { "X-Key": { "setting": "key" } } }
            """#,
            settings: #"{ "key": { "type": "secret", "required": false } }"#
        )
        #expect(SinkTranscript(try sale(click: "c"), to: try sink(text)).end?.reason == "give \"key\"")
        let given = try sink(text, secrets: ["key": Secret("k")])
        #expect(SinkTranscript(try sale(click: "c"), to: given).calls.count == 1)
    }
}
