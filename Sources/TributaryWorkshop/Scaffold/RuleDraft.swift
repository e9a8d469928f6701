// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// One rule as it will be written, with what led to it.
struct RuleDraft: Sendable {
    var id: String
    var type: String
    var at: Place
    var clauses: [String] = []
    var kind: EventKind
    var key: (type: String, value: JSONValue)?
    var aliases: [(type: String, selector: String)] = []
    var set: [(target: String, value: JSONValue)] = []
    var why = ""
    var guesses: [Guess] = []
    var contradictions: [String] = []

    /// Places that the rule reads.
    var used: Set<Place> = []

    /// Which of the bodies it was made for.
    var bodies: [Int]

    /// The rule as it stands in the file; in a batch without `at`, because `@` is the entry.
    func json(inBatch: Bool) -> JSONValue {
        guard inBatch else { return json }
        let members = json.members ?? []
        return .object(
            members.compactMap { member -> JSONValue.Member? in
                switch member.name {
                case "at": nil
                case "where", "set": JSONValue.Member(member.name, BatchGuess.rebased(member.value, at: at))
                case "key", "aliases": JSONValue.Member(member.name, Self.rebasedReferences(member.value, at: at))
                default: member
                }
            }
        )
    }

    /// `["type", expression]`, or a list of such; types stay as they are.
    private static func rebasedReferences(_ value: JSONValue, at place: Place) -> JSONValue {
        guard let elements = value.elements else { return value }
        if let first = elements.first, first.string != nil {
            return .array([first] + elements.dropFirst().map { BatchGuess.rebased($0, at: place) })
        }
        return .array(elements.map { rebasedReferences($0, at: place) })
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("id", .string(id)), .init("on", [.string(type)])]
        if at != .root { members.append(.init("at", .string(at.selector))) }
        if !clauses.isEmpty { members.append(.init("where", .string(clauses.joined(separator: " && ")))) }
        members.append(.init("emit", .string(kind.rawValue)))
        if let key { members.append(.init("key", [.string(key.type), key.value])) }
        if !aliases.isEmpty {
            members.append(.init("aliases", .array(aliases.map { [.string($0.type), .string($0.selector)] })))
        }
        members.append(.init("set", .object(set.map { .init($0.target, $0.value) })))
        members.append(.init("why", .string(why)))
        return .object(members)
    }

    /// The selector of a place as this rule writes it.
    func selector(_ place: Place) -> String { place.selector(at: at) }

    mutating func fill(_ target: String, _ field: Field, _ confidence: Guess.Confidence, _ reason: String) {
        fill(target, .string(selector(field.place)), [field.place], confidence, reason)
    }

    mutating func fill(
        _ target: String,
        _ value: JSONValue,
        _ places: [Place],
        _ confidence: Guess.Confidence,
        _ reason: String,
        choice: String? = nil
    ) {
        set.append((target, value))
        used.formUnion(places)
        let choice = choice ?? (places.isEmpty ? value.text : places.map { selector($0) }.joined(separator: ", "))
        guesses.append(Guess(target, choice, confidence, reason, rule: id))
    }

    /// Takes a target out again, because its value cannot be read.
    mutating func drop(_ target: String, because reason: String) {
        set.removeAll { $0.target == target }
        guesses.removeAll { $0.subject == target }
        guesses.append(Guess(target, "left out", .weak, "it was tried and could not be read: \(reason)", rule: id))
    }

    /// A text as a predicate writes it.
    static func literal(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
