// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel

/// One row: what fills a target, the object it is read from, and what stands in the event.
struct OperatorRow: Sendable, CustomTestStringConvertible {
    let target: String
    let expression: String
    let object: String

    /// JSON text of the target; `-` where it stays empty, `! reason` where the webhook is invalid.
    let expected: String

    init(_ target: String, _ expression: String, _ object: String, _ expected: String) {
        self.target = target
        self.expression = expression
        self.object = object
        self.expected = expected
    }

    var testDescription: String { "\(target): \(expression) of \(object)" }
}

@Suite struct OperatorTests {
    static func check(_ row: OperatorRow, further: String = "") throws {
        let mapping = try Sample.mapping(rules: Sample.rule("\"\(row.target)\": \(row.expression)"), further: further)
        let headers: HeaderFields = ["X-Id": "h1", "x-empty": ""]
        let outcome = try Sample.outcome(mapping, Sample.body(row.object), headers: headers)
        #expect(Self.text(outcome, row.target) == row.expected)
    }

    static func text(_ outcome: MappingOutcome, _ target: String) -> String {
        switch outcome {
        case .emitted(let events):
            let json = events[0].cloudEvent
            if target == "time" { return json["time"]?.text ?? "-" }
            let parts = target.split(separator: ".", maxSplits: 1).map(String.init)
            let first = json["data"]?[parts[0]]
            return (parts.count == 2 ? first?[parts[1]] : first)?.text ?? "-"
        case .invalid(let field, let path, let reason):
            return "! \(field) \(path): \(reason)"
        case .ignored, .filtered, .unmapped, .incomplete, .budgetExceeded:
            return outcome.description
        }
    }

