// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Whether a provider states amounts in minor or major units, with the evidence.
struct AmountUnits: Sendable {
    enum Unit: String, Sendable {
        case minor
        case major
    }

    struct Verdict: Sendable {
        var unit: Unit
        var reason: String
        var confidence: Guess.Confidence
    }

    private struct Evidence {
        var minor: [String] = []
        var major: [String] = []
    }

    private var byName: [String: Evidence] = [:]
    private var everywhere = Evidence()

    /// What speaks for both units at once.
    private(set) var contradictions: [String] = []

    /// Currencies whose unit is worth little, with roughly what one US dollar buys of it.
    ///
    /// Only the order of magnitude matters, and only for telling 1,500.00 rupiah from 150,000.
    private static let perDollar: [String: Int64] = [
        "IDR": 16_000, "NGN": 1500, "COP": 4000, "LBP": 90_000, "IRR": 42_000, "UZS": 12_600, "MMK": 2100, "KHR": 4000,
        "LAK": 21_000, "TZS": 2600, "MNT": 3400, "CRC": 500, "ARS": 1000, "HUF": 350, "MGA": 4500, "MWK": 1700,
        "AMD": 390,
        "LKR": 300, "PKR": 280, "RUB": 90, "KZT": 500,
    ]

    init(_ bodies: [SampleBody]) {
        for body in bodies {
            let inventory = Inventory([body.value])
            let amounts = inventory.fields.filter { MoneyNames.isMoneyLike($0, in: inventory) }
            let texts = inventory.fields.filter { !$0.isNumeric && $0.isText }.flatMap(\.texts)
            for field in amounts { weigh(field, inventory, texts) }
            addArithmetic(inventory, amounts)
        }
        for (name, evidence) in byName.sorted(by: { $0.key < $1.key })
        where !evidence.minor.isEmpty && !evidence.major.isEmpty {
            contradictions.append("\"\(name)\": \(evidence.minor[0]), yet \(evidence.major[0])")
        }
    }

    /// Reads what one amount says of its unit.
    private mutating func weigh(_ field: Field, _ inventory: Inventory, _ texts: [String]) {
        let name = field.plainName
        let currency = MoneyNames.currency(of: field.place, in: inventory).flatMap { inventory[$0]?.texts.first }
            .flatMap { Currency($0) }
        let exponent = Int(currency?.exponent ?? 2)
        for text in field.texts {
            if text.contains(".") {
                note(.major, name, "\(field.place.selector) is written with decimals")
                continue
            }
            guard let value = Int64(text), value != 0, exponent > 0 else { continue }
            if let unit = Self.named(field.place) { note(unit, name, "\(field.place.selector) says so by its name") }
            let shown = Self.displayed(value, exponent)
            let sibling = inventory[field.place.parent.member(field.place.name + "_formatted")]
            let displays = sibling?.texts ?? texts
            let place = sibling.map { _ in "its sibling \(field.place.name)_formatted" } ?? "a text of the same body"
            if value >= 100, displays.contains(where: { Self.contains($0, shown) }) {
                note(.minor, name, "\(field.place.selector) is \(value) where \(place) says \(shown)")
            } else if sibling != nil, displays.contains(where: { Self.contains($0, Self.displayed(value, 0)) }) {
                note(.major, name, "\(field.place.selector) is \(value), and so says \(place)")
            }
            if let currency, let rate = Self.perDollar[currency.code], value >= 1000, value / 100 < rate / 2,
                value > rate / 4
            {
                note(.major, name, "\(value) \(currency.code) in minor units would be worth next to nothing")
            }
        }
    }

    /// Arithmetic that ties an amount of unknown unit to one that is written with decimals.
    private mutating func addArithmetic(_ inventory: Inventory, _ amounts: [Field]) {
        let decimals = amounts.filter { $0.texts.contains { $0.contains(".") } }
        guard !decimals.isEmpty else { return }
        for field in amounts where !field.texts.contains(where: { $0.contains(".") }) {
            guard let text = field.texts.first, let value = Micro(text), value.value != 0 else { continue }
            for other in decimals {
                guard let decimal = other.texts.first.flatMap({ Micro($0) }), decimal.value != 0 else { continue }
                if decimal.value == value.value {
                    note(
                        .major,
                        field.plainName,
                        "\(field.place.selector) equals \(other.place.selector), which has decimals"
                    )
                } else if value.value == decimal.value &* 100 {
                    note(.minor, field.plainName, "\(field.place.selector) is a hundred times \(other.place.selector)")
                }
            }
        }
    }

    /// The unit that a name or the one above it states.
    private static func named(_ place: Place) -> Unit? {
        let own = AmountName(place.name)
        return own.unit
            ?? (own.words == ["value"] || own.words == ["amount"] ? AmountName(place.parent.name).unit : nil)
    }

    private mutating func note(_ unit: Unit, _ name: String, _ reason: String) {
        switch unit {
        case .minor:
            byName[name, default: Evidence()].minor.append(reason)
            everywhere.minor.append(reason)
        case .major:
            byName[name, default: Evidence()].major.append(reason)
            everywhere.major.append(reason)
        }
    }

    /// The unit of one amount.
    func verdict(for field: Field) -> Verdict {
        if let own = byName[field.plainName] {
            if !own.major.isEmpty, own.minor.isEmpty || own.major.count >= own.minor.count {
                return Verdict(unit: .major, reason: own.major[0], confidence: own.minor.isEmpty ? .shown : .weak)
            }
            if let reason = own.minor.first {
                return Verdict(unit: .minor, reason: reason, confidence: own.major.isEmpty ? .shown : .weak)
            }
        }
        if let reason = everywhere.major.first, everywhere.minor.isEmpty {
            return Verdict(unit: .major, reason: "as elsewhere in the samples: " + reason, confidence: .likely)
        }
        if let reason = everywhere.minor.first, everywhere.major.isEmpty {
            return Verdict(unit: .minor, reason: "as elsewhere in the samples: " + reason, confidence: .likely)
        }
        let values = field.texts.compactMap { Int64($0) }.filter { $0 != 0 }
        if values.contains(where: { $0 % 100 != 0 && $0 >= 100 }) {
            return Verdict(
                unit: .minor,
                reason:
                    "whole numbers without decimals that are not round, such as \(values.first { $0 % 100 != 0 && $0 >= 100 } ?? 0)",
                confidence: .likely
            )
        }
        if let largest = values.map(\.magnitude).max(), largest < 100 {
            return Verdict(
                unit: .major,
                reason: "whole and small (\(largest)); as a minor unit it would be less than one",
                confidence: .weak
            )
        }
        return Verdict(
            unit: .minor,
            reason: "a whole number without decimals; nothing in the samples proves it",
            confidence: .weak
        )
    }

    /// The number as it is shown to people: `2261` with two decimals is `22.61`.
    private static func displayed(_ value: Int64, _ exponent: Int) -> String {
        let digits = String(value.magnitude)
        guard exponent > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, exponent + 1 - digits.count)) + digits
        return padded.dropLast(exponent) + "." + padded.suffix(exponent)
    }

    /// Whether a text shows a number, and not as a part of a longer one; commas between digits are left out.
    private static func contains(_ text: String, _ number: String) -> Bool {
        guard text.utf8.count <= 500 else { return false }
        let parts = text.replacing(",", with: "").split { !($0.isASCII && $0.isNumber) && $0 != "." }
        return parts.contains {
            $0 == number || (number.hasSuffix("0") && number.contains(".") && $0 == number.dropLast())
        }
    }
}
