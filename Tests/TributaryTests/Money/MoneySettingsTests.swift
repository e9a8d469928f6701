// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

@testable import Tributary

@Suite struct MoneySettingsTests {
    private func read(_ json: JSONValue) throws(ConfigurationProblems) -> Configuration {
        try Configuration(json, secrets: SecretResolver { _ in nil })
    }

    private func sink(_ members: [JSONValue.Member]) -> JSONValue {
        ["sinks": ["p": .object([.init("use", "lines")] + members)]]
    }

    private func currency(_ members: JSONValue.Member...) throws -> CurrencyPolicy? {
        try read(sink(members)).sinks.first?.currency
    }

    private let november: JSONValue = [
        "to": "USD", "date": "2026-11-01", "rates": ["EUR": "1.0834", "jpy": .number("0.00655")],
    ]

    @Test func `the terms of a sink are read, and left out they change nothing`() throws {
        #expect(try currency() == .pass)
        #expect(try currency(.init("currency", "pass")) == .pass)
        let both = Set(["EUR", "USD"].compactMap { Currency($0) })
        #expect(try currency(.init("currency", "refuse"), .init("currencies", ["eur", "USD"])) == .only(both))
        #expect(try currency(.init("currencies", ["EUR", "USD"])) == .only(both))
        #expect(try currency(.init("currency", ["convert": "november"])) == .convertBy("november"))
        guard case .convert(let table) = try currency(.init("currency", ["convert": november])) else {
            Issue.record("no table")
            return
        }
        #expect(table.target.code == "USD" && table.date == "2026-11-01" && table.name == nil)
        #expect(table.rates.mapValues(\.description) == ["EUR": "1.0834", "JPY": "0.00655"])
    }

    @Test func `tables have names, and stand where every sink can use them`() throws {
        let configuration = try read(["exchange": ["november": november]])
        #expect(configuration.exchange.map(\.name) == ["november"])
    }

    @Test(
        arguments: [
            ([.init("currency", "reject")], "/sinks/p/currency: expected \"pass\", \"refuse\", or an object such as"),
            ([.init("currency", ["convert": "a", "to": "b"])], "/sinks/p/currency: expected \"pass\""),
            (
                [.init("currency", "refuse")],
                "/sinks/p/currency: \"refuse\" needs \"currencies\", the ones that are told"
            ),
            (
                [.init("currency", "pass"), .init("currencies", ["EUR"])],
                "/sinks/p/currencies: goes with \"currency\": \"refuse\" only"
            ),
            ([.init("currencies", ["EUR", "EURO"])], "/sinks/p/currencies/1: \"EURO\" is not a currency of ISO 4217"),
            ([.init("currencies", [])], "/sinks/p/currencies: expected at least one currency"),
            (
                [.init("amount", "nett")],
                "/sinks/p/amount: expected one of \"gross\", \"ex_tax\", \"net\", \"after_discount\""
            ),
            ([.init("amount_unstated", "guess")], "/sinks/p/amount_unstated: expected one of \"zero\", \"refuse\""),
            (
                [.init("currency", ["convert": ["to": "USD", "date": "2026-11-01"]])],
                "/sinks/p/currency/convert: a table of exchange rates needs \"rates\""
            ),
            (
                [.init("currency", ["convert": ["to": "USX", "date": "2026-13-01", "rates": ["EUR": "-1"]]])],
                "/sinks/p/currency/convert/to: \"USX\" is not a currency of ISO 4217"
            ),
            (
                [.init("currency", ["convert": ["to": "USD", "date": "2026-13-01", "rates": ["EUR": "1"]]])],
                "/sinks/p/currency/convert/date: expected the day of the rates, such as \"2026-11-01\""
            ),
            (
                [.init("currency", ["convert": ["to": "USD", "date": "2026-11-01", "rates": ["EUR": "1,08"]]])],
                "/sinks/p/currency/convert/rates/EUR: expected what one EUR is worth, such as \"1.0834\": more than zero, "
                    + "at most 12 digits, no exponent"
            ),
            (
                [
                    .init(
                        "currency",
                        ["convert": ["to": "USD", "date": "2026-11-01", "rates": ["EUR": "1", "eur": "2"]]]
                    )
                ],
                "/sinks/p/currency/convert/rates/eur: there are two rates for EUR"
            ),
        ] as [([JSONValue.Member], String)]
    )
    func `what is wrong is told with its place and the remedy`(members: [JSONValue.Member], words: String) throws {
        let problems = #expect(throws: ConfigurationProblems.self) { _ = try read(sink(members)) }
        let texts = problems?.problems.map(\.description) ?? []
        #expect(texts.contains { $0.contains(words) }, "\(texts)")
    }

    @Test func `a table that is not there is a problem of the sink that names it`() throws {
        var json = sink([.init("currency", ["convert": "novemver"])])
        if case .object(let members) = json { json = .object(members + [.init("exchange", ["november": november])]) }
        let composition = Composition(try read(json), Plugins(sinks: [LinesForTerms.self]))
        #expect(
            composition.problems.map(\.description) == [
                "/sinks/p/currency/convert: there is no table \"novemver\" of exchange rates; did you mean \"november\"?"
            ]
        )
        #expect(composition.sinks.isEmpty && composition.policy.sinks.isEmpty)
    }

    @Test func `a platform's own basis applies unless the configuration states one`() throws {
        for (stated, basis) in [(nil, AmountBasis.exTax), ("gross", .gross), ("net", .net)] as [(String?, AmountBasis)]
        {
            let members = stated.map { [JSONValue.Member("amount", .string($0))] } ?? []
            let composition = Composition(try read(sink(members)), Plugins(sinks: [LinesForTerms.self]))
            let sink = try #require(composition.sinks.first?.sink as? TermedSink)
            #expect(sink.terms == MoneyTerms(basis: basis))
        }
    }
}

/// A sink without settings, whose platform counts from amounts without tax.
private enum LinesForTerms: SinkPlugin {
    static let name = "lines"
    static let summary = "for tests"

    static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        var settings = settings
        try settings.finish()
        return Lines()
    }

    struct Lines: Sink {
        let capabilities = SinkCapabilities(kinds: [.paymentSucceeded], amountByDefault: .exTax)
        func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
            .end(.init(.delivered, reason: "written"))
        }
    }
}
