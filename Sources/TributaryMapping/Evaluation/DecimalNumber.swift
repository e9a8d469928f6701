// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// An exact decimal number to calculate with: a whole number and how many of its digits stand behind the point.
///
/// Wide enough for every sum of 64-bit amounts; what does not fit is an error and never rounded.
struct DecimalNumber: Sendable, Hashable {
    /// Digits that a number may have; one more could overflow.
    private static let scaleMax = 60

    private(set) var mantissa: Int128
    private(set) var scale: Int

    init(_ value: Int) {
        mantissa = Int128(value)
        scale = 0
    }

    private init(mantissa: Int128, scale: Int) {
        self.mantissa = mantissa
        self.scale = scale
    }

    /// Reads the ASCII bytes of a number, JSON number grammar.
    init(_ text: Span<UInt8>) throws(Money.ReadingError) {
        var position = 0
        let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
        if isNegative { position = 1 }
        mantissa = 0
        scale = 0
        var digits = try Self.read(text, &position, into: &mantissa)
        guard digits > 0 else { throw .notANumber }
        if position < text.count, text[position] == UInt8(ascii: ".") {
            position += 1
            digits = try Self.read(text, &position, into: &mantissa)
            guard digits > 0 else { throw .notANumber }
            scale = digits
        }
        if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            let isDown = position < text.count && text[position] == UInt8(ascii: "-")
            if isDown || position < text.count && text[position] == UInt8(ascii: "+") { position += 1 }
            var exponent: Int128 = 0
            guard try Self.read(text, &position, into: &exponent) > 0 else { throw .notANumber }
            let places = Int(min(exponent, 1000))
            scale += isDown ? places : -places
        }
        guard position == text.count else { throw .notANumber }
        if isNegative { mantissa = -mantissa }
        try normalize()
    }

    private static func read(
        _ text: Span<UInt8>,
        _ position: inout Int,
        into value: inout Int128
    ) throws(Money.ReadingError) -> Int {
        let start = position
        while position < text.count, case let digit = Int128(text[position]) - 0x30, 0...9 ~= digit {
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, alsoOverflows) = product.addingReportingOverflow(digit)
            guard !overflows, !alsoOverflows else { throw .overflow }
            value = sum
            position += 1
        }
        return position - start
    }

    private mutating func normalize() throws(Money.ReadingError) {
        if mantissa == 0 {
            scale = 0
        } else if scale < 0 {
            mantissa = try Self.times10(mantissa, -scale)
            scale = 0
        }
        guard scale <= Self.scaleMax else { throw .excessDigits }
    }

    private static func times10(_ value: Int128, _ count: Int) throws(Money.ReadingError) -> Int128 {
        var value = value
        for _ in 0..<count {
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            guard !overflows else { throw .overflow }
            value = product
        }
        return value
    }

    /// The sum.
    func adding(_ other: DecimalNumber) throws(Money.ReadingError) -> DecimalNumber {
        let scale = max(scale, other.scale)
        let left = try Self.times10(mantissa, scale - self.scale)
        let right = try Self.times10(other.mantissa, scale - other.scale)
        let (sum, overflows) = left.addingReportingOverflow(right)
        guard !overflows else { throw .overflow }
        return DecimalNumber(mantissa: sum, scale: scale)
    }

    /// The number with the other sign.
    func negated() throws(Money.ReadingError) -> DecimalNumber {
        guard mantissa != .min else { throw .overflow }
        return DecimalNumber(mantissa: -mantissa, scale: scale)
    }

    /// The number without its sign.
    func magnitude() throws(Money.ReadingError) -> DecimalNumber { mantissa < 0 ? try negated() : self }

    /// The number moved left by so many places, as a whole number.
    func shifted(by places: Int) throws(Money.ReadingError) -> Int64 {
        var value = mantissa
        if places >= scale {
            value = try Self.times10(value, places - scale)
        } else {
            for _ in 0..<scale - places {
                let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
                guard remainder == 0 else { throw .excessDigits }
                value = quotient
            }
        }
        guard let result = Int64(exactly: value) else { throw .overflow }
        return result
    }

    /// The number moved left by so many places and cut to the next whole number below.
    func flooredShifted(by places: Int) throws(Money.ReadingError) -> Int64 {
        var value = mantissa
        if places >= scale {
            value = try Self.times10(value, places - scale)
        } else {
            for _ in 0..<scale - places { value = value / 10 - (value % 10 < 0 ? 1 : 0) }
        }
        guard let result = Int64(exactly: value) else { throw .overflow }
        return result
    }

    /// The number moved left by so many places and rounded to the nearest whole number; a half goes to the even one.
    func roundedShifted(by places: Int) throws(Money.ReadingError) -> Int64 {
        guard places < scale else { return try shifted(by: places) }
        var unit: Int128 = 1
        for _ in 0..<scale - places {
            let (product, overflows) = unit.multipliedReportingOverflow(by: 10)
            // Behind so many places nothing is left of a number of 128 bits.
            guard !overflows else { return 0 }
            unit = product
        }
        let division = mantissa.quotientAndRemainder(dividingBy: unit)
        let half = unit / 2
        var quotient = division.quotient
        let rest = division.remainder.magnitude
        if rest > half.magnitude || rest == half.magnitude && quotient % 2 != 0 {
            quotient += mantissa < 0 ? -1 : 1
        }
        guard let result = Int64(exactly: quotient) else { throw .overflow }
        return result
    }

    /// The digits, without an exponent.
    var text: String {
        let digits = String(mantissa.magnitude)
        let sign = mantissa < 0 ? "-" : ""
        guard scale > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }
}
