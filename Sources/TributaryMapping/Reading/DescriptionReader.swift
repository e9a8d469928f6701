// SPDX-License-Identifier: Apache-2.0

public import TributaryJSON
import TributaryModel

/// Reads a closed JSON file that is no mapping but speaks its language, such as the description of a platform.
///
/// It walks on after each mistake, so that all of them are told at once, as for mappings: ``finish()`` throws them.
/// Lives only while a file is read.
public final class DescriptionReader {
    /// The file's JSON.
    public let document: JSONDocument

    private let reader: FileReader

    /// Parses a file.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - file: What to call the file in diagnostics.
    /// - Throws: ``MappingDiagnostics`` where it is no JSON.
    public init(_ bytes: [UInt8], file: String) throws(MappingDiagnostics) {
        let source = SourceText(file: file, bytes: bytes)
        do {
            document = try JSONDocument(parsing: bytes, limits: .file)
        } catch {
            let place = min(error.byteOffset, max(0, bytes.count - 1))
            throw MappingDiagnostics([source.diagnostic(.error, .notJSON, error.message, at: place..<place + 1)])
        }
        reader = FileReader(document: document, source: source)
        // There are no webhooks here, hence neither header fields nor a moment of receipt.
        reader.excludedOperators = [.header, .received]
    }

    /// Ends the reading.
    ///
    /// - Throws: ``MappingDiagnostics`` with everything that was reported, where one of them is an error.
    public func finish() throws(MappingDiagnostics) {
        let diagnostics = MappingDiagnostics(reader.diagnostics)
        if diagnostics.hasErrors { throw diagnostics }
    }

    /// Everything reported so far.
    public var diagnostics: MappingDiagnostics { MappingDiagnostics(reader.diagnostics) }

    // MARK: Reporting

    /// Notes that something is wrong with the value at a node.
    public func report(
        _ code: MappingDiagnostic.Code,
        _ message: String,
        hint: String? = nil,
        at node: JSONNode,
        severity: MappingDiagnostic.Severity = .error
    ) { reader.report(code, message, hint: hint, at: reader.headRange(node), severity: severity) }

    /// Notes that something is wrong with the name of a member.
    public func reportName(
        _ code: MappingDiagnostic.Code,
        _ message: String,
        hint: String? = nil,
        at node: JSONNode
    ) { reader.report(code, message, hint: hint, at: reader.nameRange(node)) }

    /// Notes that a text is not one of those that are allowed.
    public func reportChoice(_ text: String, _ what: String, of choices: [String], at node: JSONNode) {
        let hint = Spelling.question(text, in: choices) ?? "one of \(choices.joined(separator: ", "))"
        report(.wrongValue, "\"\(text)\" is no \(what)", hint: hint, at: node)
    }

    /// Notes that the common event has no kind of that name.
    public func reportUnknownKind(_ name: String, at node: JSONNode) {
        let hint = Spelling.question(name, in: EventKind.allCases.map(\.rawValue))
        report(.unknownKind, "there is no kind \"\(name)\"", hint: hint, at: node)
    }

    // MARK: Values

    /// The members of an object by name; unknown names are reported.
    public func members(_ node: JSONNode, of what: String, allowed: [String]) -> [String: JSONNode]? {
        reader.members(node, of: what, allowed: allowed)
    }

    /// A member; where it is missing, that is reported.
    public func require(_ name: String, in members: [String: JSONNode], of node: JSONNode, _ what: String) -> JSONNode?
    { reader.require(name, in: members, of: node, what) }

    /// The members of an object with names of the author's own, in order; anything else is reported.
    public func entries(_ node: JSONNode, _ what: String) -> [(name: String, node: JSONNode)] {
        guard document.kind(node) == .object else {
            reader.reportType(node, what, expected: "an object")
            return []
        }
        return reader.children(node)
    }

    /// A text that is not empty.
    public func text(_ node: JSONNode, _ what: String) -> String? { reader.text(node, what) }

    /// A list of different texts, with their values' nodes.
    public func texts(_ node: JSONNode, _ what: String) -> [String]? { reader.texts(node, what)?.map(\.name) }

    /// The elements of a list.
    public func list(_ node: JSONNode, _ what: String) -> [JSONNode]? { reader.list(node, what) }

    /// A whole number.
    public func integer(_ node: JSONNode, _ what: String) -> Int? { reader.integer(node, what) }

    /// `true` or `false`.
    public func bool(_ node: JSONNode, _ what: String) -> Bool? {
        if let bool = document.bool(node) { return bool }
        reader.reportType(node, what, expected: "true or false")
        return nil
    }

    // MARK: The language

    /// A selector of one node, or an operator that gives a text, number or truth value.
    public func expression(_ node: JSONNode, _ what: String) -> CompiledExpression? {
        reader.expression(node, what, .some, .anything).map(CompiledExpression.init)
    }

    /// A selector that may choose several nodes.
    public func selection(_ node: JSONNode, _ what: String) -> CompiledSelection? {
        reader.selector(node, what, .some, singular: false).map(CompiledSelection.init)
    }

    /// A condition: a logical expression of RFC 9535.
    public func condition(_ node: JSONNode, _ what: String) -> CompiledCondition? {
        reader.predicate(node, what).map(CompiledCondition.init)
    }

    /// A condition that is made of what stands at a node, for example of a pattern.
    public func condition(_ text: String, from node: JSONNode) -> CompiledCondition? {
        do {
            let predicate = try JSONPredicate(text)
            return CompiledCondition(
                Predicate(predicate: predicate, text: text, range: document.byteRange(node))
            )
        } catch {
            report(.badPredicate, error.message, hint: error.hint, at: node)
            return nil
        }
    }

    /// A text with selectors in braces, as the operator `text` takes it.
    public func template(_ node: JSONNode, _ what: String) -> CompiledTemplate? {
        let context = OperatorContext(node: node, members: [:], what: what, current: .some, shape: .text)
        return reader.template(node, context).map(CompiledTemplate.init)
    }
}

@available(*, unavailable) extension DescriptionReader: Sendable {}
