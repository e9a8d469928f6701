// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryMapping
public import TributaryModel

/// Everything that is wrong, or looks wrong, in one configuration file, with the places where it stands.
public struct ConfigurationDiagnostics: Error, Sendable, Hashable {
    /// One problem and its place in the file.
    public struct Item: Sendable, Hashable {
        /// What is wrong.
        public let problem: ConfigurationProblems.Problem
        /// The file as the caller named it.
        public let file: String
        let excerpt: SourceExcerpt
        let byte: Int

        /// Line, counted from 1.
        public var line: Int { excerpt.line }

        /// Column in characters, counted from 1.
        public var column: Int { excerpt.column }

        private var label: String {
            "\(problem.code.isWarning ? "warning" : "error")[\(problem.code.rawValue) \(problem.code.name)]"
        }

        /// `tributary.json:3:7: error[C101 unknown-setting]: …` on one line, the hint behind it.
        public var headline: String {
            let hint = problem.hint.map { "; \($0)" } ?? ""
            return "\(file):\(line):\(column): \(label): \(problem.message)\(hint)"
        }

        /// Headline, source line, caret line and hint.
        public func text(colour: Bool) -> String {
            excerpt.text(
                file: file,
                label: label,
                isError: !problem.code.isWarning,
                message: problem.message,
                hint: problem.hint,
                colour: colour
            )
        }
    }

    /// The problems, in the order of the file.
    public let items: [Item]

    /// Whether one of them keeps the configuration from being used.
    public var hasErrors: Bool { items.contains { !$0.problem.code.isWarning } }

    /// All of them as people read them, with a line that counts them at the end.
    ///
    /// - Parameter colour: Whether to use ANSI colours, for a terminal.
    /// - Returns: The text, with a line feed at its end; empty where nothing is wrong.
    public func text(colour: Bool) -> String {
        guard !items.isEmpty else { return "" }
        let warnings = items.count { $0.problem.code.isWarning }
        let errors = items.count - warnings
        var counts: [String] = []
        if errors > 0 { counts.append(errors == 1 ? "1 error" : "\(errors) errors") }
        if warnings > 0 { counts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
        return items.map { $0.text(colour: colour) }.joined() + counts.joined(separator: ", ") + "\n"
    }

    /// All of them for machines: an array of objects.
    public var json: JSONValue {
        .array(
            items.map { item in
                var members: [JSONValue.Member] = [
                    .init("severity", item.problem.code.isWarning ? "warning" : "error"),
                    .init("code", .string(item.problem.code.rawValue)),
                    .init("name", .string(item.problem.code.name)),
                    .init("file", .string(item.file)),
                    .init("line", .integer(item.line)),
                    .init("column", .integer(item.column)),
                    .init("place", .string(item.problem.place)),
                    .init("message", .string(item.problem.message)),
                ]
                if let hint = item.problem.hint { members.append(.init("hint", .string(hint))) }
                return .object(members)
            }
        )
    }
}

extension ConfigurationDiagnostics {
    /// Finds the places of problems.
    init(_ problems: [ConfigurationProblems.Problem], in document: JSONDocument, file: String) {
        // A secret that somebody wrote into the file must not reach a terminal or a build log through us.
        var bytes = document.bytes
        for problem in problems where problem.code == .secretInFile {
            for index in document.range(of: problem) { bytes[index] = UInt8(ascii: "*") }
        }
        let source = SourceText(file: file, bytes: bytes)
        items = problems.map { problem in
            let range = document.range(of: problem)
            return Item(problem: problem, file: file, excerpt: source.excerpt(at: range), byte: range.lowerBound)
        }.sorted { ($0.byte, $0.problem.message) < ($1.byte, $1.problem.message) }
    }

    /// The one problem of bytes that are not JSON.
    init(_ error: JSONError, in bytes: [UInt8], file: String) {
        let place = min(error.byteOffset, max(0, bytes.count - 1))
        let excerpt = SourceText(file: file, bytes: bytes).excerpt(at: place..<place + 1)
        let problem = ConfigurationProblems.Problem("", error.message, code: .notJSON)
        items = [Item(problem: problem, file: file, excerpt: excerpt, byte: place)]
    }
}

extension ConfigurationDiagnostics: CustomStringConvertible {
    /// One line for each problem.
    public var description: String { items.map(\.headline).joined(separator: "\n") }
}

extension JSONDocument {
    /// The bytes to show for a problem: a value, or a member's name where the name is at fault or something is missing.
    fileprivate func range(of problem: ConfigurationProblems.Problem) -> Range<Int> {
        var node = root
        var isWhole = true
        for part in problem.place.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            let next = kind(node) == .array ? Int(name).flatMap { element(node, at: $0) } : member(node, JSONKey(name))
            guard let next else {
                isWhole = false
                break
            }
            node = next
        }
        let showsName =
            switch problem.code {
            case .unknownSetting, .badName: true
            default: !isWhole || kind(node) == .object || kind(node) == .array
            }
        if showsName, let name = nameByteRange(node) { return name }
        let range = byteRange(node)
        return node == root ? range.lowerBound..<range.lowerBound + 1 : range
    }
}
