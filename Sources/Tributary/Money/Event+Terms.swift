// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Event {
    /// The event with its total on a basis, and without the parts that the total has no more.
    ///
    /// - Returns: the event; `nil` where it does not state what the basis needs.
    func told(on basis: AmountBasis) -> Event? {
        guard basis != .gross else { return self }
        guard let amount = amount(basis) else { return nil }
        var result = self
        result.total = amount
        result.tax = nil
        if basis != .exTax { result.shipping = nil }
        return result
    }

    /// The event in another currency.
    ///
    /// Each amount in the total's currency is converted by itself; one in a third currency, for which there may be no
    /// rate, is left out.
    ///
    /// - Returns: the event; `nil` where its total does not fit.
    func told(in currency: Currency, by rate: ExchangeRate) -> Event? {
        guard let total, let converted = rate.convert(total, to: currency) else { return nil }
        func told(_ money: Money?) -> Money? {
            guard let money, money.currency != currency else { return money }
            return money.currency == total.currency ? rate.convert(money, to: currency) : nil
        }
        var result = self
        for field in AmountField.allCases { result[field] = told(self[field]) }
        for index in lines.indices { result.lines[index].total = told(lines[index].total) }
        result.total = converted
        return result
    }
}
