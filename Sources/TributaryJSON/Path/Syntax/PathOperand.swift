// SPDX-License-Identifier: Apache-2.0

/// Something that yields one value, or nothing: RFC 9535's `ValueType`.
package struct PathOperand: Sendable {
    /// Where the value comes from.
    package indirect enum Kind: Sendable, Hashable {
        /// A literal in the expression.
        case literal(PathLiteral)
        /// The value of the one node that a singular query selects.
        case query(PathQuery)
        /// `length()`: scalars of a string, elements of an array, members of an object.
        case length(PathOperand)
        /// `count()`: how many nodes a query selects.
        case count(PathQuery)
        /// `value()`: the value of the only node that a query selects.
        case value(PathQuery)
    }

    /// Where the value comes from.
    package let kind: Kind

    /// Its place in the expression, in UTF-8 bytes.
    package let range: Range<Int>

    /// The query whose value or count this is; `nil` for a literal.
    package var query: PathQuery? {
        switch kind {
        case .literal: nil
        case .query(let query), .count(let query), .value(let query): query
        case .length(let operand): operand.query
        }
    }
}

extension PathOperand: Hashable {
    /// Equal when they mean the same, wherever they stand in an expression.
    package static func == (a: PathOperand, b: PathOperand) -> Bool { a.kind == b.kind }

    /// Feeds what equality looks at.
    package func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}
