// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryJSON
import TributaryModel

/// The daemon's doors for the merchant's own backend and for visitors' browsers, over HTTP.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BackendDoorTests {
    private static let token = "5f4dcc3b5aa765d61d8327deb882cf99"
    private static let weak = "0123456789abcdeffedcba9876543210"
    private static let variables = ["K": "key", "T": token, "R": weak, "C": "0f1e2d3c4b5a69788796a5b4c3d2e1f0"]

    private let folder: Sandbox
    private let daemon: Daemon

    init() throws {
        folder = try Sandbox()
        try folder.write(
            "tributary.json",
            """
            { "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" },
              "tokens": [{ "name": "backend", "secret": "env:T", "scopes": ["events", "leads", "clicks"] },
                         { "name": "reader", "secret": "env:R", "scopes": ["read"] }],
              "capture": { "origins": ["https://shop.example"], "cookie": { "secret": "env:C", "domain": "shop.example" },
                           "clicks_per_minute": 3 } }
            """
        )
        daemon = try Daemon(in: folder, environment: Self.variables, log: "daemon.log")
    }

    /// Head and body of an answer.
    private func call(_ path: String, _ options: String = "", body: String? = nil) throws -> (
        head: String, body: String
    ) {
        if let body { try folder.write("body", body) }
        let data = body == nil ? "" : "--data-binary @body"
        let run = try CommandLineRun(shell: "curl -s -m 20 -i \(options) \(data) '\(daemon.url)\(path)'", in: folder)
        let parts = run.output.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1)
        return (String(parts.first ?? ""), parts.count == 2 ? String(parts[1]) : "")
    }

    private func post(_ path: String, _ body: String, token: String = token, type: String = "application/json") throws
        -> (
            head: String, body: String
        )
    {
        try call(path, "-H 'Authorization: Bearer \(token)' -H 'Content-Type: \(type)'", body: body)
    }

    @Test func `only the bearer of a token with the scope comes in, and no log shows a token`() throws {
        let event = #"{"id":"1","type":"endpoint.test"}"#
        let without = try call("/v1/events", "-H 'Content-Type: application/json'", body: event)
        #expect(
            without.head.hasPrefix("HTTP/1.1 401 ")
                && without.head.contains("WWW-Authenticate: Bearer realm=\"tributary\"")
        )
        #expect(without.head.contains("Content-Type: application/problem+json"))
        let wrong = try post("/v1/events", event, token: String(Self.token.reversed()))
        #expect(wrong.head.hasPrefix("HTTP/1.1 401 "))
        let lacking = try post("/v1/events", event, token: Self.weak)
        #expect(lacking.head.hasPrefix("HTTP/1.1 403 ") && lacking.body.contains(#""scope":"events""#))
        let right = try post("/v1/events", event)
        #expect(right.head.hasPrefix("HTTP/1.1 200 "))
        #expect(right.body == #"{"status":"stored","results":[{"id":"1","status":"stored","number":1}]}"#)
        #expect(try post("/v1/events", event).body.hasPrefix(#"{"status":"repeated","#))
        #expect(daemon.stop() == 0)
        let log = try folder.read("daemon.log")
        #expect(log.contains("without a known token") && log.contains("without the scope"))
        for secret in Self.variables.values where secret.count > 3 { #expect(!log.contains(secret)) }
    }

    @Test(arguments: [
        "application/json; charset=utf-8", "application/cloudevents+json", "application/cloudevents-batch+json",
    ])
    func `the media types of JSON and CloudEvents are taken`(type: String) throws {
        #expect(try post("/v1/events", "[]", type: type).head.hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `what is wrong is a problem with its place`() throws {
        #expect(
            try post("/v1/events", "id=1", type: "application/x-www-form-urlencoded").head.hasPrefix("HTTP/1.1 415 ")
        )
        #expect(try post("/v1/events", "{").head.hasPrefix("HTTP/1.1 400 "))
        let mixed = try post("/v1/leads", #"[{"id":"1","user":"ada"},{"id":"2"}]"#)
        #expect(mixed.head.hasPrefix("HTTP/1.1 422 ") && mixed.head.contains("application/problem+json"))
        let results = try JSONValue(parsing: Array(mixed.body.utf8))["results"]
        #expect(results?[0]?["status"] == "stored" && results?[1]?["pointer"] == "/1/user")
        #expect(try call("/v1/leads").head.hasPrefix("HTTP/1.1 405 "))
        #expect(try post("/v1/clicks", #"{"url":"x"}"#).body.contains(#""pointer":"/url""#))
    }

    @Test func `a click gives its id and the cookie to set, and none without consent or partner`() throws {
        let answer = try JSONValue(
            parsing: Array(try post("/v1/clicks", #"{"url":"https://shop.example/?ref=s"}"#).body.utf8)
        )
        let click = try #require(answer["click"]?.string)
        let field = try #require(answer["set_cookie"]?.string)
        #expect(
            field.hasPrefix("tributary_click=\(click).")
                && field.contains("; HttpOnly; Secure; SameSite=Lax; Domain=shop.example")
        )
        let value = String(field.prefix { $0 != ";" })
        let again = try post("/v1/clicks", #"{"url":"https://shop.example/?ref=t","cookie":"\#(value)"}"#)
        #expect(again.body == #"{"click":"\#(click)","set_cookie":null}"#)
        let refused = try post("/v1/clicks", #"{"url":"https://shop.example/?ref=s","consent":false}"#)
        #expect(refused.body == #"{"click":null,"set_cookie":null,"why":"withoutConsent"}"#)
        let direct = try post("/v1/clicks", #"{"url":"https://shop.example/"}"#)
        #expect(direct.body == #"{"click":null,"set_cookie":null,"why":"withoutPartner"}"#)
    }

    @Test func `a browser tells of a click from a known origin only, and not too often`() throws {
        let visit = #"{"url":"https://shop.example/?ref=s"}"#
        let other = try call("/c", "-H 'Origin: https://evil.example'", body: visit)
        #expect(other.head.hasPrefix("HTTP/1.1 403 ") && !other.head.contains("Access-Control"))
        #expect(try call("/c", body: visit).head.hasPrefix("HTTP/1.1 403 "))
        let known = "-H 'Origin: https://shop.example' -H 'Content-Type: text/plain'"
        let first = try call("/c", known, body: visit)
        #expect(first.head.hasPrefix("HTTP/1.1 200 "))
        #expect(first.head.contains("Access-Control-Allow-Origin: https://shop.example"))
        #expect(
            first.head.contains("Access-Control-Allow-Credentials: true")
                && first.head.contains("Set-Cookie: tributary_click=tbc_")
        )
        let preflight = try call("/c", "-X OPTIONS -H 'Origin: https://shop.example'")
        #expect(
            preflight.head.hasPrefix("HTTP/1.1 204 ") && preflight.head.contains("Access-Control-Allow-Methods: POST")
        )
        let large = try call("/c", known, body: String(repeating: "x", count: 16 << 10 | 1))
        #expect(large.head.hasPrefix("HTTP/1.1 413 "))
        let withdrawn = try call(
            "/c",
            known + " -H 'Cookie: tributary_click=x'",
            body: #"{"url":"https://shop.example/","consent":false}"#
        )
        #expect(withdrawn.head.contains("Set-Cookie: tributary_click=; Path=/; Max-Age=0"))
        _ = try call("/c", known, body: visit)
        let often = try call("/c", known, body: visit)
        #expect(often.head.hasPrefix("HTTP/1.1 429 ") && often.head.contains("Retry-After: "))
    }

    @Test func `the script is served once and then only asked about`() throws {
        let first = try call("/js/tributary.js")
        #expect(first.head.contains("Content-Type: text/javascript; charset=utf-8"))
        #expect(first.head.contains("Cache-Control: public, max-age=3600"))
        let tag = try #require(
            first.head.split(separator: "\n").first { $0.lowercased().hasPrefix("etag: ") }?.dropFirst(6)
        )
        let second = try call("/js/tributary.js", "-H 'If-None-Match: W/\(tag)'")
        #expect(second.head.hasPrefix("HTTP/1.1 304 ") && second.body.isEmpty)
        #expect(first.body.contains(#""domain":"shop.example""#) && !first.body.contains("/*known*/"))
        #expect(first.body.utf8.count < 8192)
        let zipped = try CommandLineRun(shell: "curl -s \(daemon.url)/js/tributary.js | gzip -9 | wc -c", in: folder)
        #expect((Int(zipped.output.filter(\.isNumber)) ?? 9999) < 3000)
    }
}
