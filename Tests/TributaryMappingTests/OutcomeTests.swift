// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel

@Suite struct OutcomeTests {
    private static let rules = #"""
        [{"id": "paid", "on": ["t", "u"], "at": "$.o", "where": "@.amount > 0 && @.status == 'paid'",
          "emit": "payment.succeeded", "key": ["invoice", "@.id"],
          "aliases": [["charge", "@.charge"], ["invoice", "@.id"], ["intent", "@.intent"], ["charge", "@.charge"]],
          "set": {"total": {"minor": "@.amount", "currency": "@.currency"}, "customer.ref": "@.customer"}},
         {"id": "free", "on": ["t"], "at": "$.o", "where": "@.status == 'free'",
          "emit": "customer.created", "key": ["customer", "@.customer"], "set": {"time": {"unix": "@.at"}}},
         {"id": "refund", "on": ["r"], "at": "$.refunds[*]", "where": "@.ok == true", "emit": "refund.succeeded",
          "key": ["refund", "@.id"], "set": {"total": {"minor": "@.amount", "currency": {"const": "EUR"}}}},
         {"id": "step", "on": ["m"], "emit": "milestone.reached", "key": ["m", "$.id"],
          "set": {"milestone": "$.o.name", "live": "$.o.live"}}]
        """#
    private static let ignores = #"""
        "ignore": [{"on": ["noise"], "why": "no money moved"},
                   {"on": ["t"], "at": "$.o", "where": "@.test == true", "why": "a test"},
                   {"on": ["guarded"], "where": "$.o.test == true", "why": "a test"}]
        """#

    private static func mapping() throws -> Mapping { try Sample.mapping(rules: rules, further: ignores) }

    private static func body(_ type: String, _ rest: String) -> [UInt8] {
        Array(#"{"id": "e1", "type": "\#(type)", "created": 1700000000, \#(rest)}"#.utf8)
    }

    @Test func `the first rule whose where holds emits`() throws {
        let paid = #""o": {"id": "in_1", "amount": 5, "status": "paid", "currency": "eur", "charge": "ch_1"}"#
        let events = try Self.mapping().events(from: Self.body("t", paid))
        #expect(events.count == 1)
        let event = try #require(events.first)
        #expect(event.id == "e1")
        #expect(event.source == "sample")
        #expect(event.kind == .paymentSucceeded)
        #expect(event.key == Reference("invoice", "in_1"))
        #expect(event.aliases == [Reference("charge", "ch_1")])
        #expect(event.total?.description == "0.05 EUR")
        #expect(event.time == Timestamp(unixSeconds: 1_700_000_000))
        #expect(event.provider == ProviderFacts(name: "sample", event: "e1", type: "t"))
        let free = try Self.mapping().results(from: Self.body("t", #""o": {"customer": "c", "status": "free"}"#))
        #expect(free.first?.rule == "free")
        #expect(free.first?.outcome.events.first?.kind == .customerCreated)
    }

    @Test(arguments: [
        ("noise", #""o": {}"#, MappingOutcome.ignored(why: "no money moved")),
        ("t", #""o": {"test": true, "amount": 1, "status": "paid"}"#, .ignored(why: "a test")),
        ("guarded", #""o": {"test": true}"#, .ignored(why: "a test")),
        ("guarded", #""o": {"test": false}"#, .unmapped(type: "guarded")),
        ("unheard.of", #""o": {}"#, .unmapped(type: "unheard.of")),
        ("t", #""o": {"amount": 0, "status": "paid"}"#, .filtered(rule: "paid", clause: "@.amount > 0")),
        ("t", #""o": {"amount": 1, "status": "open"}"#, .filtered(rule: "paid", clause: "@.status == 'paid'")),
        ("t", #""x": {}"#, .filtered(rule: "paid", clause: "at")),
        ("r", #""refunds": []"#, .filtered(rule: "refund", clause: "at")),
        ("r", #""refunds": [{"ok": false}]"#, .filtered(rule: "refund", clause: "@.ok == true")),
        ("t", #""o": {"amount": 1, "status": "paid", "currency": "eur"}"#, .incomplete(field: "key")),
        ("r", #""refunds": [{"ok": true, "id": "r"}]"#, .incomplete(field: "total")),
        ("m", #""o": {}"#, .incomplete(field: "milestone")),
        (
            "t", #""o": {"amount": 1, "status": "paid", "currency": "eur", "id": []}"#,
            .invalid(field: "key", path: "$['o']['id']", reason: "a text is wanted, found an array")
        ),
        (
            "t", #""o": {"amount": 1, "status": "paid", "currency": "eur", "id": "i", "charge": {}}"#,
            .invalid(field: "aliases", path: "$['o']['charge']", reason: "a text is wanted, found an object")
        ),
        (
            "m", #""o": {"name": "x", "live": 1}"#,
            .invalid(field: "live", path: "$['o']['live']", reason: "true or false is wanted, found a number")
        ),
    ])
    func `each outcome names its reason`(type: String, rest: String, expected: MappingOutcome) throws {
        #expect(try Sample.outcome(try Self.mapping(), Self.body(type, rest)) == expected)
    }

    @Test func `what is ignored, filtered or unmapped means no events, and what fails throws`() throws {
        let mapping = try Self.mapping()
        #expect(try mapping.events(from: Self.body("noise", #""o": 1"#)).isEmpty)
        #expect(try mapping.events(from: Self.body("unheard.of", #""o": 1"#)).isEmpty)
        #expect(throws: MappingFailure.outcome(.incomplete(field: "milestone"))) {
            try mapping.events(from: Self.body("m", #""o": {}"#))
        }
        let error = try #require(throws: MappingFailure.self) { try mapping.events(from: Array("{".utf8)) }
        guard case .body = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `several nodes of at are several events`() throws {
        let body = Self.body(
            "r",
            #""refunds": [{"ok": true, "id": "a", "amount": 1}, {"ok": false}, {"ok": true, "id": "b", "amount": 2}]"#
        )
        let events = try Self.mapping().events(from: body)
        #expect(events.map(\.id) == ["e1", "e1#2"])
        #expect(events.map(\.key.id) == ["a", "b"])
        #expect(events.map(\.provider.event) == ["e1", "e1"])
    }

    @Test func `one bad node spoils the whole webhook`() throws {
        let body = Self.body("r", #""refunds": [{"ok": true, "id": "a", "amount": 1}, {"ok": true, "id": "b"}]"#)
        #expect(try Sample.outcome(try Self.mapping(), body) == .incomplete(field: "total"))
    }

    // MARK: Envelope

    @Test func `an id comes from a header, and the digest of the body stands in for a missing one`() throws {
        let mapping = try Sample.mapping(
            event: #"{"id": {"header": "X-Event-Id"}, "type": "$.type", "time": {"unix": "$.created"}}"#,
            rules: Sample.rule("")
        )
        let body = Sample.body("{}")
        let named = try mapping.results(from: body, headers: ["x-event-id": "h1"])
        #expect(named.first?.facts.id == "h1")
        #expect(named.first?.facts.idIsDigest == false)
        #expect(named.first?.outcome.events.first?.id == "h1")
        let nameless = try mapping.results(from: body)
        #expect(nameless.first?.facts.idIsDigest == true)
        #expect(nameless.first?.facts.id.count == 64)
        let again = try mapping.results(from: body)
        #expect(again == nameless)
        let other = try mapping.results(from: body + [0x20])
        #expect(other.first?.facts.id != nameless.first?.facts.id)
    }

    @Test(arguments: [
        (#"{"id": "e", "o": {}}"#, MappingOutcome.incomplete(field: "event.type")),
        (#"{"id": "e", "type": null, "o": {}}"#, .incomplete(field: "event.type")),
        (#"{"id": "e", "type": "t", "o": {}}"#, .incomplete(field: "time")),
        (
            #"{"id": true, "type": "t", "created": 1, "o": {}}"#,
            .invalid(field: "event.id", path: "$['id']", reason: "a text is wanted, found true or false")
        ),
        (
            #"{"id": "e", "type": ["t"], "created": 1, "o": {}}"#,
            .invalid(field: "event.type", path: "$['type']", reason: "a text is wanted, found an array")
        ),
        (
            #"{"id": "e", "type": "t", "created": "soon", "o": {}}"#,
            .invalid(field: "event.time", path: "$['created']", reason: "the text is not a plain decimal number")
        ),
    ])
    func `an envelope without type or time is no event`(body: String, expected: MappingOutcome) throws {
        let mapping = try Sample.mapping(rules: Sample.rule(""))
        let result = try #require(try mapping.results(from: Array(body.utf8)).first)
        #expect(result.outcome == expected)
        #expect(!result.facts.id.isEmpty)
    }

    @Test func `an unreadable time matters only to events`() throws {
        let mapping = try Self.mapping()
        let body = Array(#"{"id": "e", "type": "noise", "created": "soon"}"#.utf8)
        let result = try #require(try mapping.results(from: body).first)
        #expect(result.outcome == .ignored(why: "no money moved"))
        #expect(result.facts.time == nil)
        #expect(result.facts.type == "noise")
    }

    @Test(arguments: [
        (#""created": "soon", "o": {"at": 5}"#, "1970-01-01T00:00:05Z"),
        (#""created": 7, "o": {}"#, "1970-01-01T00:00:07Z"),
        (#""created": 7, "o": {"at": 5}"#, "1970-01-01T00:00:05Z"),
        (#""created": "soon", "o": {}"#, "invalid: event.time at $['created']: the text is not a plain decimal number"),
        (#""o": {}"#, "incomplete: time is missing"),
        (
            #""created": "soon", "live": 1, "o": {"at": 5}"#,
            "invalid: event.live at $['live']: true or false is wanted, found a number"
        ),
    ])
    func `the webhook's own time matters only where the rule gives none`(rest: String, expected: String) throws {
        let mapping = try Sample.mapping(
            event: #"{"type": "$.type", "time": {"unix": "$.created"}, "live": "$.live"}"#,
            rules: Sample.rule(#""time": {"unix": "@.at"}"#)
        )
        let outcome = try Sample.outcome(mapping, Array(#"{"id": "e", "type": "t", \#(rest)}"#.utf8))
        #expect((outcome.events.first?.time.description ?? outcome.description) == expected)
    }

    @Test(arguments: [
        (#""pi": "pi_1""#, "payment_intent:pi_1", "checkout_session:cs_1"),
        (#""pi": """#, "checkout_session:cs_1", ""),
        (#""pi": null"#, "checkout_session:cs_1", ""),
    ])
    func `the first key that is there counts`(member: String, key: String, aliases: String) throws {
        let rule = #"""
            [{"id": "r", "on": ["t"], "at": "$.o", "emit": "customer.created",
              "key": {"first": [["payment_intent", "@.pi"], ["checkout_session", "@.id"]]},
              "aliases": [["payment_intent", "@.pi"], ["checkout_session", "@.id"]]}]
            """#
        let mapping = try Sample.mapping(rules: rule)
        let event = try #require(
            try Sample.outcome(mapping, Sample.body(#"{"id": "cs_1", \#(member)}"#)).events.first
        )
        #expect(event.key.description == key)
        #expect(event.aliases.map(\.description).joined(separator: " ") == aliases)
        let none = try Sample.outcome(mapping, Sample.body("{}"))
        #expect(none == .incomplete(field: "key"))
    }

    @Test func `the facts are read whatever the webhook means`() throws {
        let mapping = try Sample.mapping(
            event: #"""
                {"id": "$.id", "type": {"text": "{$.kind}.{$.verb}"}, "time": {"rfc3339": "$.at"},
                 "live": {"map": "$.env", "to": {"production": true}, "else": false}, "api": "$.v"}
                """#
        )
        let body = Array(
            #"{"id": 7, "kind": "order", "verb": "paid", "at": "2026-11-21T08:00:00Z", "env": "test", "v": 2}"#.utf8
        )
        let facts = try #require(try mapping.results(from: body).first).facts
        #expect(facts.id == "7")
        #expect(facts.type == "order.paid")
        #expect(facts.time?.description == "2026-11-21T08:00:00Z")
        #expect(facts.live == false)
        #expect(facts.api == "2")
    }

    // MARK: Bounds

    @Test func `a webhook that would take too long ends in a named outcome`() throws {
        let mapping = try Sample.mapping(
            rules: Sample.rule(#""raw.n": {"count": "@.a[*].b[?@.x == $.o.a[0].y]"}"#)
        )
        let item = #"{"b": ["# + Array(repeating: "{}", count: 100).joined(separator: ",") + "]}"
        let items = Array(repeating: item, count: 500).joined(separator: ",")
        #expect(try Sample.outcome(mapping, Sample.body(#"{"a": [\#(items)]}"#)) == .budgetExceeded)
        let lines = try Sample.mapping(
            rules: Sample.rule(
                #""lines": {"each": "@.a[*]", "set": {"name": "@.n", "price": "@.p", "product": "$.o.p"}}"#
            )
        )
        let many = Array(repeating: "{}", count: 40_000).joined(separator: ",")
        #expect(try Sample.outcome(lines, Sample.body(#"{"a": [\#(many)]}"#)) == .budgetExceeded)
    }

    @Test(arguments: ["", "{", "[1,2", #"{"a":1,"a":2}"#, "\u{FEFF}{}"])
    func `what is not JSON is refused with its place`(text: String) throws {
        let mapping = try Self.mapping()
        #expect(throws: BodyError.self) { try mapping.results(from: Array(text.utf8)) }
    }
}
