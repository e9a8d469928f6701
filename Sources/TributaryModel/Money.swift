// SPDX-License-Identifier: Apache-2.0

/// An exact amount: a whole number of the currency's smallest unit.
///
/// There is no way from or to a `Double`. The exponent is ISO 4217's, whatever unit the provider used on the wire: what
/// a provider states in another unit is brought to this one when it is read, or refused.
public struct Money: Sendable, Hashable {
    /// Count of the smallest unit: cents, yen, fils; negative for money that flows back.
    public var minor: Int64

    /// The currency, which also fixes the unit.
    public var currency: Currency

    /// Creates an amount in the currency's ISO 4217 unit.
    public init(minor: Int64, _ currency: Currency) {
        self.minor = minor
        self.currency = currency
    }

    /// Why a number is not an amount of money.
    public enum ReadingError: Error, Sendable, Hashable {
        /// The text is not a plain decimal number.
        case notANumber
        /// The number has more digits behind the point than the unit has, and they are not zero.
        case excessDigits
        /// The amount does not fit into 64 bits.
        case overflow
    }

    /// Reads an amount from the text of a number, exactly.
    ///
    /// `12.50`, `1250`, `-3`, `1e3` and `12.500` (zeros only) are read; `12.505` in euro is refused.
    ///
    /// - Parameters:
    ///   - text: The digits as they stand in the payload, JSON number grammar; a leading `+` is refused.
    ///   - shift: Decimal places from the written unit to the currency's smallest unit: 2 for `12.50` EUR, 0 for `1250`
    ///     cents, -2 where a provider writes UGX in hundredths although it has none.
    ///   - currency: The currency of the amount.
    /// - Throws: ``ReadingError``.
    public init(
        decimal text: some StringProtocol,
        shiftedBy shift: Int,
        _ currency: Currency
    ) throws(ReadingError) {
        let bytes = Array(text.utf8)
        self.init(minor: try Self.minorUnits(bytes.span, shift: shift), currency)
    }

    /// Reads a count of smallest units from the ASCII bytes of a number; see ``init(decimal:shiftedBy:_:)``.
    public static func minorUnits(_ text: Span<UInt8>, shift: Int) throws(ReadingError) -> Int64 {
        var digits = DecimalDigits()
        try digits.read(text)
        return try digits.scaled(by: shift)
    }
}

/// The sign, digits and scale of a decimal number while it is read.
private struct DecimalDigits {
    private var position = 0
    private var negative = false
    private var magnitude: UInt64 = 0
    private var scale = 0
    private var pendingZeros = 0

    mutating func read(_ text: Span<UInt8>) throws(Money.ReadingError) {
        negative = skip("-", in: text)
        guard try readDigits(text, fraction: false) > 0 else { throw .notANumber }
        if skip(".", in: text) {
            guard try readDigits(text, fraction: true) > 0 else { throw .notANumber }
        }
        if skip("e", in: text) || skip("E", in: text) { scale += try readExponent(text) }
        guard position == text.count else { throw .notANumber }
    }

    private mutating func skip(_ character: Unicode.Scalar, in text: Span<UInt8>) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func nextDigit(_ text: Span<UInt8>) -> UInt64? {
        guard position < text.count, text[position] >= UInt8(ascii: "0"), text[position] <= UInt8(ascii: "9") else {
            return nil
        }
        defer { position += 1 }
        return UInt64(text[position] - UInt8(ascii: "0"))
    }

    /// Takes digits into the magnitude; trailing zeros are counted and only multiplied in when a digit follows.
    private mutating func readDigits(_ text: Span<UInt8>, fraction: Bool) throws(Money.ReadingError) -> Int {
        var count = 0
        while let digit = nextDigit(text) {
            count += 1
            if fraction { scale -= 1 }
            if digit == 0 {
                if magnitude != 0 { pendingZeros += 1 }
                continue
            }
            for _ in 0..<pendingZeros { magnitude = try Self.times10(magnitude) }
            pendingZeros = 0
            let (sum, overflow) = try Self.times10(magnitude).addingReportingOverflow(digit)
            guard !overflow else { throw .overflow }
            magnitude = sum
        }
        return count
    }

    private mutating func readExponent(_ text: Span<UInt8>) throws(Money.ReadingError) -> Int {
        let negative = skip("-", in: text)
        if !negative { _ = skip("+", in: text) }
        var exponent = 0
        var count = 0
        while let digit = nextDigit(text) {
            count += 1
            exponent = min(exponent * 10 + Int(digit), 1_000_000)
        }
        guard count > 0 else { throw .notANumber }
        return negative ? -exponent : exponent
    }

    func scaled(by shift: Int) throws(Money.ReadingError) -> Int64 {
        guard magnitude != 0 else { return 0 }
        let places = shift + scale + pendingZeros
        guard places >= 0 else { throw .excessDigits }
        guard places <= 20 else { throw .overflow }
        var value = magnitude
        for _ in 0..<places { value = try Self.times10(value) }
        guard let signed = negative ? Int64(exactly: -Int128(value)) : Int64(exactly: value) else { throw .overflow }
        return signed
    }

    private static func times10(_ value: UInt64) throws(Money.ReadingError) -> UInt64 {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        guard !overflow else { throw .overflow }
        return product
    }
}

extension Money: CustomStringConvertible {
    /// The amount in major units without the currency: `99.90`, `1580`, `-1.234`.
    public var majorText: String {
        let exponent = Int(currency.exponent)
        let digits = String(minor.magnitude)
        let sign = minor < 0 ? "-" : ""
        guard exponent > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, exponent + 1 - digits.utf8.count)) + digits
        return sign + padded.dropLast(exponent) + "." + padded.suffix(exponent)
    }

    /// `99.90 EUR`.
    public var description: String { majorText + " " + currency.code }
}
