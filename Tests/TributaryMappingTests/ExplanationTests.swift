// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryMapping
import TributaryModel

@Suite struct ExplanationTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Fixtures/explanations"
    )

    private static let rules = #"""
        [{"id": "invoice-paid", "on": ["invoice.paid"], "at": "$.data.object", "where": "@.amount_paid > 0",
          "emit": "payment.succeeded", "key": ["invoice", "@.id"], "aliases": [["charge", "@.charge"]],
          "set": {
            "customer.ref": "@.customer",
            "subscription.ref": {"first": ["@.parent.subscription", "@.subscription"]},
            "phase": {"map": "@.reason", "to": {"cycle": "renewal"}, "else": "other"},
            "total": {"minor": {"sum": "@.lines[*].amount"}, "currency": "@.currency"},
            "tax": {"minor": "@.tax", "currency": "@.currency"},
            "attribution.params": "@.metadata",
            "lines": {"each": "@.lines[*]", "set": {"total": {"minor": "@.amount", "currency": "@.currency"}}},
            "raw.token": {"parse_json": "@.note", "at": "$.token"}}},
         {"id": "invoice-zero", "on": ["invoice.paid"], "at": "$.data.object", "where": "@.amount_paid == 0 && @.trial == true",
          "emit": "subscription.trial_started", "key": ["subscription", "@.subscription"]},
         {"id": "refunds", "on": ["refund"], "at": "$.refunds[*]", "where": "@.ok == true",
          "emit": "refund.succeeded", "key": ["refund", "@.id"],
          "set": {"total": {"minor": "@.amount", "currency": {"const": "EUR"}}}}]
        """#

    private static let ignores = #"""
        "ignore": [{"on": ["invoice.paid"], "where": "$.data.object.draft == true", "why": "a draft"},
                   {"on": ["invoice.created"], "why": "no money moved"}]
        """#

    static let bodies: [String: String] = [
        "emitted": #"""
        {"id": "evt_1", "type": "invoice.paid", "created": 1700000000, "data": {"object": {
          "id": "in_1", "amount_paid": 1500, "currency": "eur", "customer": "cus_1", "charge": "ch_1",
          "subscription": "sub_1", "reason": "cycle", "tax": null, "metadata": {"ref": "anna", "n": 1},
          "note": "{\"token\":\"t1\"}",
          "lines": [{"amount": 1000, "currency": "eur"}, {"amount": 500, "currency": "eur"}]}}}
        """#,
        "filtered": #"""
        {"id": "evt_2", "type": "invoice.paid", "created": 1700000000,
         "data": {"object": {"id": "in_1", "amount_paid": 0, "draft": false}}}
        """#,
        "invalid": #"""
        {"id": "evt_3", "type": "invoice.paid", "created": 1700000000, "data": {"object": {
          "id": "in_1", "amount_paid": 1500, "currency": "euro", "lines": [{"amount": 1}]}}}
        """#,
        "nothing-at": #"{"id": "evt_4", "type": "invoice.paid", "created": 1700000000, "data": {}}"#,
        "ignored": #"{"id": "evt_5", "type": "invoice.created", "created": 1700000000}"#,
        "ignored-where": #"{"id": "evt_6", "type": "invoice.paid", "created": 1, "data": {"object": {"draft": true}}}"#,
        "unmapped": #"{"id": "evt_7", "type": "other", "created": 1}"#,
        "incomplete": #"{"id": "evt_8", "created": 1}"#,
        "several": #"""
        {"id": "evt_9", "type": "refund", "created": 1, "refunds": [
          {"ok": true, "id": "r1", "amount": 1}, {"ok": false}, {"ok": true, "id": "r2", "amount": 2}]}
        """#,
    ]

    private static func explanation(_ body: String) throws -> Explanation {
        let mapping = try Sample.mapping(
            event: #"{"id": "$.id", "type": "$.type", "time": {"unix": "$.created"}, "api": "$.v"}"#,
            rules: rules,
            further: ignores
        )
        return try mapping.explain(Array(body.utf8))
    }

    @Test(arguments: bodies.keys.sorted())
    func `an explanation names rule, clause, value and path`(name: String) throws {
        let explanation = try Self.explanation(try #require(Self.bodies[name]))
        let found = explanation.text + explanation.json.indentedText + "\n"
        let golden = Self.folder.appending(path: name + ".txt")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(found.utf8).write(to: golden)
        }
        #expect(found == String(decoding: try Data(contentsOf: golden), as: UTF8.self))
    }

    @Test(arguments: bodies.keys.sorted())
    func `an explanation comes to the same results as mapping`(name: String) throws {
        let body = Array(try #require(Self.bodies[name]).utf8)
        let mapping = try Sample.mapping(rules: Self.rules, further: Self.ignores)
        #expect(try mapping.explain(body).entries.map(\.result) == mapping.results(from: body))
    }

    @Test func `a batch is explained entry by entry`() throws {
        let mapping = try Sample.mapping(
            event: #"{"id": "@.id", "type": "@.type", "time": {"unix": "@.created"}}"#,
            rules: #"[{"id": "r", "on": ["t"], "emit": "customer.created", "key": ["k", "@.key"]}]"#,
            further: #""body": {"batch": "$[*]"}"#
        )
        let body = #"[{"id": "a", "type": "t", "created": 1, "key": "k1"}, {"id": "b", "type": "u", "created": 1}]"#
        let entries = try mapping.explain(Array(body.utf8)).entries
        #expect(entries.map(\.result.facts.id) == ["a", "b"])
        #expect(entries.first?.fields.first?.first { $0.name == "key" }?.paths == ["$[0]['key']"])
        #expect(entries.map(\.trials.count) == [1, 0])
    }
}
