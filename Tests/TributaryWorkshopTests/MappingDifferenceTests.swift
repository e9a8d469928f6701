// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel

@testable import TributaryWorkshop

@Suite struct MappingDifferenceTests {
    private static let object =
        #"{"id": "p1", "amount": 500, "currency": "EUR", "l": [{"p": "x"}, {"p": "y"}], "c": 1}"#

    private static let total = #""total": {"minor": "@.amount", "currency": "@.currency"}"#

    /// The changes from one set of rules to another over one body, as text.
    private func changes(
        _ old: String,
        _ new: String,
        body: String = Sample.body(object),
        further: String = ""
    ) throws -> [String] {
        let difference = try difference(old, new, [body], further: further)
        return difference.groupsByRule.flatMap(\.groups).map { group, tally in
            let values = tally.old == nil && tally.new == nil ? "" : ": \(tally.old ?? "-") > \(tally.new ?? "-")"
            return "\(group.rule) | \(group.text)\(values)"
        }
    }

    private func difference(
        _ old: String,
        _ new: String,
        _ bodies: [String],
        event: String = #"{"id": "$.id", "type": "$.type", "time": {"unix": "$.created"}}"#,
        further: String = ""
    ) throws -> MappingDifference {
        let plans = try [old, new].map { rules in
            try Sample.file(rules: "[\(rules)]", event: event, further: further).plan()
        }
        var difference = MappingDifference(from: plans[0], to: plans[1])
        for (number, body) in bodies.enumerated() { difference.add(Array(body.utf8), label: "\(number).json") }
        return difference
    }

    /// An old rule, a new one, and the changes.
    typealias Row = (old: String, new: String, changes: [String])

