// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Bodies that hold several events: one list of objects, as in `{ "events": [ … ] }`.
enum BatchGuess {
    private static let words = ["events", "notifications", "messages", "records", "deliveries", "entries", "batch"]

    /// The name of the list and what is in it; `nil` where a body has anything of its own beside it.
    static func entries(of body: JSONValue) -> (list: String, entries: [JSONValue])? {
        guard let members = body.members,
            let list = members.first(where: { Words.of($0.name).contains(where: words.contains) }),
            let entries = list.value.elements, !entries.isEmpty, entries.allSatisfy({ ($0.members?.count ?? 0) > 1 }),
            members.allSatisfy({ $0.name == list.name || $0.value.members == nil && $0.value.elements == nil })
        else { return nil }
        return (list.name, entries)
    }

    /// A rule or envelope that was written for an entry as the body, for an entry as `@`.
    ///
    /// - Parameters:
    ///   - value: An expression, or the members of one.
    ///   - place: Where within the entry the `@` of the expression stands.
    /// - Returns: The same expression, every selector from the entry.
    static func rebased(_ value: JSONValue, at place: Place) -> JSONValue {
        switch value {
        case .string(let text):
            let inner = place.selector.dropFirst()
            return .string(text.replacing("@", with: "@" + inner).replacing("$", with: "@"))
        case .array(let elements): return .array(elements.map { rebased($0, at: place) })
        case .object(let members):
            return .object(
                members.map { member in
                    let isLiteral = ["const", "to", "else", "default", "by", "is", "header"].contains(member.name)
                    return .init(member.name, isLiteral ? member.value : rebased(member.value, at: place))
                }
            )
        case .null, .bool, .number: return value
        }
    }
}
