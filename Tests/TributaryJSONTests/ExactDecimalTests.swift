// SPDX-License-Identifier: Apache-2.0

import Seeds
import Testing
import TributaryJSON

@Suite struct ExactDecimalTests {
    private func order(_ a: String, _ b: String) -> Int {
        let left = Array(a.utf8)
        let right = Array(b.utf8)
        return ExactDecimal.order(left.span, right.span).signum()
    }

    @Test(arguments: [
        ("1", "1.0"), ("1", "1e0"), ("1", "10e-1"), ("100", "1e2"), ("0.001", "1E-3"), ("-0", "0"), ("0", "0.000e99"),
        ("-0.0", "0e-5"), ("12.50", "1.25e1"), ("1200", "12E+2"), ("0.5", "5e-1"), ("0.05", "0.5e-1"),
        ("1e400", "10e399"), ("-1e400", "-0.1e401"), ("1e0000000000000000000000002", "100"),
        ("1e99999999999999999999999", "10e99999999999999999999998"), ("1e-0", "1"),
        ("9007199254740993", "9007199254740993.0"), ("0.1e-99999999999999999999", "1e-100000000000000000000"),
        ("1230000000000000000000000", "123e22"), ("100.00", "1e+2"),
    ])
    func `numbers of equal worth are equal`(a: String, b: String) {
        #expect(order(a, b) == 0)
        #expect(order(b, a) == 0)
    }

    @Test(arguments: [
        ("1", "2"), ("-2", "-1"), ("-1", "0"), ("0", "1e-400"), ("-1e-400", "0"), ("9", "10"), ("0.9", "1"),
        ("9007199254740992", "9007199254740993"), ("9007199254740992.0", "9007199254740993.0"), ("1e399", "1e400"),
        ("-1e400", "-1e399"), ("1e-400", "1e-399"), ("0.1", "0.10000000000000000000000000000000000001"),
        ("18446744073709551615", "18446744073709551616"), ("1e99999999999999999999", "1e100000000000000000000"),
        ("1e-100000000000000000000", "1e-99999999999999999999"), ("1e-9", "1e9"), ("99e5", "1e7"),
        ("1e99999999999999999998", "1e99999999999999999999"), ("1.5", "15"), ("0.05", "0.5"), ("12", "12.000001"),
        ("-12.000001", "-12"), ("5", "1e99999999999999999999"), ("1e-99999999999999999999", "5"),
    ])
    func `a lesser number is less`(a: String, b: String) {
        #expect(order(a, b) == -1)
        #expect(order(b, a) == 1)
    }

    @Test func `random decimals are ordered as their integers are`() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<20_000 {
            let a = Int64.random(in: -2000...2000, using: &random)
            let b = Int64.random(in: -2000...2000, using: &random)
            let wanted = a < b ? -1 : a > b ? 1 : 0
            #expect(order(spelling(a, &random), spelling(b, &random)) == wanted)
        }
    }

    /// One of the many ways to write a whole number.
    private func spelling(_ value: Int64, _ random: inout SeededGenerator) -> String {
        let sign = value < 0 ? "-" : ""
        let digits = String(value.magnitude)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return sign + digits
        case 1: return sign + digits + ".00"
        case 2: return sign + digits + "000e-3"
        case 3: return sign + "0." + digits + "E+\(digits.utf8.count)"
        default:
            let point = digits.index(after: digits.startIndex)
            return sign + digits[..<point] + "." + digits[point...] + "0e\(digits.utf8.count - 1)"
        }
    }
}
