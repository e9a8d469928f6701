// SPDX-License-Identifier: Apache-2.0

package import TributaryModel

/// JSON as people lay it out: on one line where it fits, else member by member.
package enum JSONLayout {
    /// Characters of a line at most, as in the mappings that ship.
    private static let width = 120

    /// The text of a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - indent: Blanks before the line on which the value begins.
    ///   - column: Characters before the value on that line.
    ///   - tail: Characters that follow the value on its last line, such as a comma.
    /// - Returns: The text, without a line feed at its end.
    package static func text(_ value: JSONValue, indent: Int, column: Int, tail: Int = 0) -> String {
        let line = line(value)
        let fits = column + line.count + tail <= width
        let inner = String(repeating: " ", count: indent + 2)
        let outer = String(repeating: " ", count: indent)
        switch value {
        case .object(let members) where !members.isEmpty && !fits:
            let lines = members.enumerated().map { index, member in
                let head = "\(inner)\(JSONValue.string(member.name).text): "
                let tail = index < members.count - 1 ? 1 : 0
                return head + text(member.value, indent: indent + 2, column: head.count, tail: tail)
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
        case .array(let elements) where !elements.isEmpty && !fits:
            let lines = elements.enumerated().map { index, element in
                let tail = index < elements.count - 1 ? 1 : 0
                return inner + text(element, indent: indent + 2, column: inner.count, tail: tail)
            }
            return "[\n\(lines.joined(separator: ",\n"))\n\(outer)]"
        case .null, .bool, .number, .string, .array, .object: return line
        }
    }

    /// The value on one line, with blanks where people put them.
    private static func line(_ value: JSONValue) -> String {
        switch value {
        case .object(let members) where !members.isEmpty:
            "{ " + members.map { "\(JSONValue.string($0.name).text): \(line($0.value))" }.joined(separator: ", ") + " }"
        case .array(let elements): "[" + elements.map(line).joined(separator: ", ") + "]"
        case .null, .bool, .number, .string, .object: value.text
        }
    }
}
