// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// How the amount that a platform was told came out of the one that was paid; kept in the sale's receipt, in words.
///
/// A person reads there why an amount is what it is, and the sale's corrections are told by it. What a receipt does not
/// mention was told as it was paid.
struct MoneyNote: Sendable, Hashable {
    /// `net 80.00 of 95.20 EUR`.
    struct Basis: Sendable, Hashable {
        var basis: AmountBasis
        var amount: Money
        var total: Money
    }

    /// `80.00 EUR = 86.67 USD at 1.0834 of 2026-11-01`.
    struct Conversion: Sendable, Hashable {
        var amount: Money
        var told: Money
        var rate: ExchangeRate
        var date: String
    }

    var basis: Basis?
    var conversion: Conversion?

    /// A note of nothing: the amount was told as it was paid.
    init() {}

    private static let basisName = "amount_basis"
    private static let conversionName = "amount_converted"

    /// Reads the note in a receipt.
    init(_ receipt: Receipt) {
        if let words = receipt[Self.basisName]?.split(separator: " ").map(String.init), words.count == 5,
            let basis = AmountBasis(rawValue: words[0]), let amount = Self.money(words[1], words[4]),
            let total = Self.money(words[3], words[4])
        {
            self.basis = Basis(basis: basis, amount: amount, total: total)
        }
        if let words = receipt[Self.conversionName]?.split(separator: " ").map(String.init), words.count == 9,
            let amount = Self.money(words[0], words[1]), let told = Self.money(words[3], words[4]),
            let rate = ExchangeRate(words[6])
        {
            conversion = Conversion(amount: amount, told: told, rate: rate, date: words[8])
        }
    }

    /// The note, as it stands in a receipt.
    var parameters: [Attribution.Parameter] {
        var result: [Attribution.Parameter] = []
        if let basis {
            let text = "\(basis.basis.rawValue) \(basis.amount.majorText) of \(basis.total)"
            result.append(.init(Self.basisName, text))
        }
        if let conversion {
            let text = "\(conversion.amount) = \(conversion.told) at \(conversion.rate) of \(conversion.date)"
            result.append(.init(Self.conversionName, text))
        }
        return result
    }

    private static func money(_ text: String, _ code: String) -> Money? {
        guard let currency = Currency(code) else { return nil }
        // A receipt that was not written here says nothing.
        return try? Money(decimal: text, shiftedBy: Int(currency.exponent), currency)
    }
}
