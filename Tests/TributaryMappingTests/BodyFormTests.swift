// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@testable import TributaryMapping

@Suite struct BodyFormTests {
    @Test(arguments: [
        ("", "{}"), ("a=1", #"{"a":"1"}"#), ("a=1&b=two+words%21", #"{"a":"1","b":"two words!"}"#),
        ("a", #"{"a":""}"#), ("a=", #"{"a":""}"#), ("&&a=1&", #"{"a":"1"}"#), ("a=b=c", #"{"a":"b=c"}"#),
        ("a[b]=1&a[c]=2", #"{"a":{"b":"1","c":"2"}}"#), ("a[b][c][d]=1", #"{"a":{"b":{"c":{"d":"1"}}}}"#),
        ("a[]=1&a[]=2", #"{"a":["1","2"]}"#), ("a[0]=x&a[1]=y", #"{"a":["x","y"]}"#),
        ("a[1]=x&a[0]=y", #"{"a":{"1":"x","0":"y"}}"#), ("a[0][n]=1&a[1][n]=2", #"{"a":[{"n":"1"},{"n":"2"}]}"#),
        ("a%5Bb%5D=1", #"{"a":{"b":"1"}}"#), ("a[b=1", #"{"a[b":"1"}"#), ("[b]=1", #"{"[b]":"1"}"#),
        ("a[b]c=1", #"{"a[b]c":"1"}"#), ("%22=%22%0A", ##"{"\"":"\"\n"}"##), ("n=%C3%A9", #"{"n":"é"}"#),
    ])
    func `bracket nesting becomes objects and lists`(form: String, json: String) throws {
        #expect(String(decoding: try FormBody(Array(form.utf8)).json, as: UTF8.self) == json)
    }

    @Test(arguments: [
        ("a=1&a=2", 4, "the same field stands twice"),
        ("a=1&a[b]=2", 4, "a field is both a value and a group of fields"),
        ("a[b]=1&a=2", 7, "the same field stands twice"), ("a=%G1", 2, "a % without two hexadecimal digits"),
        ("a=1%", 3, "a % without two hexadecimal digits"), ("a=%FF", 2, "the field is not UTF-8"),
        ("a" + String(repeating: "[b]", count: 40) + "=1", 0, "brackets are nested more than 32 deep"),
    ])
    func `what could be read in two ways is refused`(form: String, offset: Int, message: String) throws {
        let error = try #require(throws: BodyError.self) { try FormBody(Array(form.utf8)) }
        #expect(error.code == "badForm")
        #expect(error.byteOffset == offset)
        #expect(error.message.hasSuffix(message))
    }

    @Test func `a form has at most ten thousand fields`() {
        let form = (0...10_000).map { "a\($0)=1" }.joined(separator: "&")
        #expect(throws: BodyError.self) { try FormBody(Array(form.utf8)) }
    }

    @Test func `a form is mapped like JSON, and its digest is that of the raw body`() throws {
        let mapping = try Sample.mapping(
            event: #"{"type": "$.alert_name", "time": {"unix": "$.time"}}"#,
            rules: #"""
                [{"id": "r", "on": ["payment_succeeded"], "emit": "payment.succeeded", "key": ["order", "$.order.id"],
                  "set": {"total": {"major": "$.sale_gross", "currency": "$.currency"}}}]
                """#,
            further: #""body": "form""#
        )
        let body = Array(
            "alert_name=payment_succeeded&time=1700000000&order%5Bid%5D=7&sale_gross=12.5&currency=EUR".utf8
        )
        let event = try #require(try mapping.events(from: body).first)
        #expect(event.key == Reference("order", "7"))
        #expect(event.total?.description == "12.50 EUR")
        // Source: sha256sum of the body.
        #expect(event.id == "95d9b63b029ca8a2ae8f3ea00a4ae443adcae098d08c47647882b12b4ccc7226")
    }

    @Test(arguments: [
        ("application/json", #"{"type": "t"}"#, "emitted"),
        ("application/json; charset=utf-8", #"{"type": "t"}"#, "emitted"),
        ("Application/X-WWW-Form-Urlencoded ; charset=utf-8", "type=t", "emitted"),
        (nil, "type=t", "emitted"), (nil, #"  {"type": "t"}"#, "emitted"),
        (
            "text/plain", "type=t",
            "badContentType: the body is neither application/json nor "
                + "application/x-www-form-urlencoded"
        ),
        ("application/json", "type=t", "badLiteral"), ("application/x-www-form-urlencoded", "a=1&a=2", "badForm"),
    ])
    func `the content type tells forms from JSON`(contentType: String?, body: String, expected: String) throws {
        let mapping = try Sample.mapping(
            event: #"{"type": "$.type"}"#,
            rules: #"""
                [{"id": "r", "on": ["t"], "emit": "customer.created", "key": ["k", "$.type"],
                  "set": {"time": {"received": true}}}]
                """#,
            further: #""body": "by-content-type""#
        )
        var headers = HeaderFields()
        if let contentType { headers.append("Content-Type", contentType) }
        do {
            #expect(try Sample.outcome(mapping, Array(body.utf8), headers: headers).name == expected)
        } catch let error as BodyError {
            #expect(error.description.hasPrefix(expected))
        }
    }

    // MARK: Batches

    private static func batch(id: String = #""id": "@.id", "#) throws -> Mapping {
        try Sample.mapping(
            event: #"{\#(id)"type": "@.type", "time": {"unix": "@.created"}, "live": "$.live"}"#,
            rules: #"""
                [{"id": "r", "on": ["t"], "emit": "customer.created", "key": ["k", "@.key"], "set": {"raw.shop": "$.shop"}},
                 {"id": "s", "on": ["s"], "at": "@.o", "emit": "customer.created", "key": ["k", "@.key"]}]
                """#,
            further: #""body": {"batch": "$.events[*]"}"#
        )
    }

    private static let body = Array(
        #"""
        {"live": true, "shop": "x", "events": [
          {"id": "a", "type": "t", "created": 1, "key": "k1"}, {"id": "b", "type": "u", "created": 1},
          {"id": "c", "type": "s", "created": 1, "o": {"key": "k2"}}]}
        """#.utf8
    )

    @Test func `a batch gives one result for each entry`() throws {
        let results = try Self.batch().results(from: Self.body)
        #expect(results.map(\.facts.id) == ["a", "b", "c"])
        #expect(results.map(\.outcome.name) == ["emitted", "unmapped", "emitted"])
        #expect(results.map(\.facts.live) == [true, true, true])
        let events = results.flatMap(\.outcome.events)
        #expect(events.map(\.key.id) == ["k1", "k2"])
        #expect(events.map(\.raw) == [[.init("shop", "x")], []])
        #expect(try Self.batch().results(from: Array(#"{"events": []}"#.utf8)).isEmpty)
    }

    @Test(arguments: [
        (#"[{"id": "a", "type": "t"}, {"id": "b", "type": "u"}]"#, "a emitted b unmapped"),
        (#"{"id": "a", "type": "t"}"#, "a emitted"), ("[]", ""), ("7", "noBatch"), (#""t""#, "noBatch"),
    ])
    func `a list of events may also be one event`(body: String, expected: String) throws {
        let mapping = try Sample.mapping(
            event: #"{"id": "@.id", "type": "@.type"}"#,
            rules: #"""
                [{"id": "r", "on": ["t"], "emit": "customer.created", "key": ["k", "@.id"],
                  "set": {"time": {"received": true}}}]
                """#,
            further: #""body": {"batch": "$[*]"}"#
        )
        do {
            let results = try mapping.results(from: Array(body.utf8), received: Timestamp(unixSeconds: 1))
            #expect(results.map { "\($0.facts.id) \($0.outcome.name)" }.joined(separator: " ") == expected)
        } catch {
            #expect(error.code == expected)
        }
    }

    @Test func `entries without an id get digests of their own`() throws {
        let results = try Self.batch(id: "").results(from: Self.body)
        #expect(Set(results.map(\.facts.id)).count == 3)
        #expect(results.allSatisfy { $0.facts.idIsDigest && $0.facts.id.count == 64 })
    }

    @Test func `one bad entry does not spoil the others`() throws {
        let body = Array(
            #"{"events": [{"id": "a", "type": "t", "created": 1}, {"id": "b", "type": "t", "created": 1, "key": 1}]}"#
                .utf8
        )
        #expect(try Self.batch().results(from: body).map(\.outcome.name) == ["incomplete", "emitted"])
    }
}
