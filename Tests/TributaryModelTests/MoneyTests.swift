// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@Suite struct MoneyTests {
    @Test(
        arguments: [
            ("12.50", 2, 1250), ("1250", 0, 1250), ("-3", 2, -300), ("1e3", 0, 1000), ("12.500", 2, 1250),
            ("0.1", 2, 10), ("100", -2, 1), ("1.5E1", 0, 15), ("0", 2, 0), ("0.000000", 0, 0),
            ("9223372036854775807", 0, Int64.max), ("-9223372036854775808", 0, Int64.min),
            ("100000000000000000000000e-21", 0, 100),
        ] as [(String, Int, Int64)]
    )
    func `an amount is read exactly from the number's text`(text: String, shift: Int, minor: Int64) throws {
        #expect(try Money(decimal: text, shiftedBy: shift, #require(Currency("EUR"))).minor == minor)
    }

    @Test(arguments: [
        ("12.505", 2, Money.ReadingError.excessDigits), ("101", -2, .excessDigits), ("1e-1", 0, .excessDigits),
        ("9223372036854775808", 0, .overflow), ("1e400", 0, .overflow), ("", 0, .notANumber), ("-", 0, .notANumber),
        ("1.", 0, .notANumber), (".5", 2, .notANumber), ("+1", 0, .notANumber), ("1,5", 2, .notANumber),
        ("NaN", 0, .notANumber), ("0x10", 0, .notANumber), ("1e", 0, .notANumber), (" 1", 0, .notANumber),
    ])
    func `what is not an exact amount is refused by name`(text: String, shift: Int, error: Money.ReadingError) {
        #expect(throws: error) { try Money(decimal: text, shiftedBy: shift, #require(Currency("EUR"))) }
    }

    @Test(
        arguments: [
            (9990, "EUR", "99.90"), (1580, "JPY", "1580"), (1234, "KWD", "1.234"), (-5, "USD", "-0.05"),
            (0, "USD", "0.00"),
            (Int64.min, "USD", "-92233720368547758.08"),
        ] as [(Int64, String, String)]
    )
    func `an amount is written in major units`(minor: Int64, code: String, text: String) throws {
        let currency = try #require(Currency(code))
        let money = Money(minor: minor, currency)
        #expect(money.majorText == text)
        #expect(try Money(decimal: text, shiftedBy: Int(currency.exponent), currency) == money)
    }

    // The third is the code of ISO 4217 that says "no currency".
    @Test(arguments: ["EURO", "EU", "XXX", "ABC", "€", ""])
    func `an unknown currency does not exist`(code: String) { #expect(Currency(code) == nil) }

    @Test func `currency codes are read in either case`() { #expect(Currency("eur")?.code == "EUR") }
}