    @Test(arguments: [
        OperatorRow("customer.ref", #""@.c""#, #"{"c": "cus_1"}"#, #""cus_1""#),
        OperatorRow("customer.ref", #""$.o.c""#, #"{"c": "cus_1"}"#, #""cus_1""#),
        OperatorRow("customer.ref", #""@.c[-1].id""#, #"{"c": [{"id": "a"}, {"id": "b"}]}"#, #""b""#),
        OperatorRow("customer.ref", #""@.c""#, #"{"c": 12345678901234567890}"#, #""12345678901234567890""#),
        OperatorRow("customer.ref", #""@.c""#, #"{"c": "a\u00e9\"b"}"#, #""aé\"b""#),
        OperatorRow("customer.ref", #""@.c""#, #"{"c": null}"#, "-"),
        OperatorRow("customer.ref", #""@.c""#, #"{"c": ""}"#, "-"),
        OperatorRow("customer.ref", #""@.c""#, "{}", "-"),
        OperatorRow(
            "customer.ref",
            #""@.c""#,
            #"{"c": true}"#,
            "! customer.ref $['o']['c']: a text is wanted, found true or false"
        ),
        OperatorRow(
            "customer.ref",
            #""@.c""#,
            #"{"c": {"id": 1}}"#,
            "! customer.ref $['o']['c']: a text is wanted, found an object"
        ),
        OperatorRow("live", #""@.l""#, #"{"l": true}"#, "true"),
        OperatorRow("live", #""@.l""#, #"{"l": false}"#, "false"),
        OperatorRow("live", #""@.l""#, #"{"l": null}"#, "-"),
        OperatorRow("live", #""@.l""#, #"{"l": "true"}"#, "! live $['o']['l']: true or false is wanted, found a text"),
        OperatorRow("raw.id_1", #""@.i""#, #"{"i": "x"}"#, #""x""#),
    ])
    func `selectors`(row: OperatorRow) throws { try Self.check(row) }

    @Test(arguments: [
        OperatorRow("customer.ref", #"{"const": "x"}"#, "{}", #""x""#),
        OperatorRow("customer.ref", #"{"const": 1.50}"#, "{}", #""1.50""#),
        OperatorRow("live", #"{"const": true}"#, "{}", "true"),
        OperatorRow("subscription.interval_count", #"{"const": 3}"#, "{}", "3"),
        OperatorRow("customer.ref", #"{"first": ["@.a", "@.b"]}"#, #"{"a": "", "b": "x"}"#, #""x""#),
        OperatorRow("customer.ref", #"{"first": ["@.a", "@.b"]}"#, #"{"a": null, "b": 7}"#, #""7""#),
        OperatorRow("customer.ref", #"{"first": ["@.a", "@.b"]}"#, #"{"a": {}, "b": "x"}"#, #""x""#),
        OperatorRow("customer.ref", #"{"first": ["@.a", "@.b"]}"#, #"{"a": [], "b": "x"}"#, #""x""#),
        OperatorRow("customer.ref", #"{"first": ["@.a", "@.b"]}"#, #"{"a": 0, "b": "x"}"#, #""0""#),
        OperatorRow("live", #"{"first": ["@.a", "@.b"]}"#, #"{"a": false, "b": true}"#, "false"),
        OperatorRow("customer.ref", #"{"first": ["@.a"], "default": "d"}"#, "{}", #""d""#),
        OperatorRow("customer.ref", #"{"first": ["@.a"]}"#, "{}", "-"),
        OperatorRow(
            "customer.ref",
            #"{"first": ["@.n[?@.k=='ref'].v"]}"#,
            #"{"n": [{"k": "x", "v": 1}, {"k": "ref", "v": "r1"}]}"#,
            #""r1""#
        ),
        OperatorRow("customer.ref", #"{"first": [{"first": ["@.a"]}, {"const": "y"}]}"#, "{}", #""y""#),
        OperatorRow("customer.ref", #"{"only": "@.n[*]"}"#, #"{"n": ["x"]}"#, #""x""#),
        OperatorRow(
            "customer.ref",
            #"{"only": "@.n[*]"}"#,
            #"{"n": ["x", "y"]}"#,
            "! customer.ref $['o']: exactly one node is wanted, @.n[*] chooses 2"
        ),
        OperatorRow(
            "customer.ref",
            #"{"only": "@.n[*]"}"#,
            "{}",
            "! customer.ref $['o']: exactly one node is wanted, @.n[*] chooses 0"
        ),
        OperatorRow("raw.n", #"{"count": "@.n[*]"}"#, #"{"n": [1, 2, 3]}"#, #""3""#),
        OperatorRow("raw.n", #"{"count": "@.n[*]"}"#, "{}", #""0""#),
        OperatorRow("raw.n", #"{"sum": "@.n[*]"}"#, #"{"n": [0.1, 0.2, "0.30", null]}"#, #""0.60""#),
        OperatorRow("raw.n", #"{"sum": "@.n[*]"}"#, "{}", "-"),
        OperatorRow("raw.n", #"{"sum": "@.n[*]"}"#, #"{"n": [null]}"#, "-"),
        OperatorRow("raw.n", #"{"sum": "@.n[*]"}"#, #"{"n": [0]}"#, #""0""#),
        OperatorRow("raw.n", #"{"sum": "@.n[*]", "default": 0}"#, #"{"n": []}"#, #""0""#),
        OperatorRow("raw.n", #"{"sum": "@.n[?@ > 5]"}"#, #"{"n": [1, 2]}"#, "-"),
        OperatorRow("raw.n", #"{"first": [{"sum": "@.n[*]"}, "@.m"]}"#, #"{"n": [], "m": 7}"#, #""7""#),
        OperatorRow(
            "raw.n",
            #"{"sum": "@.n[*]"}"#,
            #"{"n": [1, true]}"#,
            "! raw.n $['o']['n'][1]: a number is wanted, found true or false"
        ),
        OperatorRow(
            "raw.n",
            #"{"sum": "@.n[*]"}"#,
            #"{"n": [1, "x"]}"#,
            "! raw.n $['o']['n'][1]: the text is not a plain decimal number"
        ),
        OperatorRow("raw.n", #"{"minus": ["@.a", "@.b"]}"#, #"{"a": 10, "b": "0.5"}"#, #""9.5""#),
        OperatorRow("raw.n", #"{"minus": ["@.a", {"sum": "@.b[*]"}]}"#, #"{"a": 1, "b": [2, 3]}"#, #""-4""#),
        OperatorRow("raw.n", #"{"minus": ["@.a", "@.b"]}"#, #"{"a": 10}"#, "-"),
        OperatorRow("raw.n", #"{"minus": ["@.a", {"first": ["@.b"], "default": 0}]}"#, #"{"a": 10}"#, #""10""#),
        OperatorRow("raw.n", #"{"abs": "@.a"}"#, #"{"a": -10.25}"#, #""10.25""#),
        OperatorRow("raw.n", #"{"abs": {"minus": ["@.a", "@.b"]}}"#, #"{"a": 1, "b": 3}"#, #""2""#),
    ])
    func `choosing and calculating`(row: OperatorRow) throws { try Self.check(row) }

    @Test(arguments: [
        OperatorRow("phase", #"{"map": "@.p", "to": {"a": "first", "b": "renewal"}}"#, #"{"p": "b"}"#, #""renewal""#),
        OperatorRow("phase", #"{"map": "@.p", "to": {"a": "first"}, "else": "other"}"#, #"{"p": "c"}"#, #""other""#),
        OperatorRow("phase", #"{"map": "@.p", "to": {"a": "first"}, "else": "other"}"#, "{}", #""other""#),
        OperatorRow("phase", #"{"map": "@.p", "to": {"a": "first"}}"#, #"{"p": "c"}"#, "-"),
        OperatorRow("phase", #""@.p""#, #"{"p": "renewal"}"#, #""renewal""#),
        OperatorRow(
            "phase",
            #""@.p""#,
            #"{"p": "monthly"}"#,
            "! phase $['o']['p']: the text is not a phase of the common event"
        ),
        OperatorRow("live", #"{"map": "@.m", "to": {"LIVE": true, "TEST": false}}"#, #"{"m": "TEST"}"#, "false"),
        OperatorRow("live", #"{"map": "@.m", "to": {"1": true}, "else": false}"#, #"{"m": 1}"#, "true"),
        OperatorRow("live", #"{"map": "@.test", "to": {"true": false, "false": true}}"#, #"{"test": true}"#, "false"),
        OperatorRow(
            "subscription.interval",
            #"{"map": {"lower": "@.i"}, "to": {"monthly": "month"}}"#,
            #"{"i": "Monthly"}"#,
            #""month""#
        ),
        OperatorRow("subscription.interval", #""@.i""#, #"{"i": "year"}"#, #""year""#),
        OperatorRow(
            "subscription.interval",
            #""@.i""#,
            #"{"i": "yearly"}"#,
            "! subscription.interval $['o']['i']: the text is not an interval of the common event"
        ),
        OperatorRow("subscription.interval_count", #""@.i""#, #"{"i": "3"}"#, "3"),
        OperatorRow("subscription.interval_count", #""@.i""#, #"{"i": 3.0}"#, "3"),
        OperatorRow(
            "subscription.interval_count",
            #""@.i""#,
            #"{"i": 3.5}"#,
            "! subscription.interval_count $['o']['i']: a whole number of 64 bits is wanted"
        ),
        OperatorRow("raw.x", #"{"map": "@.p", "to": {"a": "b"}, "default": "d"}"#, "{}", #""d""#),
    ])
    func `tables and closed words`(row: OperatorRow) throws { try Self.check(row) }

    @Test(arguments: [
        OperatorRow("raw.x", #"{"text": "{@.a}:{$.id}-{{x}}"}"#, #"{"a": 5}"#, #""5:e1-{x}""#),
        OperatorRow("raw.x", #"{"text": "{@.a}:{@.b}"}"#, #"{"a": 5}"#, "-"),
        OperatorRow("raw.x", #"{"text": "{@['a}b']}"}"#, #"{"a}b": true}"#, #""true""#),
        OperatorRow(
            "raw.x",
            #"{"text": "{@.a}"}"#,
            #"{"a": []}"#,
            "! raw.x $['o']['a']: a text is wanted, found an array"
        ),
        OperatorRow("raw.x", #"{"lower": "@.a"}"#, #"{"a": "ÄB"}"#, #""äb""#),
        OperatorRow("raw.x", #"{"trim": "@.a"}"#, #"{"a": " \t b c \n"}"#, #""b c""#),
        OperatorRow("raw.x", #"{"trim": "@.a"}"#, #"{"a": "  "}"#, "-"),
        OperatorRow(
            "raw.x",
            #"{"sha256": {"lower": {"trim": "@.a"}}}"#,
            #"{"a": " ABC "}"#,
            #""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#
        ),
        OperatorRow("raw.x", #"{"split": "@.a", "by": ",", "part": 1}"#, #"{"a": "a,b,c"}"#, #""b""#),
        OperatorRow("raw.x", #"{"split": "@.a", "by": "--", "part": -1}"#, #"{"a": "a--b-c"}"#, #""b-c""#),
        OperatorRow("raw.x", #"{"split": "@.a", "by": ",", "part": 3}"#, #"{"a": "a,b,c"}"#, "-"),
        OperatorRow("raw.x", #"{"split": "@.a", "by": ",", "part": -4, "default": "d"}"#, #"{"a": "a,b,c"}"#, #""d""#),
        OperatorRow("raw.x", #"{"header": "x-id"}"#, "{}", #""h1""#),
        OperatorRow("raw.x", #"{"header": "x-empty"}"#, "{}", "-"),
        OperatorRow("raw.x", #"{"header": "x-none", "default": "d"}"#, "{}", #""d""#),
        OperatorRow("raw.x", #"{"parse_json": "@.a", "at": "$.b[0]"}"#, #"{"a": "{\"b\":[\"c\"]}"}"#, #""c""#),
        OperatorRow("raw.x", #"{"parse_json": "@.a", "at": "@.b"}"#, #"{"a": "{\"b\":null}"}"#, "-"),
        OperatorRow("raw.x", #"{"parse_json": "@.a", "at": "@.b", "default": "d"}"#, #"{"a": "no JSON"}"#, #""d""#),
        OperatorRow(
            "raw.x",
            #"{"parse_json": "@.a", "at": "@.b"}"#,
            #"{"a": "{\"b\":{}}"}"#,
            "! raw.x $['o']['a']: a text is wanted, found an object"
        ),
    ])
    func `texts`(row: OperatorRow) throws { try Self.check(row) }

    @Test(arguments: [
        OperatorRow(
            "attribution.params",
            #""@.m""#,
            #"{"m": {"a": "x", "n": 1.50, "t": true, "f": false, "e": "", "z": null, "o": {"p": 1}, "l": [1]}}"#,
            #"{"a":"x","n":"1.50","t":"true","f":"false"}"#
        ),
        OperatorRow("attribution.params", #""@.m""#, #"{"m": {}}"#, "-"),
        OperatorRow("attribution.params", #""@.m""#, #"{"m": []}"#, "-"),
        OperatorRow("attribution.params", #""@.m""#, #"{"m": ""}"#, "-"),
        OperatorRow("attribution.params", #""@.m""#, #"{"m": null}"#, "-"),
        OperatorRow(
            "attribution.params",
            #""@.m""#,
            #"{"m": "x"}"#,
            "! attribution.params $['o']['m']: an object of names and values is wanted, found a text"
        ),
        OperatorRow("attribution.params", #"{"first": ["@.a", "@.m"]}"#, #"{"a": {}, "m": {"k": "v"}}"#, #"{"k":"v"}"#),
        OperatorRow("attribution.params", #"{"parse_json": "@.m"}"#, #"{"m": "{\"k\":\"v\"}"}"#, #"{"k":"v"}"#),
        OperatorRow("attribution.params", #"{"parse_json": "@.m"}"#, #"{"m": "order 12"}"#, "-"),
        OperatorRow(
            "attribution.params",
            #"{"pairs": "@.m"}"#,
            #"{"m": "a=1; b = x=y;;c=;=d;e"}"#,
            #"{"a":"1","b":"x=y"}"#
        ),
        OperatorRow(
            "attribution.params",
            #"{"pairs": "@.m", "by": "|", "is": ":"}"#,
            #"{"m": "a:1|b:2"}"#,
            #"{"a":"1","b":"2"}"#
        ),
        OperatorRow(
            "attribution.params",
            #"{"pairs": "@.m", "by": "&", "url": true}"#,
            #"{"m": "a=x%20y+z&b%5B=1&c=%zz&d=%FF"}"#,
            #"{"a":"x y z","b[":"1","c":"%zz","d":"%FF"}"#
        ),
        OperatorRow(
            "attribution.params",
            #"{"merge": ["@.a", {"pairs": "@.p"}, "@.b"]}"#,
            #"{"a": {"k": "1", "x": {"y": 1}}, "p": "l=2;k=9", "b": {"m": true, "l": "8"}}"#,
            #"{"k":"1","l":"2","m":"true"}"#
        ),
        OperatorRow("attribution.params", #"{"merge": ["@.a", "@.b"]}"#, #"{"a": [], "b": null}"#, "-"),
        OperatorRow(
            "attribution.params",
            #"{"first": [{"merge": ["@.a", "@.b"]}, "@.c"]}"#,
            #"{"a": {}, "c": {"k": "v"}}"#,
            #"{"k":"v"}"#
        ),
        OperatorRow(
            "attribution.params",
            #"{"merge": ["@.a"]}"#,
            #"{"a": "x"}"#,
            "! attribution.params $['o']['a']: an object of names and values is wanted, found a text"
        ),
        OperatorRow(
            "attribution.params",
            #"{"members": "@", "prefix": "cf_"}"#,
            #"{"cf_a": "1", "id": "x", "cf_b": {"c": 1}, "cf_": "2", "scf_": "3"}"#,
            #"{"cf_a":"1","cf_":"2"}"#
        ),
        OperatorRow(
            "attribution.params",
            #"{"members": "@", "prefix": "cf_", "strip": true}"#,
            #"{"cf_a": "1", "id": "x", "cf_": "2"}"#,
            #"{"a":"1"}"#
        ),
        OperatorRow(
            "attribution.params",
            #"{"merge": [{"members": {"parse_json": "@.t"}, "prefix": "u", "strip": false}, "@.m"]}"#,
            #"{"t": "{\"u1\": 1, \"v\": 2}", "m": {"u1": "x", "v": "3"}}"#,
            #"{"u1":"1","v":"3"}"#
        ),
    ])
    func `names and values`(row: OperatorRow) throws { try Self.check(row) }

    @Test(arguments: [
        OperatorRow("time", #"{"unix": "@.t"}"#, #"{"t": 1700000001}"#, #""2023-11-14T22:13:21Z""#),
        OperatorRow("time", #"{"unix": "@.t"}"#, #"{"t": "1700000001"}"#, #""2023-11-14T22:13:21Z""#),
        OperatorRow("time", #"{"unix": "@.t"}"#, #"{"t": 1700000001.2509}"#, #""2023-11-14T22:13:21.250Z""#),
        OperatorRow("time", #"{"unix_ms": "@.t"}"#, #"{"t": 1700000001250}"#, #""2023-11-14T22:13:21.250Z""#),
        OperatorRow("time", #"{"rfc3339": "@.t"}"#, #"{"t": "2026-11-21T10:00:00+02:00"}"#, #""2026-11-21T08:00:00Z""#),
        OperatorRow("time", #"{"rfc3339": "@.t"}"#, "{}", #""2023-11-14T22:13:20Z""#),
        OperatorRow(
            "time",
            #"{"first": [{"rfc3339": "@.t"}, {"unix": "@.u"}]}"#,
            #"{"u": 1}"#,
            #""1970-01-01T00:00:01Z""#
        ),
        OperatorRow("time", #"{"received": true}"#, "{}", #""2026-11-21T08:30:00.250Z""#),
        OperatorRow(
            "time",
            #"{"first": [{"unix": "@.t"}, {"received": true}]}"#,
            "{}",
            #""2026-11-21T08:30:00.250Z""#
        ),
        OperatorRow("subscription.trial_end", #"{"received": true}"#, "{}", #""2026-11-21T08:30:00.250Z""#),
        OperatorRow("subscription.trial_end", #"{"unix": "@.t"}"#, #"{"t": null}"#, "-"),
        OperatorRow(
            "time",
            #"{"rfc3339": "@.t"}"#,
            #"{"t": "21.11.2026"}"#,
            "! time $['o']['t']: an RFC 3339 time is wanted"
        ),
        OperatorRow(
            "time",
            #"{"unix": "@.t"}"#,
            #"{"t": true}"#,
            "! time $['o']['t']: a number is wanted, found true or false"
        ),
        OperatorRow(
            "time",
            #"{"unix": "@.t"}"#,
            #"{"t": 1700000000000}"#,
            "! time $['o']['t']: the instant lies outside the years 0 to 9999"
        ),
        OperatorRow(
            "time",
            #"{"unix": "@.t"}"#,
            #"{"t": 9223372036854775807}"#,
            "! time $['o']['t']: the number does not fit into 64 bits"
        ),
        OperatorRow("subscription.trial_end", #"{"unix": "@.t", "default": 0}"#, "{}", #""1970-01-01T00:00:00Z""#),
    ])
    func `instants`(row: OperatorRow) throws { try Self.check(row) }
}
