// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The name of an amount, taken apart: what it is, and what the name says of its unit and currency.
struct AmountName: Sendable {
    /// The words that say what it is; empty where the name is a unit alone.
    private(set) var words: [String]

    /// The unit that the name states.
    private(set) var unit: AmountUnits.Unit?

    /// The currency that the name states, as in `amount_eur`.
    private(set) var currency: Currency?

    private static let minor: Set<String> = [
        "cents", "cent", "minor", "subunits", "subunit", "pence", "paise", "paisa", "kobo", "centavos", "centimes",
        "ore",
        "groszy", "kopecks", "fils",
    ]
    private static let major: Set<String> = ["major", "decimal", "euros", "dollars", "pounds"]

    /// English words that are codes as well.
    private static let words: Set<String> = [
        "all", "try", "top", "cup", "sos", "mop", "gel", "pen", "bob", "mad", "cop", "bam", "ron", "net",
    ]

    init(_ name: String) {
        words = Words.of(name)
        let isMinor = words.contains(where: Self.minor.contains)
        if isMinor || words.contains(where: Self.major.contains) {
            unit = isMinor ? .minor : .major
            words.removeAll { Self.minor.contains($0) || Self.major.contains($0) || $0 == "in" || $0 == "units" }
        }
        guard words.count > 1 else { return }
        if let last = words.last, let code = Self.code(last) {
            currency = code
            words.removeLast()
        } else if let code = Self.code(words[0]) {
            currency = code
            words.removeFirst()
        }
        if words.last == "in" { words.removeLast() }
    }

    /// The words joined as `snake_case`.
    var plain: String { words.joined(separator: "_") }

    /// Whether a member's name states a unit or a currency, so that its value is no id.
    static func isAmount(_ field: Field) -> Bool {
        let name = AmountName(field.place.name)
        return field.isNumeric && (name.unit != nil || name.currency != nil)
    }

    private static func code(_ word: String) -> Currency? {
        word.utf8.count == 3 && !words.contains(word) ? Currency(word.uppercased()) : nil
    }
}
