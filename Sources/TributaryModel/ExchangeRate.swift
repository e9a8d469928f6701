// SPDX-License-Identifier: Apache-2.0

/// What one unit of a currency is worth in another, exactly as it was written down.
public struct ExchangeRate: Sendable, Hashable, CustomStringConvertible {
    /// The rate's digits without its point.
    private let digits: Int64

    /// How many of them stand behind the point.
    private let decimals: Int

    /// The rate as it was written.
    public let description: String

    /// Most digits of a rate; with them no conversion leaves 128 bits.
    public static let digitsMax = 12

    /// Reads a rate: decimal digits with at most one point, more than zero, for example `1.0834`.
    ///
    /// - Parameter text: The rate; no sign, no exponent.
    public init?(_ text: String) {
        var digits: Int64 = 0
        var count = 0
        var decimals: Int?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits = digits * 10 + Int64(byte - UInt8(ascii: "0"))
                count += 1
                decimals = decimals.map { $0 + 1 }
            case UInt8(ascii: ".") where decimals == nil && count > 0: decimals = 0
            default: return nil
            }
            guard count <= Self.digitsMax else { return nil }
        }
        guard digits > 0, decimals != 0 else { return nil }
        self.digits = digits
        self.decimals = decimals ?? 0
        description = text
    }

    /// An amount in the other currency, rounded half to even once.
    ///
    /// Greater amounts never become lesser ones, and the same amount always becomes the same. So convert running totals
    /// and subtract: then parts add up to exactly the whole.
    ///
    /// - Parameters:
    ///   - money: The amount.
    ///   - currency: The other currency.
    /// - Returns: the amount; `nil` where it does not fit.
    public func convert(_ money: Money, to currency: Currency) -> Money? {
        let product = Int128(money.minor) * Int128(digits) * Self.power(Int(currency.exponent))
        let divisor = Self.power(decimals + Int(money.currency.exponent))
        var (quotient, remainder) = product.quotientAndRemainder(dividingBy: divisor)
        let twice = remainder.magnitude * 2
        if twice > divisor.magnitude || (twice == divisor.magnitude && !quotient.isMultiple(of: 2)) {
            quotient += product < 0 ? -1 : 1
        }
        return Int64(exactly: quotient).map { Money(minor: $0, currency) }
    }

    private static func power(_ exponent: Int) -> Int128 {
        var result: Int128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}
