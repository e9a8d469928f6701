// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryMapping
import TributaryModel

@testable import TributaryWorkshop

/// What a preview shows, as a value.
struct PreviewTests {
    private static let mapping = """
        {
          "mapping": 1, "provider": "acme", "version": "1.0.0", "verify": { "preset": "stripe" },
          "event": { "id": "$.id", "type": "$.type", "time": { "unix": "$.at" } },
          "rules": [ { "id": "größe-🐟", "on": ["paid"], "where": "$.cents > 0", "emit": "payment.succeeded",
            "key": ["payment", "$.id"],
            "set": { "phase": { "const": "other" }, "customer.ref": "$.buyer", "total": { "minor": "$.cents", "currency": "$.cur" } } } ],
          "ignore": [ { "on": ["ping"], "why": "no money moved" } ],
          "tests": [
            { "name": "noise", "event": { "id": "1", "type": "ping", "at": 1790000000 }, "ignored": true },
            { "name": "file", "event": "fixtures/a.json", "headers": { "X-A": "b" }, "unmapped": true }
          ]
        }
        """
    private static let sample =
        #"{"id": "p🐟", "type": "paid", "at": 1790000000, "buyer": "ü", "cents": 1200, "cur": "EUR"}"#

    private let preview = Preview { path in
        path == "fixtures/a.json" ? Array(#"{"id":"2","type":"new","at":1790000000}"#.utf8) : nil
    }

    private func result(_ change: (inout PreviewRequest) -> Void = { _ in }) -> PreviewResult {
        var request = PreviewRequest(file: "acme.json", mapping: Self.mapping, sample: Self.sample)
        change(&request)
        return preview.result(for: request)
    }

    /// The text at a place, as a browser would cut it out.
    private static func text(_ place: PreviewPlace?, in text: String) -> String? {
        guard let place else { return nil }
        return String(decoding: Array(text.utf16)[place.start..<place.end], as: UTF16.self)
    }

    @Test func `every field leads to its source and its line, counted as browsers count`() throws {
        let result = result()
        #expect(result.isSound)
        let event = try #require(result.webhooks.first?.events.first)
        #expect(event.event.kind == .paymentSucceeded)
        let buyer = try #require(event.fields.first { $0.field.name == "customer.ref" })
        #expect(Self.text(buyer.place, in: Self.mapping) == #""customer.ref": "$.buyer""#)
        #expect(buyer.place?.line == 6)
        #expect(buyer.sources.map { Self.text($0, in: Self.sample) } == [#""ü""#])
        let total = try #require(event.fields.first { $0.field.name == "total" })
        #expect(total.sources.map { Self.text($0, in: Self.sample) } == ["1200", #""EUR""#])
        let time = try #require(event.fields.first { $0.field.name == "event.time" })
        #expect(Self.text(time.place, in: Self.mapping) == #""time": { "unix": "$.at" }"#)
        let key = try #require(event.fields.first { $0.field.name == "key" })
        #expect(Self.text(key.place, in: Self.mapping) == #""key": ["payment", "$.id"]"#)
    }

    @Test func `a field of a group that the rule uses leads into the group`() throws {
        let places = MappingPlaces(
            try .init(
                parsing: Array(#"{"defs":{"a":{"x":"$.1"},"b":{"x":"$.2"}},"rules":[{"id":"r","use":["a","b"]}]}"#.utf8)
            ),
            TextPlaces([])
        )
        #expect(places.target("x", rule: "r") != nil)
        #expect(places.target("y", rule: "r") == nil)
    }

    @Test func `a diagnostic stands where its characters stand`() throws {
        let result = result { $0.mapping = Self.mapping.replacing(#""emit""#, with: #""emti""#) }
        #expect(!result.isSound)
        let diagnostic = try #require(result.diagnostics.first)
        #expect(diagnostic.item.code == .unknownKey)
        let mapping = Self.mapping.replacing(#""emit""#, with: #""emti""#)
        #expect(Self.text(diagnostic.place, in: mapping) == #""emti""#)
        // Its tests are still listed, so that their samples can be chosen.
        #expect(result.tests.map(\.name) == ["noise", "file"])
    }

    @Test func `tests are run and keep their places`() throws {
        let result = result { $0.mapping = Self.mapping.replacing(#""ignored": true"#, with: #""unmapped": true"#) }
        #expect(result.tests.map { $0.failure != nil } == [true, false])
        #expect(result.tests[0].failure == "expected unmapped, but ignored: no money moved")
        #expect(result.tests[1].place.line == 10)
    }

    @Test func `a clause that was false leads to itself and to what it looked at`() throws {
        let sample = Self.sample.replacing("1200", with: "0")
        let result = result { $0.sample = sample }
        let trial = try #require(result.webhooks.first?.trials.first)
        #expect(Self.text(trial.place, in: Self.mapping) == "$.cents > 0")
        #expect(trial.sources.map { Self.text($0, in: sample) } == ["0"])
    }

    @Test func `a form is shown as the JSON that it was read as`() throws {
        let result = result {
            $0.mapping = Self.mapping.replacing(#""mapping": 1,"#, with: #""mapping": 1, "body": "form","#)
                .replacing("$.cents > 0", with: "$.cents > ''")
            $0.sample = "id=1&type=paid&at=1790000000&buyer=b&cents=5&cur=EUR"
        }
        let reading = try #require(result.reading)
        #expect(reading.contains("\"buyer\": \"b\""))
        let field = try #require(result.webhooks.first?.events.first?.fields.first { $0.field.name == "customer.ref" })
        #expect(Self.text(field.sources.first ?? nil, in: reading) == "\"b\"")
    }

    @Test func `the inline event of a test is a document also where bodies are forms`() throws {
        let mapping = Self.mapping.replacing(#""mapping": 1,"#, with: #""mapping": 1, "body": "form","#)
        let sample = try #require(preview.sample(ofTest: 0, in: mapping))
        #expect(sample.isDocument)
        let result = result {
            $0.mapping = mapping
            $0.sample = sample.text
            $0.isDocument = sample.isDocument
        }
        #expect(result.webhooks.map(\.result.outcome) == [.ignored(why: "no money moved")])
    }

    @Test func `each entry of a batch has its own outcome`() {
        let result = result {
            $0.mapping = Self.mapping.replacing(#""mapping": 1,"#, with: #""mapping": 1, "body": { "batch": "$[*]" },"#)
                .replacing(
                    #""id": "$.id", "type": "$.type", "time": { "unix": "$.at" }"#,
                    with: #""id": "@.id", "type": "@.type", "time": { "unix": "@.at" }"#
                )
            $0.sample = #"[{"id":"1","type":"ping","at":1},{"id":"2","type":"pong","at":1}]"#
        }
        #expect(result.webhooks.map(\.result.outcome.name) == ["ignored", "unmapped"])
    }

    @Test func `a sample that cannot be read says why and hurts nothing else`() {
        let result = result { $0.sample = "{" }
        #expect(result.isSound)
        #expect(result.sampleFault?.contains("line 1, column 2") == true)
        #expect(result.tests.allSatisfy { $0.failure == nil })
    }

    @Test func `a profile that is gone gives way to the default one`() {
        let result = result { $0.profile = "gone" }
        #expect(result.isSound)
        #expect(result.profile == nil)
    }

    @Test func `the sample of a test is its fixture with its headers`() {
        #expect(
            preview.sample(ofTest: 1, in: Self.mapping)
                == PreviewSample(text: #"{"id":"2","type":"new","at":1790000000}"#, headers: ["X-A": "b"])
        )
        #expect(preview.sample(ofTest: 2, in: Self.mapping) == nil)
        #expect(preview.sample(ofTest: -1, in: Self.mapping) == nil)
        #expect(preview.sample(ofTest: 0, in: "{") == nil)
    }

    @Test(arguments: [
        "", "{", "[]", "1", "null", #"{"rules":5,"tests":{"a":1},"ignore":[1,{"why":2}]}"#,
        #"{"tests":[1,null,{"name":[]}]}"#,
    ])
    func `whatever is typed has an answer`(_ mapping: String) {
        let result = result { $0.mapping = mapping }
        #expect(!result.isSound)
        #expect(!result.diagnostics.isEmpty)
        let units = mapping.utf16.count
        #expect(result.diagnostics.allSatisfy { $0.place.start <= $0.place.end && $0.place.end <= units })
    }

    @Test func `every beginning of a mapping has an answer within its text`() {
        let characters = Array(Self.mapping)
        for count in stride(from: 0, to: characters.count, by: 7) {
            let mapping = String(characters[..<count])
            let result = result { $0.mapping = mapping }
            let units = mapping.utf16.count
            #expect(result.diagnostics.allSatisfy { $0.place.start <= $0.place.end && $0.place.end <= units })
        }
    }

    @Test(arguments: [
        #"{"mapping":5}"#, #"{}"#, #"{"mapping":"","sample":1}"#, #"{"mapping":"","headers":[]}"#,
        #"{"mapping":"","headers":{"a":1}}"#, #"{"mapping":"","document":"yes"}"#, #"{"mapping":"","profile":1}"#,
    ]) func `a request that makes no sense names the member`(_ body: String) {
        #expect(throws: PreviewRequest.Fault.self) {
            try PreviewRequest(parsing: Array(body.utf8), file: "x", now: .now)
        }
    }

    @Test func `places are counted alike by a table and by counting`() {
        let text = String(repeating: "a🐟ü\n€", count: 700)
        let places = TextPlaces(Array(text.utf8))
        for character in text.indices.enumerated() where character.offset.isMultiple(of: 37) {
            let byte = text[..<character.element].utf8.count
            #expect(places.offset(ofByte: byte) == text[..<character.element].utf16.count)
            #expect(places.line(ofByte: byte) == 1 + text[..<character.element].count { $0 == "\n" })
        }
        #expect(places.offset(ofByte: .max) == text.utf16.count)
        #expect(places.offset(ofByte: -1) == 0)
    }
}
