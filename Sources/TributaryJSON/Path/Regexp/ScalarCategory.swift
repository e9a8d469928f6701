// SPDX-License-Identifier: Apache-2.0

/// A general category of Unicode scalars, or a group of them, as `\p{…}` names it.
struct ScalarCategory: Sendable, Hashable {
    private let members: [Unicode.GeneralCategory]

    /// Finds a category by its name, such as `L` or `Lu`; the names that RFC 9485 lists, and no others.
    init?(named name: String) {
        if let one = Self.named[name] {
            members = [one]
        } else if name.utf8.count == 1 {
            members = Self.named.filter { $0.key.hasPrefix(name) }.map(\.value)
        } else {
            return nil
        }
        guard !members.isEmpty else { return nil }
    }

    /// Whether the scalar is of this category.
    func contains(_ scalar: Unicode.Scalar) -> Bool { members.contains(scalar.properties.generalCategory) }

    /// Source: RFC 9485, section 4 (`IsCategory`); surrogates (`Cs`) are not scalars and have no name there.
    private static let named: [String: Unicode.GeneralCategory] = [
        "Lu": .uppercaseLetter, "Ll": .lowercaseLetter, "Lt": .titlecaseLetter, "Lm": .modifierLetter,
        "Lo": .otherLetter,
        "Mn": .nonspacingMark, "Mc": .spacingMark, "Me": .enclosingMark,
        "Nd": .decimalNumber, "Nl": .letterNumber, "No": .otherNumber,
        "Pc": .connectorPunctuation, "Pd": .dashPunctuation, "Ps": .openPunctuation, "Pe": .closePunctuation,
        "Pi": .initialPunctuation, "Pf": .finalPunctuation, "Po": .otherPunctuation,
        "Zs": .spaceSeparator, "Zl": .lineSeparator, "Zp": .paragraphSeparator,
        "Sm": .mathSymbol, "Sc": .currencySymbol, "Sk": .modifierSymbol, "So": .otherSymbol,
        "Cc": .control, "Cf": .format, "Co": .privateUse, "Cn": .unassigned,
    ]
}
