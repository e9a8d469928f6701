// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Reads one closed object of a `verify` declaration and collects what is wrong with it.
struct DeclarationReader {
    typealias Problem = VerifyDeclarationError.Problem

    let members: [JSONValue.Member]
    let pointer: String
    private(set) var problems: [Problem] = []

    /// Starts on an object; `nil` and a problem when the value is something else.
    init?(_ value: JSONValue, at pointer: String, collecting problems: inout [Problem]) {
        guard let members = value.members else {
            problems.append(Problem(.wrongType, at: pointer, "an object was expected"))
            return nil
        }
        self.members = members
        self.pointer = pointer
    }

    /// RFC 6901 pointer to a member of this object.
    func place(_ name: String) -> String { pointer + "/" + Self.escaped(name) }

    /// The member of that name.
    func member(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }

    /// Notes a problem.
    mutating func refuse(_ code: VerifyDeclarationError.Code, _ place: String, _ message: String, near: String? = nil) {
        problems.append(Problem(code, at: place, message, suggestion: near))
    }

    /// Notes problems found elsewhere.
    mutating func refuse(_ others: [Problem]) { problems += others }

    /// Notes every member whose name is not among the known ones.
    mutating func close(_ known: [String]) {
        for member in members where !known.contains(member.name) {
            let list = known.map { "\"\($0)\"" }.joined(separator: ", ")
            let near = Self.nearest(to: member.name, among: known)
            refuse(.unknownKey, place(member.name), "unknown key; known here: \(list)", near: near)
        }
    }

    /// The text of a member; a problem when it is missing or no text.
    mutating func text(_ name: String) -> String? {
        guard let value = member(name) else {
            refuse(.missingKey, pointer, "\"\(name)\" is missing")
            return nil
        }
        guard let text = value.string else {
            refuse(.wrongType, place(name), "a string was expected")
            return nil
        }
        return text
    }

    /// The text of a member that may be missing.
    mutating func optionalText(_ name: String) -> String? { member(name) == nil ? nil : text(name) }

    /// The word of a member; a problem when it is missing or none of the allowed words.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ name: String, _: Word.Type = Word.self) -> Word?
    where Word.RawValue == String {
        guard let text = text(name) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        let list = words.map { "\"\($0)\"" }.joined(separator: ", ")
        refuse(.unknownValue, place(name), "allowed are \(list)", near: Self.nearest(to: text, among: words))
        return nil
    }

    /// A name as one reference token of a pointer: RFC 6901 section 3.
    static func escaped(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// The known word that differs least, when it differs by little.
    static func nearest(to text: String, among words: [String]) -> String? {
        let given = Array(text.utf8.prefix(64))
        let ranked = words.map { (word: $0, distance: distance(given, Array($0.utf8))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, best.word.utf8.count / 3) ? best.word : nil
    }

    /// Number of insertions, deletions and replacements between two texts.
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var row = Array(0...second.count)
        for (line, byte) in first.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
