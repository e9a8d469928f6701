// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a sink is told of money in one currency or another.
public enum CurrencyPolicy: Sendable, Hashable {
    /// Every amount in its own currency.
    case pass
    /// Amounts in these currencies; sales in others are refused.
    case only(Set<Currency>)
    /// Every amount in one currency, by a table.
    case convert(RateTable)
    /// The same, by the table of that name in the configuration.
    case convertBy(String)
}
