// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

/// Where a merchant's own names and values stand.
struct BagGuess {
    let field: Field
    let reason: String
    let isEmpty: Bool

    /// Whether it is something else than an object in some body.
    let needsCare: Bool
    private let form: Form

    private enum Form {
        case object
        case json
        case pairs(by: String)
    }

    private static let names = [
        "metadata", "meta_data", "custom_data", "notes", "passthrough", "url_params", "meta", "custom", "custom_id",
        "custom_fields", "custom_field_data", "client_reference_id", "additional_data", "extra",
    ]
    private static let strangers = [
        "customer", "product", "price", "plan", "item", "items", "card", "line", "lines", "discount", "variants",
        "previous", "method",
    ]

    /// The expression that reads it.
    func expression(_ selector: String) -> JSONValue {
        switch form {
        case .object: .string(selector)
        case .json: ["parse_json": .string(selector)]
        case .pairs(let by):
            by == ";"
                ? ["pairs": .string(selector)] : .object([.init("pairs", .string(selector)), .init("by", .string(by))])
        }
    }

    /// The bags of some bodies, the best first, at most three.
    static func find(_ inventory: Inventory, at: Place, taken: Set<Place>) -> [BagGuess] {
        let found = inventory.fields.compactMap { field -> BagGuess? in
            guard names.contains(field.plainName) || isBag(field, in: inventory), !field.place.isInArray,
                field.place.depth <= 5,
                field.place.depth > 0,
                !taken.contains(where: { $0.isBelow(field.place) || $0 == field.place }), !at.isBelow(field.place),
                field.place != at
            else { return nil }
            let above = field.place.steps.dropLast().flatMap { (step: Place.Step) -> [String] in
                if case .member(let name) = step { Words.of(name) } else { [] }
            }
            guard !above.contains(where: strangers.contains) else { return nil }
            return bag(field, isListed: names.contains(field.plainName))
        }
        let ordered = found.enumerated().sorted { first, second in
            func rank(_ bag: BagGuess) -> Int {
                let distance =
                    bag.field.place.isBelow(at) ? bag.field.place.depth - at.depth : 3 + bag.field.place.depth
                return (bag.isEmpty ? 20 : 0) + distance * 2 + (names.firstIndex(of: bag.field.plainName) ?? 9) / 4
            }
            return (rank(first.element), first.offset) < (rank(second.element), second.offset)
        }.map(\.element)
        let full = ordered.filter { !$0.isEmpty }
        return full.isEmpty ? Array(ordered.prefix(1)) : Array(full.prefix(3))
    }

    /// Whether a member that no list names is a bag: by members that only those have who pay affiliates, or by its name.
    private static func isBag(_ field: Field, in inventory: Inventory) -> Bool {
        let keys: [String]
        if field.hasObject {
            let inner = inventory.below(field.place)
            guard inner.allSatisfy({ $0.place.parent == field.place && ($0.isScalar || $0.values.isEmpty) }),
                !inner.contains(where: {
                    MoneyNames.isMoneyLike($0, in: inventory) || EnvelopeGuess.timeForm($0) != nil
                })
            else { return false }
            keys = inner.map(\.place.name)
        } else {
            let texts = field.values.compactMap(\.string)
            guard texts.count == field.values.count, texts.allSatisfy({ isObjectText($0) || $0.contains("=") }) else {
                return false
            }
            keys = texts
        }
        let words = keys.map { Words.of($0) }
        let strong = words.count { $0.contains(where: Vocabulary.attribution.contains) }
        let faint = words.count { $0.contains(where: Vocabulary.faintAttribution.contains) }
        let isNamed = Words.of(field.place.name).contains(where: Vocabulary.bags.contains)
        return strong > 0 || field.hasObject && (faint > 1 || isNamed && !keys.isEmpty)
    }

    private static func bag(_ field: Field, isListed: Bool) -> BagGuess? {
        let name = field.place.selector
        let objects = field.values.filter { $0.members != nil }
        if !objects.isEmpty {
            let isEmpty = objects.allSatisfy { $0.members?.isEmpty ?? true }
            let isMixed = objects.count < field.values.count
            let isNested = objects.contains {
                $0.members?.contains { $0.value.members != nil || $0.value.elements != nil } ?? false
            }
            guard isEmpty || !isNested || ["metadata", "custom_data", "notes"].contains(field.plainName) else {
                return nil
            }
            let reason =
                isEmpty
                ? "\(name) is an object of that name, empty in all samples"
                : (isListed
                    ? "\(name) is an object of a merchant's own names"
                    : "\(name) is a bag by its content: \(objects.first?.members?.prefix(3).map(\.name).joined(separator: ", ") ?? "")")
                    + (isMixed ? "; where it is a list it reads as nothing" : "")
            return BagGuess(field: field, reason: reason, isEmpty: isEmpty, needsCare: isMixed, form: .object)
        }
        if !field.values.isEmpty, field.values.allSatisfy({ $0.elements?.isEmpty ?? false }),
            ["notes", "metadata"].contains(field.plainName)
        {
            return BagGuess(
                field: field,
                reason: "\(name) is an empty list in all samples, as some write an empty object",
                isEmpty: true,
                needsCare: true,
                form: .object
            )
        }
        let texts = field.values.compactMap(\.string)
        guard !texts.isEmpty, texts.count == field.values.count else { return nil }
        if texts.allSatisfy({ isObjectText($0) }) {
            return BagGuess(
                field: field,
                reason: "\(name) is a text that holds a JSON object",
                isEmpty: false,
                needsCare: false,
                form: .json
            )
        }
        for by in [";", "&", "|", ","] where texts.allSatisfy({ isPairs($0, by: by) }) {
            let isOne = texts.allSatisfy { !$0.contains(by) }
            return BagGuess(
                field: field,
                reason: "\(name) is a text of names and values, as in a=1\(isOne ? "" : "\(by)b=2")",
                isEmpty: false,
                needsCare: false,
                form: .pairs(by: by)
            )
        }
        return nil
    }

    private static func isObjectText(_ text: String) -> Bool {
        guard text.hasPrefix("{") else { return false }
        // What is no JSON is no bag.
        return (try? JSONValue(parsing: Array(text.utf8), limits: .webhook))?.members != nil
    }

    private static func isPairs(_ text: String, by: String) -> Bool {
        let parts = text.split(separator: by, omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            return pair.count == 2 && !pair[0].isEmpty && !pair[0].contains(" ")
        }
    }
}