    private static let rows: [Row] = [
        (Sample.rule(), Sample.rule(), []),
        // Another name of a rule, or another reason, changes nothing that is sent.
        (Sample.rule(), Sample.rule(id: "sold"), []),
        (Sample.rule(further: #""where": "@.c == 2""#), Sample.rule(further: #""where": "@.c == 3""#), []),
        (
            Sample.rule(), Sample.rule(further: #""where": "@.c == 2""#),
            ["sale | emitted → filtered", "sale | no event payment.succeeded: payment:p1 > -"]
        ),
        (
            Sample.rule(on: #"["other"]"#), Sample.rule(),
            ["sale | unmapped → emitted", "sale | new event payment.succeeded: - > payment:p1"]
        ),
        (
            Sample.rule(), Sample.rule().replacing(#""@.id"]"#, with: #""@.nothing"]"#),
            ["sale | emitted → incomplete key", "sale | no event payment.succeeded: payment:p1 > -"]
        ),
        (
            Sample.rule(set: total + #", "customer.ref": "@.nothing""#), Sample.rule(set: total),
            []
        ),
        (
            Sample.rule(), Sample.rule().replacing("\"minor\"", with: "\"major\""),
            [#"sale | total.amount: "5.00" > "500.00""#]
        ),
        (
            Sample.rule(), Sample.rule(set: total + #", "customer.ref": "@.id", "live": {"const": true}"#),
            [#"sale | customer.ref: - > "p1""#, "sale | live: - > true"]
        ),
        (
            Sample.rule(), Sample.rule().replacing(#"["payment", "@.id"]"#, with: #"["order", "@.id"]"#),
            [#"sale | key: "payment:p1" > "order:p1""#]
        ),
        (
            Sample.rule(), Sample.rule().replacing("payment.succeeded", with: "payment.failed"),
            [
                "sale | no event payment.succeeded: payment:p1 > -", "sale | new event payment.failed: - > payment:p1",
            ]
        ),
        // Two lines differ, and the field is told once.
        (
            Sample.rule(set: total + #", "lines": {"each": "@.l[*]", "set": {"product": "@.p"}}"#),
            Sample.rule(set: total + #", "lines": {"each": "@.l[*]", "set": {"product": "@.p", "name": "@.p"}}"#),
            [#"sale | lines[*].name: - > "x""#]
        ),
        // Bags and aliases are compared in one piece.
        (
            Sample.rule(set: total + #", "attribution.params": "@.l[0]""#, further: #""aliases": [["x", "@.c"]]"#),
            Sample.rule(set: total + #", "attribution.params": "@.l[1]""#),
            [
                #"sale | aliases: ["x:1"] > -"#,
                #"sale | attribution.params: {"p":"x"} > {"p":"y"}"#,
            ]
        ),
        (
            Sample.rule(further: #""where": "@.c == 2""#) + "," + Sample.rule(id: "rest"),
            Sample.rule(further: #""where": "@.c == 1""#) + ","
                + Sample.rule(id: "rest", set: total + #", "phase": {"const": "other"}"#),
            []
        ),
        (
            Sample.rule(further: #""where": "@.c == 2""#) + "," + Sample.rule(id: "rest"),
            Sample.rule(set: total + #", "phase": {"const": "other"}"#, further: #""where": "@.c == 1""#) + ","
                + Sample.rule(id: "rest"),
            [#"rest → sale | phase: - > "other""#]
        ),
    ]

    @Test(arguments: Self.rows)
    func `each change is told once, with its values, under the rule that it befalls`(row: Row) throws {
        #expect(try changes(row.old, row.new) == row.changes)
    }

    @Test func `kinds of change are counted, with the first example`() throws {
        let rule = Sample.rule()
        let bodies = [
            Sample.body(#"{"id": "p1", "amount": 1, "currency": "EUR"}"#),
            Sample.body(#"{"id": "p2", "amount": 200, "currency": "USD", "tip": 1}"#),
            Sample.body(#"{"id": "p3", "amount": 300, "currency": "USD", "tip": 2}"#),
            Sample.body("{}", type: "other"), "no json",
        ]
        let difference = try difference(
            rule,
            rule.replacing("\"@.amount\"", with: "{\"first\": [\"@.tip\", \"@.amount\"]}"),
            bodies
        )
        #expect(difference.webhooks == 4)
        #expect(difference.changed == 2)
        #expect(difference.altered == 2)
        #expect(difference.unreadable == 1)
        #expect(difference.groups.values.map(\.count) == [2])
        #expect(difference.groups.values.map(\.example) == ["1.json"])
        let eur = MoneySums.Key(kind: .paymentSucceeded, currency: try #require(Currency("EUR")))
        let usd = MoneySums.Key(kind: .paymentSucceeded, currency: try #require(Currency("USD")))
        #expect(difference.sums.pairs == [eur: .init(old: 1, new: 1), usd: .init(old: 500, new: 3)])
    }

    @Test func `entries of a batch are compared by their ids where there are more or fewer`() throws {
        let event = #"{"id": "@.id", "type": "@.type", "time": {"unix": "@.created"}}"#
        let rule = Sample.rule().replacing("$.o", with: "@.o")
        let old = try Sample.file(rules: "[\(rule)]", event: event, further: #""body": {"batch": "$.e[*]"}"#).plan()
        let new = try Sample.file(rules: "[\(rule)]", event: event, further: #""body": {"batch": "$.e[1:]"}"#).plan()
        var difference = MappingDifference(from: old, to: new)
        let bodies = ["a", "b"].map { Sample.body(Self.object.replacing("p1", with: $0), id: $0) }
        difference.add(Array("{\"e\": [\(bodies.joined(separator: ","))]}".utf8), label: "batch")
        #expect(difference.webhooks == 2)
        #expect(difference.changed == 1)
        #expect(
            difference.groupsByRule.flatMap(\.groups).map(\.group.text) == [
                "emitted → nothing", "no event payment.succeeded",
            ]
        )
    }

    @Test func `a body that only one of the mappings can read is a change`() throws {
        let old = try Sample.file(rules: "[\(Sample.rule())]").plan()
        let new = try Sample.file(rules: "[\(Sample.rule())]", further: #""body": "form""#).plan()
        var difference = MappingDifference(from: old, to: new)
        difference.add(Array(Sample.body(Self.object).utf8), label: "a.json")
        let group = try #require(difference.groups.keys.first { if case .outcome = $0.change { true } else { false } })
        #expect(group.text.hasPrefix("emitted → "))
    }

    @Test func `memory is bounded, and what is beyond is counted`() throws {
        // Each type that no rule takes is a group of its own.
        let types = (0...MappingDifference.groupsMax).map { "t\($0)" }
        let list = types.map { "\"\($0)\"" }.joined(separator: ",")
        let old = try Sample.file(rules: "[]", further: #""ignore": [{"on": [\#(list)], "why": "w"}]"#).plan()
        var difference = MappingDifference(from: old, to: try Sample.file(rules: "[]").plan())
        for type in types { difference.add(Array(Sample.body("{}", type: type).utf8), label: type) }
        #expect(difference.changed == MappingDifference.groupsMax + 1)
        #expect(difference.groups.count == MappingDifference.groupsMax)
        #expect(difference.ungrouped == 1)
    }

    @Test(arguments: [
        (Int128(0), "EUR", "0.00"), (-5, "EUR", "-0.05"), (123_456, "EUR", "1234.56"), (7, "JPY", "7"),
        (12_340, "KWD", "12.340"), (Int128(Int64.max) * 4, "USD", "368934881474191032.28"),
    ])
    func `sums are written in whole units`(minor: Int128, code: String, text: String) throws {
        #expect(MoneySums.text(minor, in: try #require(Currency(code))) == text)
    }
}
