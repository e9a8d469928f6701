// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Currencies with the decimals that a provider gives them, found by the bytes of their code.
final class CurrencyTable: Sendable {
    /// A currency as a provider counts it.
    struct Entry: Sendable {
        let currency: Currency

        /// Places from the provider's smallest unit to ISO 4217's: 0 but for the provider's exceptions.
        let minorShift: Int

        /// Places from whole units to ISO 4217's smallest.
        var majorShift: Int { Int(currency.exponent) }
    }

    private let entries: [UInt32: Entry]

    /// The currency of amounts that state none.
    let unstated: Entry?

    init(exceptions: [String: Int]) {
        var entries: [UInt32: Entry] = [:]
        for code in Currency.allCodes {
            guard let currency = Currency(code), let key = Self.key(code.utf8.span) else { continue }
            let exponent = Int(currency.exponent)
            entries[key] = Entry(currency: currency, minorShift: exponent - (exceptions[code] ?? exponent))
        }
        self.entries = entries
        unstated = nil
    }

    private init(_ entries: [UInt32: Entry], unstated: Entry?) {
        self.entries = entries
        self.unstated = unstated
    }

    /// The same table where some currencies have other decimals, and amounts that state no currency are in that one.
    func with(_ exponents: [String: Int], unstated code: String?) -> CurrencyTable {
        var entries = entries
        for (code, exponent) in exponents {
            guard let key = Self.key(code.utf8.span), let entry = entries[key] else { continue }
            entries[key] = Entry(currency: entry.currency, minorShift: entry.majorShift - exponent)
        }
        let key = code.flatMap { Self.key($0.utf8.span) }
        return CurrencyTable(entries, unstated: key.flatMap { entries[$0] } ?? unstated)
    }

    /// The three letters in one number, upper case; `nil` where the text is not three letters.
    static func key(_ text: Span<UInt8>) -> UInt32? {
        guard text.count == 3 else { return nil }
        var key: UInt32 = 0
        for index in 0..<3 {
            let letter = text[index] & 0xDF
            guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter) else { return nil }
            key = key << 8 | UInt32(letter)
        }
        return key
    }

    subscript(key: UInt32) -> Entry? { entries[key] }
}
