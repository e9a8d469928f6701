// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel

@Suite struct MoneyOperatorTests {
    private static let minor = #"{"minor": "@.a", "currency": "@.c"}"#
    private static let major = #"{"major": "@.a", "currency": "@.c"}"#

    @Test(arguments: [
        OperatorRow("total", minor, #"{"a": 1250, "c": "eur"}"#, #"{"amount":"12.50","currency":"EUR"}"#),
        OperatorRow("total", minor, #"{"a": "1250", "c": "EUR"}"#, #"{"amount":"12.50","currency":"EUR"}"#),
        OperatorRow("total", minor, #"{"a": 0, "c": "eur"}"#, #"{"amount":"0.00","currency":"EUR"}"#),
        OperatorRow("total", minor, #"{"a": -5, "c": "usd"}"#, #"{"amount":"-0.05","currency":"USD"}"#),
        OperatorRow("total", minor, #"{"a": 1580, "c": "jpy"}"#, #"{"amount":"1580","currency":"JPY"}"#),
        OperatorRow("total", minor, #"{"a": 1234, "c": "kwd"}"#, #"{"amount":"1.234","currency":"KWD"}"#),
        OperatorRow(
            "total",
            minor,
            #"{"a": 9223372036854775807, "c": "usd"}"#,
            #"{"amount":"92233720368547758.07","currency":"USD"}"#
        ),
        OperatorRow("total", major, #"{"a": "12.50", "c": "EUR"}"#, #"{"amount":"12.50","currency":"EUR"}"#),
        OperatorRow("total", major, #"{"a": 12.5, "c": "EUR"}"#, #"{"amount":"12.50","currency":"EUR"}"#),
        OperatorRow("total", major, #"{"a": 1.25e1, "c": "EUR"}"#, #"{"amount":"12.50","currency":"EUR"}"#),
        OperatorRow("total", major, #"{"a": "12.500", "c": "EUR"}"#, #"{"amount":"12.50","currency":"EUR"}"#),
        OperatorRow("total", major, #"{"a": "0.1", "c": "EUR"}"#, #"{"amount":"0.10","currency":"EUR"}"#),
        OperatorRow(
            "total",
            #"{"major": {"sum": "@.a[*]"}, "currency": {"const": "USD"}}"#,
            #"{"a": [0.1, 0.2]}"#,
            #"{"amount":"0.30","currency":"USD"}"#
        ),
        OperatorRow(
            "total",
            #"{"minor": {"minus": ["@.a", "@.b"]}, "currency": "@.c"}"#,
            #"{"a": 5, "b": 7, "c": "usd"}"#,
            #"{"amount":"-0.02","currency":"USD"}"#
        ),
        OperatorRow(
            "total",
            #"{"first": [{"minor": "@.x", "currency": "@.c"}, {"minor": "@.a", "currency": "@.c"}]}"#,
            #"{"a": 5, "c": "usd"}"#,
            #"{"amount":"0.05","currency":"USD"}"#
        ),
        OperatorRow(
            "total",
            #"{"minor": "@.a", "currency": "@.c", "default": 0}"#,
            #"{"c": "usd"}"#,
            #"{"amount":"0.00","currency":"USD"}"#
        ),
        OperatorRow(
            "total",
            #"{"minor": {"split": "@.a", "by": " ", "part": 0}, "currency": {"split": "@.a", "by": " ", "part": 1}}"#,
            #"{"a": "12 usd"}"#,
            #"{"amount":"0.12","currency":"USD"}"#
        ),
        OperatorRow(
            "total",
            #"{"major": {"parse_json": "@.j", "at": "@.a"}, "currency": {"parse_json": "@.j", "at": "@.c"}}"#,
            #"{"j": "{\"a\":\"1.5\",\"c\":\"EUR\"}"}"#,
            #"{"amount":"1.50","currency":"EUR"}"#
        ),
        OperatorRow("total", minor, #"{"c": "usd"}"#, "-"),
        OperatorRow("total", minor, #"{"a": null, "c": "usd"}"#, "-"),
        OperatorRow("total", minor, #"{"a": "", "c": "usd"}"#, "-"),
    ])
    func `amounts are read exactly`(row: OperatorRow) throws { try OperatorTests.check(row) }

    @Test(arguments: [
        OperatorRow(
            "total",
            minor,
            #"{"a": 1}"#,
            "! total $['o']['a']: the amount has no currency, and the provider instance names none"
        ),
        OperatorRow(
            "total",
            minor,
            #"{"a": 1, "c": "xxq"}"#,
            "! total $['o']['c']: the currency is not one of ISO 4217"
        ),
        OperatorRow(
            "total",
            minor,
            #"{"a": 1, "c": "euro"}"#,
            "! total $['o']['c']: the currency is not one of ISO 4217"
        ),
        OperatorRow(
            "total",
            minor,
            #"{"a": 1, "c": 978}"#,
            "! total $['o']['c']: a currency code is wanted, found a number"
        ),
        OperatorRow(
            "total",
            minor,
            #"{"a": true, "c": "eur"}"#,
            "! total $['o']['a']: a number is wanted, found true or false"
        ),
        OperatorRow(
            "total",
            minor,
            #"{"a": {}, "c": "eur"}"#,
            "! total $['o']['a']: a number is wanted, found an object"
        ),
        OperatorRow(
            "total",
            minor,
            #"{"a": {"b": 1}, "c": "eur"}"#,
            "! total $['o']['a']: a number is wanted, found an object"
        ),
        OperatorRow(
            "total",
            minor,
            #"{"a": 12.5, "c": "eur"}"#,
            "! total $['o']['a']: the number has more decimals than its unit"
        ),
        OperatorRow(
            "total",
            major,
            #"{"a": 12.505, "c": "eur"}"#,
            "! total $['o']['a']: the number has more decimals than its unit"
        ),
        OperatorRow(
            "total",
            major,
            #"{"a": 1e17, "c": "eur"}"#,
            "! total $['o']['a']: the number does not fit into 64 bits"
        ),
        OperatorRow(
            "total",
            major,
            #"{"a": "1,234.50", "c": "eur"}"#,
            "! total $['o']['a']: the text is not a plain decimal number"
        ),
        OperatorRow(
            "total",
            #"{"minor": {"sum": "@.a[*]"}, "currency": "@.c"}"#,
            #"{"a": [9223372036854775807, 1], "c": "eur"}"#,
            "! total : the number does not fit into 64 bits"
        ),
    ])
    func `what is no exact amount is invalid`(row: OperatorRow) throws { try OperatorTests.check(row) }

    @Test(arguments: [
        OperatorRow("total", minor, #"{"a": 12300, "c": "ugx"}"#, #"{"amount":"123","currency":"UGX"}"#),
        OperatorRow("total", minor, #"{"a": 123, "c": "mga"}"#, #"{"amount":"123.00","currency":"MGA"}"#),
        OperatorRow("total", minor, #"{"a": 123, "c": "eur"}"#, #"{"amount":"1.23","currency":"EUR"}"#),
        OperatorRow("total", major, #"{"a": 123, "c": "ugx"}"#, #"{"amount":"123","currency":"UGX"}"#),
        OperatorRow("total", major, #"{"a": "4990.00", "c": "mga"}"#, #"{"amount":"4990.00","currency":"MGA"}"#),
        OperatorRow("total", rounded, #"{"a": 4990.5, "c": "mga"}"#, #"{"amount":"4990.00","currency":"MGA"}"#),
        OperatorRow(
            "total",
            major,
            #"{"a": 4990.5, "c": "mga"}"#,
            "! total $['o']['a']: the number has more decimals than its unit"
        ),
        OperatorRow(
            "total",
            minor,
            #"{"a": 12345, "c": "ugx"}"#,
            "! total $['o']['a']: the number has more decimals than its unit"
        ),
    ])
    func `the provider's own exponents are brought to ISO 4217`(row: OperatorRow) throws {
        try OperatorTests.check(row, further: #""currency": {"exponents": {"UGX": 2, "MGA": 0}}"#)
    }

    private static let rounded = #"{"major": "@.a", "currency": "@.c", "round": "half-even"}"#

    @Test(arguments: [
        OperatorRow(
            "total",
            rounded,
            #"{"a": 58.410000000000004, "c": "eur"}"#,
            #"{"amount":"58.41","currency":"EUR"}"#
        ),
        OperatorRow("total", rounded, #"{"a": 0.125, "c": "eur"}"#, #"{"amount":"0.12","currency":"EUR"}"#),
        OperatorRow("total", rounded, #"{"a": "0.135", "c": "eur"}"#, #"{"amount":"0.14","currency":"EUR"}"#),
        OperatorRow("total", rounded, #"{"a": -0.1251, "c": "eur"}"#, #"{"amount":"-0.13","currency":"EUR"}"#),
        OperatorRow("total", rounded, #"{"a": -0.125, "c": "eur"}"#, #"{"amount":"-0.12","currency":"EUR"}"#),
        OperatorRow("total", rounded, #"{"a": 1e-50, "c": "eur"}"#, #"{"amount":"0.00","currency":"EUR"}"#),
        OperatorRow("total", rounded, #"{"a": 12, "c": "jpy"}"#, #"{"amount":"12","currency":"JPY"}"#),
        OperatorRow("total", rounded, #"{"a": 11.5, "c": "jpy"}"#, #"{"amount":"12","currency":"JPY"}"#),
        OperatorRow("total", rounded, #"{"c": "jpy"}"#, "-"),
        OperatorRow(
            "total",
            rounded,
            #"{"a": 1e30, "c": "eur"}"#,
            "! total $['o']['a']: the number does not fit into 64 bits"
        ),
        OperatorRow(
            "total",
            #"{"minor": {"sum": "@.a[*]"}, "currency": "@.c", "round": "half-even"}"#,
            #"{"a": [1.2, 1.4], "c": "eur"}"#,
            #"{"amount":"0.03","currency":"EUR"}"#
        ),
    ])
    func `excess digits are rounded half to even where a mapping asks for it`(row: OperatorRow) throws {
        try OperatorTests.check(row)
    }

    @Test func `lines are read item by item`() throws {
        let set = #"""
            "lines": {"each": "@.l[*]", "set": {
                "product": {"first": ["@.p.id", "@.p"]}, "price": "@.price", "name": "@.n", "quantity": "@.q",
                "total": {"minor": "@.a", "currency": "$.o.c"}}}
            """#
        let mapping = try Sample.mapping(rules: Sample.rule(set))
        let body = Sample.body(
            #"{"c": "eur", "l": [{"p": "p1", "q": 2, "a": 150, "n": "Plan"}, {"p": {"id": "p2"}, "price": 7, "a": -50}]}"#
        )
        let events = try mapping.events(from: body)
        #expect(
            events.first?.cloudEvent["data"]?["lines"]?.text == #"[{"product":"p1","name":"Plan","quantity":2,"#
                + #""total":{"amount":"1.50","currency":"EUR"}},{"product":"p2","price":"7","#
                + #""total":{"amount":"-0.50","currency":"EUR"}}]"#
        )
        let bad = Sample.body(#"{"c": "eur", "l": [{"a": 150}, {"a": 1.5}]}"#)
        #expect(
            try Sample.outcome(mapping, bad)
                == .invalid(
                    field: "lines[1].total",
                    path: "$['o']['l'][1]['a']",
                    reason: "the number has more decimals than its unit"
                )
        )
    }
}
