// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@testable import TributaryMapping

@Suite struct DecimalNumberTests {
    private static func number(_ text: String) throws -> DecimalNumber {
        let bytes = Array(text.utf8)
        return try DecimalNumber(bytes.span)
    }

    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("1", "1"), ("1.50", "1.50"), ("-0.05", "-0.05"), ("1e3", "1000"), ("1.5E+2", "150"),
        ("15e-1", "1.5"), ("0e99", "0"), ("0.000", "0"),
        ("170141183460469231731687303715884105727", "170141183460469231731687303715884105727"),
    ])
    func `numbers are read exactly`(text: String, expected: String) throws {
        #expect(try Self.number(text).text == expected)
    }

    @Test(arguments: [
        ("", Money.ReadingError.notANumber), ("-", .notANumber), (".5", .notANumber), ("1.", .notANumber),
        ("1e", .notANumber), ("+1", .notANumber), ("1 ", .notANumber), ("0x1", .notANumber), ("1e1e1", .notANumber),
        ("170141183460469231731687303715884105728", .overflow), ("1e40", .overflow), ("1e99999999999999", .overflow),
        ("1e-61", .excessDigits),
    ])
    func `what is no number or too large is refused`(text: String, expected: Money.ReadingError) {
        #expect(throws: expected) { try Self.number(text) }
    }

    @Test(arguments: [
        ("0.1", "0.2", "0.3"), ("1", "0.001", "1.001"), ("-5", "5", "0"),
        ("9223372036854775807", "1", "9223372036854775808"),
    ])
    func `sums are exact`(first: String, second: String, sum: String) throws {
        let result = try Self.number(first).adding(Self.number(second))
        let expected = try Self.number(sum)
        #expect(try result.adding(expected.negated()).mantissa == 0)
    }

    @Test(arguments: [
        ("1.5", 2, 150), ("150", -2, 1), ("-1.5", 1, -15), ("0", -9, 0),
    ])
    func `shifting keeps every digit or fails`(text: String, places: Int, expected: Int64) throws {
        if text == "150" {
            #expect(throws: Money.ReadingError.excessDigits) { try Self.number(text).shifted(by: places) }
        } else {
            #expect(try Self.number(text).shifted(by: places) == expected)
        }
    }

    @Test(arguments: [("1.9", 0, 1), ("-1.1", 0, -2), ("1.2345", 3, 1234), ("-0.0001", 3, -1), ("5", 3, 5000)])
    func `flooring goes towards the past`(text: String, places: Int, expected: Int64) throws {
        #expect(try Self.number(text).flooredShifted(by: places) == expected)
    }

    @Test func `overflow is an error in every direction`() throws {
        let largest = try Self.number("170141183460469231731687303715884105727")
        #expect(throws: Money.ReadingError.overflow) { try largest.adding(Self.number("1")) }
        #expect(throws: Money.ReadingError.overflow) { try largest.shifted(by: 0) }
        #expect(throws: Money.ReadingError.overflow) { try largest.adding(Self.number("0.1")) }
        #expect(try largest.negated().magnitude() == largest)
    }
}
