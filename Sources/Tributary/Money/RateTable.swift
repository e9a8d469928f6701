// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Exchange rates into one currency, of one day.
public struct RateTable: Sendable, Hashable {
    /// Its name in the configuration; `nil` where it stands within a sink.
    public var name: String?

    /// The currency that everything becomes.
    public var target: Currency

    /// The day of which the rates are, `2026-11-01`.
    public var date: String

    /// What one unit of a currency is worth in the target, by currency code.
    public var rates: [String: ExchangeRate]

    /// Creates a table.
    public init(name: String? = nil, to target: Currency, date: String, rates: [String: ExchangeRate]) {
        self.name = name
        self.target = target
        self.date = date
        self.rates = rates
    }

    /// What the table is called in reasons.
    var title: String { name.map { "the table \"\($0)\" of \(date)" } ?? "the sink's table of \(date)" }
}
