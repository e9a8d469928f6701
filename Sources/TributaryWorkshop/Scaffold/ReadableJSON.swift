// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension JSONValue {
    /// The JSON text as a person would set it: what fits on a line of 120 characters stands on one line.
    var readableText: String {
        var text = ""
        append(to: &text, indentation: 0, isTop: true)
        return text + "\n"
    }

    /// The text on one line, with blanks.
    private var spacedText: String {
        switch self {
        case .null, .bool, .number, .string: text
        case .array(let elements): "[" + elements.map(\.spacedText).joined(separator: ", ") + "]"
        case .object(let members) where members.isEmpty: "{}"
        case .object(let members):
            "{ " + members.map { Self.quoted($0.name) + ": " + $0.value.spacedText }.joined(separator: ", ") + " }"
        }
    }

    private static func quoted(_ name: String) -> String { JSONValue.string(name).text }

    private func append(to text: inout String, indentation: Int, isTop: Bool, used: Int = 0) {
        let short = isTop ? "" : spacedText
        guard isTop || indentation + used + short.count > 118 else {
            text += short
            return
        }
        let inner = String(repeating: " ", count: indentation + 2)
        switch self {
        case .array(let elements) where !elements.isEmpty:
            text += "["
            for (index, element) in elements.enumerated() {
                text += (index > 0 ? "," : "") + "\n" + inner
                element.append(to: &text, indentation: indentation + 2, isTop: false)
            }
            text += "\n" + inner.dropLast(2) + "]"
        case .object(let members) where !members.isEmpty:
            text += "{"
            for (index, member) in members.enumerated() {
                let name = Self.quoted(member.name) + ": "
                text += (index > 0 ? "," : "") + "\n" + inner + name
                member.value.append(to: &text, indentation: indentation + 2, isTop: false, used: name.count)
            }
            text += "\n" + inner.dropLast(2) + "}"
        case .null, .bool, .number, .string, .array, .object: text += spacedText
        }
    }
}
