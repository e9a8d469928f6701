// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What to do with currencies whose unit is smaller than a hundredth: what a sink's `"three_decimals"` says.
///
/// Source: `reference/platforms.md` section 2.3: no platform documents in which unit it reads them.
public enum FineCurrencies: String, CaseIterable, Sendable {
    /// Refuse the sale.
    case refuse
    /// Send ISO 4217's smallest unit, `1234` for 1.234 KWD.
    case isoMinor = "iso_minor"

    /// Why an amount in a currency cannot be told, with the remedy; `nil` where it can.
    public func objection(to currency: Currency, at platform: String) -> String? {
        guard currency.exponent > 2, self == .refuse else { return nil }
        let remedy = "set \"three_decimals\": \"iso_minor\" once \(platform) has said that it reads them so"
        return "\(currency.code) has a unit below a hundredth; \(remedy)"
    }
}
