// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel

/// Reads a configuration's values and collects what is wrong with them.
struct ConfigurationReader {
    typealias Problem = ConfigurationProblems.Problem

    let resolver: SecretResolver
    private(set) var problems: [Problem] = []

    init(resolver: SecretResolver) { self.resolver = resolver }

    mutating func note(
        _ place: String,
        _ message: String,
        code: ConfigurationProblems.Code = .wrongValue,
        hint: String? = nil
    ) {
        problems.append(Problem(place, message, code: code, hint: hint))
    }

    /// `did you mean "…"?`, or all the words that are right.
    static func question(_ word: String, in words: [String]) -> String {
        Spelling.question(word, in: words) ?? "there are: " + words.joined(separator: ", ")
    }

    /// Reads an object's members by a table; a member that neither the table nor `rest` takes is a problem.
    mutating func object<Owner>(
        _ value: JSONValue,
        at place: String,
        _ settings: [Setting<Owner>],
        into owner: inout Owner,
        rest: (JSONValue.Member) -> Bool = { _ in false }
    ) {
        guard let members = value.members else { return note(place, "expected an object") }
        for member in members {
            let place = Problem.place(place, member.name)
            if let setting = settings.first(where: { $0.name == member.name }) {
                setting.read(member.value, place, &owner, &self)
            } else if !rest(member) {
                let names = settings.map(\.name).filter { !$0.hasPrefix("$") }
                let message = "there is no setting \"\(member.name)\" here"
                note(place, message, code: .unknownSetting, hint: Self.question(member.name, in: names))
            }
        }
    }

    /// Hands on each member of an object whose names are the operator's.
    mutating func named(
        _ value: JSONValue,
        at place: String,
        _ take: (_ name: String, _ value: JSONValue, _ place: String, inout ConfigurationReader) -> Void
    ) {
        guard let members = value.members else { return note(place, "expected an object: { \"NAME\": { … } }") }
        for member in members {
            let place = Problem.place(place, member.name)
            checkName(member.name, at: place)
            take(member.name, member.value, place, &self)
        }
    }

    mutating func text(_ value: JSONValue, at place: String) -> String? {
        guard let text = value.string, !text.isEmpty else {
            note(place, "expected a text that is not empty")
            return nil
        }
        return text
    }

    mutating func texts(_ value: JSONValue, at place: String) -> [String]? {
        let texts = value.elements?.compactMap(\.string)
        guard let texts, texts.count == value.elements?.count else {
            note(place, "expected a list of texts")
            return nil
        }
        return texts
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ value: JSONValue, at place: String) -> Choice?
    where Choice.RawValue == String {
        if let choice = value.string.flatMap(Choice.init(rawValue:)) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        note(
            place,
            "expected one of " + words.map { "\"\($0)\"" }.joined(separator: ", "),
            hint: value.string.flatMap { Spelling.question($0, in: words) }
        )
        return nil
    }

    /// Names stand in URLs, tables and metrics.
    mutating func checkName(_ name: String, at place: String) {
        let allowed = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        if !allowed || name.isEmpty || name.utf8.count > 64 {
            note(place, "a name has 1 to 64 characters out of a-z, 0-9, '-' and '_'", code: .badName)
        }
    }

    mutating func secrets(_ value: JSONValue, at place: String) -> [Secret] {
        guard let elements = value.elements, !elements.isEmpty else {
            note(place, "expected a list such as [\"env:STRIPE_WEBHOOK_SECRET\"]")
            return []
        }
        return elements.enumerated().compactMap { secret($0.element, at: place + "/\($0.offset)") }
    }

    mutating func secret(_ value: JSONValue, at place: String) -> Secret? {
        guard let reference = value.string.flatMap(SecretReference.init) else {
            let hint = "name it as \"env:NAME\" or \"file:PATH\""
            note(place, "a secret never stands in the file", code: .secretInFile, hint: hint)
            return nil
        }
        guard let bytes = resolver.bytes(reference) else {
            switch reference {
            case .environment(let name):
                note(place, "the environment variable \(name) is not set", code: .missingSecret)
            case .file(let path): note(place, "the file \(path) cannot be read", code: .missingSecret)
            }
            return nil
        }
        guard !bytes.isEmpty else {
            note(place, "the secret is empty; an empty secret would let everyone in", code: .missingSecret)
            return nil
        }
        return Secret(bytes)
    }
}
