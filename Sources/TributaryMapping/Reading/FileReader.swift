// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// Walks the JSON of a mapping file, collects every diagnostic and goes on.
///
/// Lives only while a file is compiled.
final class FileReader {
    let document: JSONDocument
    let source: SourceText
    private(set) var diagnostics: [MappingDiagnostic] = []

    /// Operators that mean nothing in this file.
    var excludedOperators: Set<Operator> = []

    /// Names of groups that a rule uses.
    var usedGroups: Set<String> = []

    /// Keys that unknown ones were probably meant to be.
    private var misspelt: Set<Misspelling> = []

    private struct Misspelling: Hashable {
        let object: JSONNode
        let key: String
    }

    init(document: JSONDocument, source: SourceText) {
        self.document = document
        self.source = source
    }

    // MARK: Reporting

    func report(
        _ code: MappingDiagnostic.Code,
        _ message: String,
        hint: String? = nil,
        at range: Range<Int>,
        severity: MappingDiagnostic.Severity = .error
    ) {
        diagnostics.append(source.diagnostic(severity, code, message, hint: hint, at: range))
    }

    func report(_ code: MappingDiagnostic.Code, _ message: String, hint: String? = nil, at node: JSONNode) {
        report(code, message, hint: hint, at: headRange(node))
    }

    /// The whole of a scalar, the first character of anything larger: what a caret line can sensibly mark.
    func headRange(_ node: JSONNode) -> Range<Int> {
        let range = document.byteRange(node)
        return switch document.kind(node) {
        case .array, .object: range.lowerBound..<range.lowerBound + 1
        case .null, .bool, .number, .string: range
        }
    }

    func nameRange(_ node: JSONNode) -> Range<Int> { document.nameByteRange(node) ?? headRange(node) }

    /// What stands at a node, in words.
    func words(_ node: JSONNode) -> String {
        switch document.kind(node) {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    func reportType(_ node: JSONNode, _ what: String, expected: String) {
        report(.wrongType, "\(what) must be \(expected), found \(words(node))", at: node)
    }

    /// Line of a byte, counted from 1.
    func line(of byte: Int) -> Int {
        1 + source.bytes[..<min(byte, source.bytes.count)].count { $0 == UInt8(ascii: "\n") }
    }

    // MARK: Reading

    /// The members of an object by name; unknown names are reported.
    func members(_ node: JSONNode, of what: String, allowed: [String]) -> [String: JSONNode]? {
        guard document.kind(node) == .object else {
            reportType(node, what, expected: "an object")
            return nil
        }
        var members: [String: JSONNode] = [:]
        for (name, member) in children(node) {
            if allowed.contains(name) {
                members[name] = member
            } else {
                let meant = Spelling.nearest(to: name, in: allowed)
                if let meant { misspelt.insert(Misspelling(object: node, key: meant)) }
                report(
                    .unknownKey,
                    "there is no key \"\(name)\" in \(what)",
                    hint: meant.map { "did you mean \"\($0)\"?" }
                        ?? "allowed here: \(allowed.joined(separator: ", "))",
                    at: nameRange(member)
                )
            }
        }
        return members
    }

    /// The members of an object, in order.
    func children(_ node: JSONNode) -> [(name: String, node: JSONNode)] {
        elements(node).map { (document.name($0) ?? "", $0) }
    }

    /// The direct children of a list or object, in order.
    func elements(_ node: JSONNode) -> [JSONNode] {
        var result: [JSONNode] = []
        var next = document.firstChild(node)
        while let child = next {
            result.append(child)
            next = document.nextSibling(child)
        }
        return result
    }

    /// Reports a missing key at the opening brace of its object, unless it is there with a slip of the keyboard.
    func require(_ name: String, in members: [String: JSONNode], of node: JSONNode, _ what: String) -> JSONNode? {
        if let member = members[name] { return member }
        guard !misspelt.contains(Misspelling(object: node, key: name)) else { return nil }
        report(.missingKey, "\(what) needs the key \"\(name)\"", at: node)
        return nil
    }

    func text(_ node: JSONNode, _ what: String) -> String? {
        guard let text = document.string(node) else {
            reportType(node, what, expected: "a text")
            return nil
        }
        guard !text.isEmpty else {
            report(.empty, "\(what) must not be empty", at: node)
            return nil
        }
        return text
    }

    /// A list of different texts, with their places.
    func texts(_ node: JSONNode, _ what: String, mayBeEmpty: Bool = false) -> [TypeName]? {
        guard let elements = list(node, what) else { return nil }
        if elements.isEmpty, !mayBeEmpty {
            report(.empty, "\(what) must not be empty", at: node)
            return nil
        }
        var result: [TypeName] = []
        var isWhole = true
        for element in elements {
            guard let text = text(element, "each entry of \(what)") else {
                isWhole = false
                continue
            }
            if result.contains(where: { $0.name == text }) {
                report(.repeated, "\"\(text)\" stands twice in \(what)", at: element)
            } else {
                result.append(TypeName(name: text, range: document.byteRange(element)))
            }
        }
        return isWhole ? result : nil
    }

    func list(_ node: JSONNode, _ what: String) -> [JSONNode]? {
        guard document.kind(node) == .array else {
            reportType(node, what, expected: "a list")
            return nil
        }
        return elements(node)
    }

    func integer(_ node: JSONNode, _ what: String) -> Int? {
        guard let value = document.int64(node) else {
            reportType(node, what, expected: "a whole number")
            return nil
        }
        return Int(exactly: value)
    }

    func scalar(_ node: JSONNode, _ what: String) -> Scalar? {
        switch document.kind(node) {
        case .string: document.string(node).map(Scalar.text)
        case .number: document.numberText(node).map(Scalar.number)
        case .bool: document.bool(node).map(Scalar.bool)
        case .null, .array, .object: nil
        }
    }

    // MARK: Places inside a text

    /// The place in the file of a byte of an unescaped text.
    func fileRange(of node: JSONNode, offset: Int) -> Range<Int> {
        let range = document.byteRange(node)
        guard range.count >= 2 else { return range }
        var position = range.lowerBound + 1
        let end = range.upperBound - 1
        var remaining = offset
        while position < end {
            let step = Self.step(source.bytes, position)
            guard remaining >= step.text else { return position..<min(end, position + step.file) }
            remaining -= step.text
            position += step.file
        }
        return max(range.lowerBound, end - (offset > 0 ? 0 : 1))..<range.upperBound
    }

    /// How many bytes of the file one character of a string literal takes, and how many it is when unescaped.
    private static func step(_ bytes: [UInt8], _ position: Int) -> (file: Int, text: Int) {
        guard bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count else { return (1, 1) }
        guard bytes[position + 1] == UInt8(ascii: "u"), position + 5 < bytes.count else { return (2, 1) }
        let digits = String(decoding: bytes[position + 2..<position + 6], as: UTF8.self)
        let code = UInt32(digits, radix: 16) ?? 0
        // A surrogate pair is two escapes and four bytes; each half counts for two.
        if (0xD800..<0xE000).contains(code) { return (6, 2) }
        return (6, code < 0x80 ? 1 : code < 0x800 ? 2 : 3)
    }
}
