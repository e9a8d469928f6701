// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Everything that is wrong in one mapping file, in the order of the file.
public struct MappingDiagnostics: Error, Sendable, Hashable {
    /// The diagnostics, sorted by place.
    public let items: [MappingDiagnostic]

    init(_ items: [MappingDiagnostic]) {
        self.items = items.sorted { ($0.byte, $0.code.rawValue, $0.message) < ($1.byte, $1.code.rawValue, $1.message) }
    }

    /// Whether one of them is an error.
    public var hasErrors: Bool { items.contains { $0.severity == .error } }

    /// All of them as people read them, with a line that counts them at the end.
    ///
    /// - Parameter colour: Whether to use ANSI colours, for a terminal.
    /// - Returns: The text, with a line feed at its end.
    public func text(colour: Bool) -> String {
        guard !items.isEmpty else { return "" }
        var text = ""
        for item in items { text += item.text(colour: colour) }
        let errors = items.count { $0.severity == .error }
        let warnings = items.count - errors
        var counts: [String] = []
        if errors > 0 { counts.append(errors == 1 ? "1 error" : "\(errors) errors") }
        if warnings > 0 { counts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
        return text + counts.joined(separator: ", ") + "\n"
    }

    /// All of them for machines: an array of objects.
    public var json: JSONValue {
        .array(
            items.map { item in
                var members: [JSONValue.Member] = [
                    .init("severity", .string(item.severity.rawValue)),
                    .init("code", .string(item.code.rawValue)),
                    .init("name", .string(item.code.name)),
                    .init("file", .string(item.file)),
                    .init("line", .integer(item.line)),
                    .init("column", .integer(item.column)),
                    .init("message", .string(item.message)),
                ]
                if let hint = item.hint { members.append(.init("hint", .string(hint))) }
                return .object(members)
            }
        )
    }
}

extension MappingDiagnostics: CustomStringConvertible {
    /// The text without colours.
    public var description: String { text(colour: false) }
}
