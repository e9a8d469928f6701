// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// In which terms a sink is told of money: on which basis, and in which currency.
///
/// Applied between the ledger, which counts what was paid, and a sink, which sends what it is given. A correction goes
/// out in the terms in which its sale went out, which stand in the sale's receipt; so a full refund is exactly the sale,
/// and a setting or a rate that is changed later changes nothing for sales that were told before.
public struct MoneyTerms: Sendable, Hashable {
    /// What to do with a sale that does not state what the basis is counted from.
    public enum Unstated: String, Sendable, Hashable, CaseIterable {
        /// What is not stated is taken as nothing: without tax and shipping, the amount is what was paid.
        case zero
        /// The sale is refused, until a person has looked.
        case refuse
    }

    /// Which amount is told.
    public var basis: AmountBasis

    /// What to do with a sale that does not state it.
    public var unstated: Unstated

    /// Which currencies are told.
    public var currency: CurrencyPolicy

    /// Creates terms; unless stated, everything is told as it was paid.
    public init(basis: AmountBasis = .gross, unstated: Unstated = .zero, currency: CurrencyPolicy = .pass) {
        self.basis = basis
        self.unstated = unstated
        self.currency = currency
    }

    /// What becomes of a delivery in these terms.
    enum Told: Sendable, Hashable {
        /// It goes to the sink so, and what is added to the receipt explains how it came to be so.
        case delivery(Delivery, MoneyNote)
        /// It does not go to the sink.
        case end(Step.End)
    }

    /// A delivery as the sink shall see it.
    func told(_ delivery: Delivery) -> Told {
        switch delivery.event.kind.movement {
        case .correction: correction(delivery)
        case .payment, .none: sale(delivery)
        }
    }

    private func sale(_ delivery: Delivery) -> Told {
        guard let total = delivery.event.total else { return .delivery(delivery, MoneyNote()) }
        var result = delivery
        var note = MoneyNote()
        if basis != .gross {
            let isSale = delivery.event.kind == .paymentSucceeded
            guard !isSale || unstated == .zero || delivery.event.states(basis) else {
                return refusal(of: delivery.event)
            }
            guard let event = delivery.event.told(on: basis), let amount = event.total else {
                return .end(
                    .init(
                        .permanent,
                        reason: "the sale's amounts are in several currencies, so it has no \(basis.rawValue) one"
                    )
                )
            }
            result.event = event
            note.basis = .init(basis: basis, amount: amount, total: total)
        }
        switch currency {
        case .pass: break
        case .only(let currencies):
            guard currencies.contains(total.currency) else { return refusal(of: total.currency, currencies) }
        case .convertBy(let name):
            return .end(.init(.permanent, reason: "there is no table \"\(name)\" of exchange rates"))
        case .convert(let table):
            guard table.target != total.currency else { break }
            guard let rate = table.rates[total.currency.code] else { return missing(total.currency, table) }
            guard let amount = result.event.total, let told = rate.convert(amount, to: table.target),
                let event = result.event.told(in: table.target, by: rate)
            else { return .end(.init(.permanent, reason: "\(total) is too much to be told in \(table.target)")) }
            result.event = event
            note.conversion = .init(amount: amount, told: told, rate: rate, date: table.date)
        }
        return .delivery(result, note)
    }

    private func refusal(of event: Event) -> Told {
        let missing =
            switch basis {
            case .gross: "its total"
            case .exTax: "its tax"
            case .net: "its tax or revenue"
            case .afterDiscount: "its subtotal or revenue"
            }
        return .end(
            .init(
                .permanent,
                reason: "the sale does not state \(missing), from which \"amount\": \"\(basis.rawValue)\" is counted; "
                    + "let the mapping of \(event.provider.name) read it, or set \"amount_unstated\": \"zero\", then `tributary retry`"
            )
        )
    }

    private func refusal(of currency: Currency, _ taken: Set<Currency>) -> Told {
        let codes = taken.map(\.code).sorted().joined(separator: ", ")
        return .end(
            .init(
                .permanent,
                reason:
                    "\(currency) is not among this sink's \"currencies\" (\(codes)); add it or convert it, then `tributary retry`"
            )
        )
    }

    private func missing(_ currency: Currency, _ table: RateTable) -> Told {
        .end(
            .init(
                .permanent,
                reason:
                    "\(table.title) has no rate from \(currency) to \(table.target); add it, then `tributary retry`"
            )
        )
    }
}

extension MoneyTerms {
    /// A correction in the terms of its sale, whatever these are by now.
    private func correction(_ delivery: Delivery) -> Told {
        guard let sale = delivery.sale, sale.event.total != nil else { return .delivery(delivery, MoneyNote()) }
        let note = MoneyNote(sale.receipt)
        guard note != MoneyNote() else { return .delivery(delivery, note) }
        let basis = note.basis?.basis ?? .gross
        var told = sale
        if let event = sale.event.told(on: basis) { told.event = event }
        if let conversion = note.conversion {
            if let event = told.event.told(in: conversion.told.currency, by: conversion.rate) { told.event = event }
        }
        let amount = ToldSale(sale.event, receipt: sale.receipt).amount
        guard let before = amount(sale.correctedBefore), let after = amount(sale.correctedAfter) else {
            return .end(.init(.needsHuman, reason: "the correction cannot be told in the terms of its sale"))
        }
        var result = delivery
        told.correctedBefore = before
        told.correctedAfter = after
        result.sale = told
        for field in Event.AmountField.allCases { result.event[field] = delivery.event[field].flatMap(amount) }
        for index in result.event.lines.indices {
            result.event.lines[index].total = result.event.lines[index].total.flatMap(amount)
        }
        if sale.effect != .none { result.event.total = Money(minor: after.minor - before.minor, after.currency) }
        return .delivery(result, MoneyNote())
    }
}
