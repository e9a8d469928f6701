// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

@Suite struct JSONPredicateTests {
    static let event = #"""
        {"type": "invoice.paid", "live": true, "data": {"object": {"amount": 0, "reason": "manual", "test": false,
          "note": "012345678901234567890123456789012345678901234567890123456789012345678901234567é and more",
          "lines": [{"n": 1}, {"n": 2}], "discount": null}}}
        """#

    private func evaluate(_ text: String) throws -> (holds: Bool, clause: FalseClause?) {
        let document = try JSONDocument(parsing: Array(Self.event.utf8))
        let object = try #require(try JSONPath("$.data.object").node(in: document, at: document.root))
        let predicate = try JSONPredicate(text)
        var budget = 10_000
        return (
            try predicate.holds(in: document, at: object, budget: &budget),
            predicate.firstFalseClause(in: document, at: object)
        )
    }

    @Test(arguments: [
        "@.amount == 0", "$.live == true && @.amount < 1", "!@.missing", "@.discount", "@.discount == null",
        "  @.amount >= 0 || @.missing  ", "(@.lines[?@.n == 2])", "count(@.lines[*]) == 2", "match(@.reason, 'man.*')",
        "!(@.amount > 0 || @.test == true)", "@.test", "$",
    ])
    func `a condition that holds has no false clause`(text: String) throws {
        let outcome = try evaluate(text)
        #expect(outcome.holds)
        #expect(outcome.clause == nil)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let clause: String
        let description: String
        var testDescription: String { text }
        init(_ text: String, _ clause: String, _ description: String) {
            self.text = text
            self.clause = clause
            self.description = description
        }
    }

    @Test(arguments: [
        Row("@.amount > 0", "@.amount > 0", "@.amount > 0, where $['data']['object']['amount'] is 0"),
        Row(
            "$.live == true && (@.test == false && @.reason == 'auto') && @.amount > 0",
            "@.reason == 'auto'",
            "@.reason == 'auto', where $['data']['object']['reason'] is \"manual\""
        ),
        Row(
            "@.missing.more",
            "@.missing.more",
            "@.missing.more, where $['data']['object']['missing']['more'] is missing"
        ),
        Row(
            "@.amount == 0 && (@.amount > 5 || $.live == false)",
            "@.amount > 5 || $.live == false",
            "@.amount > 5 || $.live == false, where $['data']['object']['amount'] is 0 and $['live'] is true"
        ),
        Row("!@.discount", "!@.discount", "!@.discount, where $['data']['object']['discount'] is null"),
        Row(
            "count(@.lines[*]) > 2",
            "count(@.lines[*]) > 2",
            "count(@.lines[*]) > 2, where count(@.lines[*]) is 2"
        ),
        Row(
            "length(@.reason) == 3",
            "length(@.reason) == 3",
            "length(@.reason) == 3, where length(@.reason) of $['data']['object']['reason'] is 6"
        ),
        Row(
            "value(@.lines[*]) == 3",
            "value(@.lines[*]) == 3",
            "value(@.lines[*]) == 3, where value(@.lines[*]) is missing"
        ),
        Row("@.lines[?@.n == 3]", "@.lines[?@.n == 3]", "@.lines[?@.n == 3], where @.lines[?@.n == 3] is missing"),
        Row(
            "match(@.reason, $.type)",
            "match(@.reason, $.type)",
            "match(@.reason, $.type), where $['data']['object']['reason'] is \"manual\" and $['type'] is \"invoice.paid\""
        ),
        Row("1 == 2", "1 == 2", "1 == 2"),
    ])
    func `the smallest clause that is false is named with what it found`(_ row: Row) throws {
        let outcome = try evaluate(row.text)
        #expect(!outcome.holds)
        #expect(outcome.clause?.text == row.clause)
        #expect(outcome.clause?.description == row.description)
    }

    @Test func `a long value is cut between two characters`() throws {
        let operand = try #require(try evaluate("@.note == 'x'").clause?.operands.first)
        // The quote, 78 digits and half of the é are 80 bytes, so the é is left out.
        #expect(operand.value == "\"012345678901234567890123456789012345678901234567890123456789012345678901234567…")
        #expect(operand.path == "$['data']['object']['note']")
        #expect(operand.text == "@.note")
    }

    @Test func `a condition without end is explained without operands`() throws {
        let deep = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        let document = try JSONDocument(parsing: Array(deep.utf8))
        let predicate = try JSONPredicate("count(@..*..*..*..*..*..*) == 1")
        let clause = try #require(predicate.firstFalseClause(in: document, at: document.root))
        #expect(clause.text == "count(@..*..*..*..*..*..*) == 1")
        #expect(clause.operands.isEmpty)
    }

    @Test func `names in the path of what is missing are escaped`() throws {
        let clause = try evaluate(#"@['it\'s']["a\n\u0001\\"][-1] == 1"#).clause
        #expect(clause?.operands.first?.path == #"$['data']['object']['it\'s']['a\n\u0001\\'][-1]"#)
    }
}
