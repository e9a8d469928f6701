// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@Suite struct ExchangeRateTests {
    private func money(_ minor: Int64, _ code: String) throws -> Money {
        Money(minor: minor, try #require(Currency(code)))
    }

    private func convert(_ money: Money, at rate: String, to code: String) throws -> Int64? {
        try #require(ExchangeRate(rate)).convert(money, to: try #require(Currency(code)))?.minor
    }

    @Test(arguments: ["", "0", "0.000", ".5", "5.", "1,08", "-1", "+1", "1e3", "1.0.1", " 1", "1234567890123", "٣"])
    func `what is no rate is refused`(_ text: String) {
        #expect(ExchangeRate(text) == nil)
    }

    @Test(
        arguments: [
            (9520, "EUR", "1.0834", "USD", 10314), (100, "JPY", "0.00655", "USD", 66),
            (100, "USD", "152.67", "JPY", 153),
            (1234, "KWD", "3.2519", "USD", 401), (401, "USD", "0.30751", "KWD", 1233), (1, "EUR", "1", "CLF", 100),
            (-9520, "EUR", "1.0834", "USD", -10314), (0, "EUR", "1.0834", "USD", 0),
        ] as [(Int64, String, String, String, Int64)]
    )
    func `exponents and digits are exact`(minor: Int64, from: String, rate: String, to: String, told: Int64) throws {
        #expect(try convert(try money(minor, from), at: rate, to: to) == told)
    }

    @Test(
        arguments: [
            (1, "0.5", 0), (3, "0.5", 2), (5, "0.5", 2), (7, "0.5", 4), (-1, "0.5", 0), (-3, "0.5", -2),
            (-5, "0.5", -2),
            (1, "0.500001", 1), (1, "0.499999", 0), (2, "0.25", 0), (6, "0.25", 2),
        ] as [(Int64, String, Int64)]
    )
    func `a half is rounded to even`(minor: Int64, rate: String, told: Int64) throws {
        #expect(try convert(try money(minor, "EUR"), at: rate, to: "USD") == told)
    }

    @Test func `what does not fit is nothing, and nothing traps`() throws {
        for code in ["JPY", "EUR", "KWD", "CLF"] {
            for minor in [Int64.max, .min, .max - 1] {
                for rate in ["999999999999", "0.00000000001", "1.00000000001", "1"] {
                    for target in ["JPY", "EUR", "KWD", "CLF"] {
                        let told = try convert(try money(minor, code), at: rate, to: target)
                        if rate == "1", code == target { #expect(told == minor) }
                        if rate == "999999999999", code == target { #expect(told == nil) }
                    }
                }
            }
        }
    }

    @Test func `over all currencies, order is kept and halves of nothing appear from nowhere`() throws {
        let target = try #require(Currency("USD"))
        let rates = try ["1.0834", "0.00655", "152.67", "3", "0.33333333333"].map { try #require(ExchangeRate($0)) }
        for code in Currency.allCodes {
            for rate in rates {
                var last = try #require(rate.convert(try money(-3000, code), to: target))
                for minor in stride(from: Int64(-2999), through: 3000, by: 7) {
                    let told = try #require(rate.convert(try money(minor, code), to: target))
                    let mirrored = try #require(rate.convert(try money(-minor, code), to: target))
                    guard told.minor >= last.minor, mirrored.minor == -told.minor else {
                        Issue.record("\(minor) \(code) at \(rate)")
                        break
                    }
                    last = told
                }
            }
        }
    }
}
