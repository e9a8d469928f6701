// SPDX-License-Identifier: Apache-2.0

/// The part of a condition that made it false, and what its queries found.
///
/// Quotes the document, so it is for the eyes of those who may see the document.
public struct FalseClause: Sendable, Hashable {
    /// A query or function of the clause, and what it came to.
    public struct Operand: Sendable, Hashable {
        /// The operand as it was written.
        public let text: String

        /// The normalized path of the node that was looked at; where there is none, of the place where a singular
        /// query looked for it; `nil` for several nodes.
        public let path: String?

        /// The value as JSON text, cut after 80 bytes; `nil` where there is none.
        public let value: String?
    }

    /// The clause as it was written.
    public let text: String

    /// Its operands other than literals, from left to right.
    public let operands: [Operand]
}

extension FalseClause: CustomStringConvertible {
    /// The clause and its operands in one line: `@.a > 0, where $['a'] is 0`.
    public var description: String {
        guard !operands.isEmpty else { return text }
        let findings = operands.map { operand in
            let name = operand.path.map { operand.text.contains("(") ? "\(operand.text) of \($0)" : $0 } ?? operand.text
            return name + (operand.value.map { " is \($0)" } ?? " is missing")
        }
        return text + ", where " + findings.joined(separator: " and ")
    }
}
