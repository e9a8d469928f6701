// SPDX-License-Identifier: Apache-2.0

/// A compiled condition: RFC 9535's `logical-expr`, what stands behind `?` in a filter.
///
/// For example `@.amount > 0 && !@.test`, with `@` for the node that is given and `$` for the document's root.
public struct JSONPredicate: Sendable, Hashable {
    /// The condition as it was written.
    public let text: String

    /// The condition's syntax tree.
    package let clause: PathClause

    /// What is valid and yet hardly meant, such as a pattern that can never match, or `.length` compared with a number.
    public let warnings: [JSONPathError]

    /// Compiles a condition.
    public init(_ text: String) throws(JSONPathError) {
        var parser = try PathParser(text, allowsCurrentNode: true)
        clause = try parser.wholeClause()
        warnings = parser.warnings
        self.text = text
    }

    /// Whether the condition holds.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - current: The node for which `@` stands.
    ///   - budget: How much may be done; reduced by what was. See ``JSONPath/budgetDefault``.
    /// - Returns: `true` where it holds.
    /// - Throws: ``JSONPathError`` with the code `budgetExceeded`.
    public func holds(
        in document: JSONDocument,
        at current: JSONNode,
        budget: inout Int
    ) throws(JSONPathError) -> Bool {
        var evaluation = PathEvaluation(document, budget: budget)
        defer { budget = evaluation.budget }
        return try evaluation.holds(clause, at: current)
    }

    /// The smallest part of the condition that made it false, with what was found; `nil` where the condition holds.
    ///
    /// Evaluates anew and builds text, so it is for explanations, not for the hot path. Works within
    /// ``JSONPath/budgetDefault``; beyond that, the answer is the whole condition without operands.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - current: The node for which `@` stands.
    /// - Returns: The part, or `nil`.
    public func firstFalseClause(in document: JSONDocument, at current: JSONNode) -> FalseClause? {
        var evaluation = PathEvaluation(document, budget: JSONPath.budgetDefault)
        do throws(JSONPathError) {
            guard let found = try evaluation.firstFalse(clause, at: current) else { return nil }
            return try evaluation.explain(found, at: current, source: Array(text.utf8))
        } catch {
            return FalseClause(text: text, operands: [])
        }
    }
}

extension JSONPredicate: CustomStringConvertible {
    /// The condition as it was written.
    public var description: String { text }
}
