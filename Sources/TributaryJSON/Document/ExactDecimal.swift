// SPDX-License-Identifier: Apache-2.0

/// What a JSON number's text is worth, taken apart in place: exact, of any length, without allocation.
///
/// It holds places in the text and not the digits, so the text must be at hand when two are compared.
public struct ExactDecimal: Sendable {
    /// Below zero; `-0` is zero.
    public let isNegative: Bool

    /// From the first digit that is not zero to behind the last; empty for zero.
    ///
    /// A point may lie between.
    private let digits: Range<Int>

    /// The number is `0.DIGITS × 10^(shift + exponent)`.
    private let shift: Int

    /// The exponent's digits.
    private let exponent: Range<Int>

    private let exponentIsNegative: Bool

    /// Takes a number's text apart.
    ///
    /// - Parameter text: A number as RFC 8259 section 6 writes it; of anything else, what can be read counts.
    public init(_ text: Span<UInt8>) {
        var exponentMark = 0
        while exponentMark < text.count, text[exponentMark] | 0x20 != UInt8(ascii: "e") { exponentMark += 1 }
        var first = -1
        var last = -1
        var point = -1
        for at in 0..<exponentMark {
            switch text[at] {
            case UInt8(ascii: "."): point = at
            case UInt8(ascii: "1")...UInt8(ascii: "9"):
                if first < 0 { first = at }
                last = at
            default: break
            }
        }
        if point < 0 { point = exponentMark }
        digits = first < 0 ? 0..<0 : first..<last + 1
        // Behind the point, the zeros before the first digit count, and not the point itself.
        shift = first < point ? point - first : point - first + 1
        isNegative = first >= 0 && text[0] == UInt8(ascii: "-")
        let sign = exponentMark + 1 < text.count ? text[exponentMark + 1] : 0
        exponentIsNegative = sign == UInt8(ascii: "-")
        let hasSign = exponentIsNegative || sign == UInt8(ascii: "+")
        let start = min(exponentMark + (hasSign ? 2 : 1), text.count)
        exponent = start..<text.count
    }

    /// Compares two numbers by what they are worth: `1`, `1.0` and `10e-1` are equal.
    ///
    /// - Returns: Negative where the first is less, 0 where they are equal, positive where it is greater.
    public static func order(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int {
        if let left = Int64(jsonInteger: a), let right = Int64(jsonInteger: b) {
            return left < right ? -1 : left > right ? 1 : 0
        }
        let left = ExactDecimal(a)
        let right = ExactDecimal(b)
        if left.sign != right.sign { return left.sign < right.sign ? -1 : 1 }
        if left.sign == 0 { return 0 }
        let scale = left.scaleDifference(a, right, b)
        let size = scale != 0 ? scale : left.compareDigits(a, right, b)
        return left.isNegative ? -size : size
    }

    private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

    /// Sign of the difference between the two powers of ten, exact for exponents of any length.
    ///
    /// The exponents' difference is summed up from their most significant digit. Once it has left the range that the
    /// remaining digits and the shifts could make up for, only its sign matters and it stands still.
    private func scaleDifference(_ a: Span<UInt8>, _ other: ExactDecimal, _ b: Span<UInt8>) -> Int {
        let places = max(exponent.count, other.exponent.count)
        let bound = 1 << 50
        var difference = 0
        for place in stride(from: places, to: 0, by: -1) {
            let digit = exponentDigit(a, place) - other.exponentDigit(b, place)
            difference = difference * 10 + digit
            if difference > bound || difference < -bound { break }
        }
        // Texts are shorter than 2^31 bytes, so the shifts cannot bring a difference beyond the bound back.
        difference += shift - other.shift
        return difference.signum()
    }

    /// The exponent's digit at a place counted from its end, 1 being the last, with the exponent's sign; 0 before it.
    private func exponentDigit(_ text: Span<UInt8>, _ place: Int) -> Int {
        guard place <= exponent.count else { return 0 }
        let digit = Int(text[exponent.upperBound - place]) - 0x30
        return exponentIsNegative ? -digit : digit
    }

    private func compareDigits(_ a: Span<UInt8>, _ other: ExactDecimal, _ b: Span<UInt8>) -> Int {
        var left = digits.lowerBound
        var right = other.digits.lowerBound
        while true {
            if left < digits.upperBound, a[left] == UInt8(ascii: ".") { left += 1 }
            if right < other.digits.upperBound, b[right] == UInt8(ascii: ".") { right += 1 }
            // Trailing zeros are outside of the ranges, so whichever has digits left is the greater.
            guard left < digits.upperBound else { return right < other.digits.upperBound ? -1 : 0 }
            guard right < other.digits.upperBound else { return 1 }
            if a[left] != b[right] { return a[left] < b[right] ? -1 : 1 }
            left += 1
            right += 1
        }
    }
}
