// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping

@testable import TributaryWorkshop

@Suite struct MappingCoverageTests {
    /// The coverage of one rule over one body.
    private func coverage(
        set: String = #""total": {"minor": "@.amount", "currency": "@.currency"}"#,
        rule: String = "",
        object: String,
        further: String = ""
    ) throws -> MappingCoverage {
        let file = try Sample.file(
            rules: "[\(Sample.rule(set: set, further: rule))]",
            tests: "[\(Sample.test(object))]",
            further: further
        )
        return MappingCoverage(file) { _ in nil }
    }

    private static let plain = #""id": "p1", "amount": 5, "currency": "EUR""#
    private static let total = #""total": {"minor": "@.amount", "currency": "@.currency"}"#

    @Test(arguments: [
        // What a target, a fallback or a list reads.
        (total, "", "{\(plain), \"note\": \"x\"}", ["$.o.note"]),
        (#"\#(total), "customer.email": {"first": ["@.a", "@.b"]}"#, "", #"{\#(plain), "a": "x", "b": "y"}"#, []),
        (#"\#(total), "raw.x": {"text": "{@.a}-{@.b}"}"#, "", #"{\#(plain), "a": "x", "b": "y"}"#, []),
        (
            #"\#(total), "lines": {"each": "@.l[*]", "set": {"product": "@.p"}}"#, "",
            #"{\#(plain), "l": [{"p": "x", "q": 1}, {"p": "y", "r": {"s": 2}}]}"#, ["$.o.l[*].q", "$.o.l[*].r.s"]
        ),
        (
            #"\#(total), "fee": {"minor": {"sum": "@.f[*].v"}, "currency": "@.currency"}"#, "",
            #"{\#(plain), "f": [{"v": 1, "w": 2}]}"#, ["$.o.f[*].w"]
        ),
        // Members of a bag, and what is nested in them.
        (
            #"\#(total), "attribution.params": "@.m""#, "", #"{\#(plain), "m": {"a": "1", "n": {"b": "2"}}}"#,
            ["$.o.m.n.b"]
        ),
        (
            #"\#(total), "attribution.params": {"merge": [{"members": "@", "prefix": "cf_"}, "@.m"]}"#, "",
            #"{\#(plain), "cf_a": "1", "fee": 2, "m": {"a": "1"}}"#, ["$.o.fee"]
        ),
        // An object that is only chosen is not read.
        (total, #""where": "@.m""#, #"{\#(plain), "m": {"a": 1}}"#, ["$.o.m.a"]),
        // Conditions, with all of their parts, and filters.
        (total, #""where": "@.a == 1 || @.b == 2""#, #"{\#(plain), "a": 1, "b": 3}"#, []),
        (total, #""where": "match(@.a, 'x.*') && !@.z""#, #"{\#(plain), "a": "xy", "c": 3}"#, ["$.o.c"]),
        (
            #"\#(total), "raw.x": {"only": "@.l[?@.k == 'a'].v"}"#, "",
            #"{\#(plain), "l": [{"k": "a", "v": "1"}, {"k": "b", "v": "2", "u": 1}]}"#, ["$.o.l[*].u"]
        ),
        // Keys and aliases.
        (total, #""aliases": [["charge", "@.c"]]"#, #"{\#(plain), "c": "ch1"}"#, []),
        // Null and empty containers say nothing.
        (total, "", #"{\#(plain), "n": null, "e": {}, "f": []}"#, []),
        // Names that are no plain words.
        (total, "", #"{\#(plain), "a b": 1, "it's": 2, "é": 3}"#, ["$.o['a b']", "$.o['it\\'s']", "$.o.é"]),
    ])
    func `a field is unread where nothing of the rule looks at it`(
        set: String,
        rule: String,
        object: String,
        unread: [String]
    ) throws {
        let coverage = try coverage(set: set, rule: rule, object: object)
        #expect(coverage.rules[0].webhooks == 1)
        #expect(coverage.rules[0].fields.filter { !$0.isRead }.map(\.path) == unread.sorted())
    }

    @Test func `what an ignore entry or an earlier rule of the type looks at is read`() throws {
        let file = try Sample.file(
            rules: """
                [\(Sample.rule(id: "first", further: #""where": "@.a == 1""#)), \(Sample.rule(id: "second")),
                 \(Sample.rule(id: "other", on: #"["other"]"#, further: #""where": "@.c == 1""#))]
                """,
            tests: "[\(Sample.test("{\(Self.plain), \"a\": 2, \"b\": 3, \"c\": 4}"))]",
            further: #""ignore": [{"on": ["sale"], "why": "w", "at": "$.o", "where": "@.b == 1"}]"#
        )
        let rule = MappingCoverage(file) { _ in nil }.rules[1]
        #expect(rule.fields.filter { !$0.isRead }.map(\.path) == ["$.o.c"])
    }

    @Test func `of several nodes of a rule, those that its condition leaves out are not read`() throws {
        let fee = #", "fee": {"minor": "@.fee", "currency": "@.currency"}"#
        let rule = Sample.rule(set: Self.total + fee, further: #""where": "@.k == 1""#)
            .replacing("\"$.o\"", with: "\"$.o[*]\"")
        let items = #"[{\#(Self.plain), "k": 1}, {"id": "p2", "k": 2, "fee": 3}]"#
        let file = try Sample.file(rules: "[\(rule)]", tests: "[\(Sample.test(items))]")
        let fields = MappingCoverage(file) { _ in nil }.rules[0].fields
        #expect(fields.filter { !$0.isRead }.map(\.path) == ["$.o[*].fee"])
    }

    @Test(arguments: [("[BODY]", "$[*]"), ("BODY", "$")])
    func `a batch that is its only entry is read as such`(frame: String, place: String) throws {
        let file = try Sample.file(
            rules: "[\(Sample.rule().replacing("$.o", with: "@.o"))]",
            tests:
                #"[{"name": "t", "event": \#(frame.replacing("BODY", with: Sample.body("{\(Self.plain), \"x\": 1}"))), "expect": []}]"#,
            event: #"{"id": "@.id", "type": "@.type", "time": {"unix": "@.created"}}"#,
            further: #""body": {"batch": "$[*]"}"#
        )
        let rule = MappingCoverage(file) { _ in nil }.rules[0]
        #expect(rule.webhooks == 1)
        #expect(rule.fields.filter { !$0.isRead }.map(\.path) == ["\(place).o.x"])
    }

    @Test func `fields of another entry of a batch do not count`() throws {
        let entry = #"{"id": "ID", "type": "TYPE", "created": 1700000000, "o": {\#(Self.plain), "x": 1}}"#
        let sale = entry.replacing("ID", with: "1").replacing("TYPE", with: "sale")
        let other = entry.replacing("ID", with: "2").replacing("TYPE", with: "other").replacing("\"x\"", with: "\"y\"")
        let file = try Sample.file(
            rules: "[\(Sample.rule().replacing("$.o", with: "@.o"))]",
            tests: #"[{"name": "t", "event": {"events": [\#(sale), \#(other)], "z": 1}, "expect": []}]"#,
            event: #"{"id": "@.id", "type": "@.type", "time": {"unix": "@.created"}}"#,
            further: #""body": {"batch": "$.events[*]"}, "ignore": [{"on": ["other"], "why": "w"}]"#
        )
        let coverage = MappingCoverage(file) { _ in nil }
        #expect(coverage.rules[0].webhooks == 1)
        #expect(coverage.rules[0].fields.filter { !$0.isRead }.map(\.path) == ["$.events[*].o.x", "$.z"])
        #expect(coverage.findings.isEmpty)
    }

    @Test(arguments: [
        (#"{"path": "$.o.fee", "why": "w"}"#, [String]()),
        (#"{"path": "$.o.*", "why": "w"}"#, []),
        (#"{"path": "$.o", "why": "w"}"#, []),
        (#"{"path": "$.o.f", "why": "w"}"#, ["unread-money $.o.fee", "empty-unread $.o.f"]),
        (#"{"path": "$.o.fee", "why": "w"}, {"path": "$.o.amount", "why": "w"}"#, ["needless-unread $.o.amount"]),
    ])
    func `an entry of unread excuses what it names and must name something`(entries: String, found: [String]) throws {
        let coverage = try coverage(object: "{\(Self.plain), \"fee\": 3}", further: "\"unread\": [\(entries)]")
        #expect(coverage.findings.map { "\($0.code.rawValue) \($0.subject)" } == found)
    }

    @Test func `what one rule reads and another does not still needs its why there`() throws {
        let object = "{\(Self.plain), \"fee\": 3}"
        let fee = #", "fee": {"minor": "@.fee", "currency": "@.currency"}"#
        let file = try Sample.file(
            rules: "[\(Sample.rule(set: Self.total + fee)), \(Sample.rule(id: "b", on: #"["b"]"#))]",
            tests: "[\(Sample.test(object)), \(Sample.test(object, type: "b", name: "u"))]"
        )
        let findings = MappingCoverage(file) { _ in nil }.findings
        #expect(findings.map(\.rule) == ["b"])
        #expect(findings.map(\.subject) == ["$.o.fee"])
    }

    @Test func `targets, types and rules without fixture are counted`() throws {
        let sale = Sample.rule(
            on: #"["sale", "sale2"]"#,
            set: Self.total
                + #", "customer.ref": "@.c", "lines": {"each": "@.l[*]", "set": {"product": "@.p", "name": "@.n"}}"#,
            further: #""aliases": [["charge", "@.ch"], ["invoice", "@.in"]]"#
        )
        let file = try Sample.file(
            rules: "[\(sale), \(Sample.rule(id: "never", on: #"["never"]"#))]",
            tests: "[\(Sample.test("{\(Self.plain), \"l\": [{\"p\": \"x\"}], \"in\": \"in1\"}"))]",
            further: #""ignore": [{"on": ["noise", "hum"], "why": "w"}]"#
        )
        let coverage = MappingCoverage(file) { _ in nil }
        let rule = coverage.rules[0]
        #expect(
            rule.targets.map { "\($0.name) \($0.isReached)" } == [
                "alias charge false", "alias invoice true", "total true", "customer.ref false", "lines true",
                "lines[*].product true", "lines[*].name false",
            ]
        )
        #expect(rule.types.map(\.isReached) == [true, false])
        #expect(coverage.targets == .init(part: 4, whole: 8))
        #expect(coverage.targets.percent == 50)
        #expect(coverage.ignored.map(\.name) == ["hum", "noise"])
        #expect(coverage.findings.map(\.code) == [.unreachedRule])
        let shortfalls = CoverageThresholds([.targets: 51, .types: 33, .fields: 100]).shortfalls(of: coverage)
        #expect(shortfalls.map(\.part) == [.targets])
    }

    @Test func `a type that no rule or ignore entry names is reported, unless the test says so`() throws {
        let tests = [
            Sample.test("{}", type: "stray"),
            Sample.test("{}", type: "known", name: "u", further: #""unmapped": true"#),
            Sample.test("{\(Self.plain)}", name: "v"),
        ]
        let file = try Sample.file(rules: "[\(Sample.rule())]", tests: "[\(tests.joined(separator: ","))]")
        let findings = MappingCoverage(file) { _ in nil }.findings
        #expect(findings.map { "\($0.code.rawValue) \($0.subject)" } == ["stray-type stray"])
    }

    @Test func `a type that one profile knows and another forgets is reported`() throws {
        let file = try Sample.file(
            rules: #"[\#(Sample.rule(further: #""profiles": ["a"]"#))]"#,
            tests: "[\(Sample.test("{\(Self.plain)}"))]",
            further: #""profiles": ["a", "b"]"#
        )
        let findings = MappingCoverage(file) { _ in nil }.findings
        #expect(findings.map(\.code) == [.strayType])
        #expect(findings[0].message == #"in the profile "b" no rule or ignore entry names this type"#)
        #expect(MappingCoverage(file, profile: "a") { _ in nil }.findings.isEmpty)
    }

    @Test func `a missing fixture is reported`() throws {
        let file = try Sample.file(
            rules: "[\(Sample.rule())]",
            tests: #"[{"name": "gone", "event": "fixtures/gone.json", "expect": []}]"#
        )
        let findings = MappingCoverage(file) { _ in nil }.findings
        #expect(
            findings.map { "\($0.code.rawValue) \($0.subject)" } == ["unreadable-test gone", "unreached-rule sale"]
        )
    }

    @Test(arguments: ShippedMappings.names)
    func `what ships has no finding`(name: String) throws {
        let bytes = try #require(ShippedMappings.mapping(name))
        let coverage = MappingCoverage(try MappingFile(parsing: bytes, file: name)) { ShippedMappings.file(name, $0) }
        #expect(coverage.findings.map { "\($0.rule ?? "") \($0.subject): \($0.message)" } == [])
    }
}
