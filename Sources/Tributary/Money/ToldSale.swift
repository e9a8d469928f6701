// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// The terms in which a platform was told of a sale, read from the sale's receipt; for comparison with its own list.
public struct ToldSale: Sendable, Hashable {
    /// The sale, as it was paid.
    private let sale: Event
    private let note: MoneyNote

    /// Reads the terms.
    ///
    /// - Parameters:
    ///   - sale: The sale's event, as it was paid.
    ///   - receipt: The receipt of its delivery.
    public init(_ sale: Event, receipt: Receipt) {
        self.sale = sale
        note = MoneyNote(receipt)
    }

    /// What the platform was told of the whole sale; `nil` where there is no total.
    public var whole: Money? { sale.total.flatMap(amount) }

    /// An amount of the sale, gross, as the platform is told it; `nil` where it cannot be stated.
    public func amount(_ gross: Money) -> Money? {
        guard let total = sale.total, gross.currency == total.currency else { return nil }
        let basis = note.basis?.basis ?? .gross
        guard let whole = sale.amount(basis) else { return nil }
        let part = basis == .gross || total.minor == 0 ? gross : whole.share(gross, of: total)
        guard let part, let conversion = note.conversion else { return part }
        return conversion.rate.convert(part, to: conversion.told.currency)
    }

    /// How it came about, `net 80.00 of 95.20 EUR`; `nil` where it was told as it was paid.
    public var words: String? {
        let words = note.parameters.map(\.value)
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
