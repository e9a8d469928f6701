// SPDX-License-Identifier: Apache-2.0

/// A currency by its ISO 4217 code, always in upper case.
///
/// Only codes of the active list exist as values, so that a typo in a mapping or a payload is an error and not a
/// sum in an unknown unit.
public struct Currency: Sendable, Hashable, CustomStringConvertible {
    /// Three upper-case letters, for example `EUR`.
    public let code: String

    /// Digits behind the decimal point according to ISO 4217: 2 for `EUR`, 0 for `JPY`, 3 for `KWD`.
    ///
    /// Providers differ for a few currencies; their exceptions stand in the mapping and travel with ``Money``.
    public let exponent: UInt8

    /// Looks up a currency.
    ///
    /// The result is `nil` when ISO 4217 has no active currency of that code.
    ///
    /// - Parameter code: Three letters in either case.
    public init?(_ code: String) {
        guard code.utf8.count == 3 else { return nil }
        let upper = code.uppercased()
        guard let exponent = Self.exponents[upper] else { return nil }
        self.code = upper
        self.exponent = exponent
    }

    /// The code.
    public var description: String { code }

    /// All codes of the active list, in alphabetical order.
    public static var allCodes: [String] { exponents.keys.sorted() }

    /// Exponent of each active code.
    ///
    /// Source: ISO 4217 list one; funds, metals and test codes left out.
    private static let exponents: [String: UInt8] = {
        let withoutDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
        let withThreeDigits = "BHD IQD JOD KWD LYD OMR TND"
        let withFourDigits = "CLF UYW"
        let withTwoDigits = """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY \
            COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS \
            INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR \
            MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD \
            SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
            """
        var table: [String: UInt8] = [:]
        for (codes, exponent) in [(withoutDigits, 0), (withTwoDigits, 2), (withThreeDigits, 3), (withFourDigits, 4)] {
            for code in codes.split(separator: " ") { table[String(code)] = UInt8(exponent) }
        }
        return table
    }()
}
