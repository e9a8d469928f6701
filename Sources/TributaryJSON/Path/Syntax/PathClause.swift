// SPDX-License-Identifier: Apache-2.0

/// A condition, or a part of one, with its place in the expression.
package struct PathClause: Sendable {
    /// What the condition consists of.
    package indirect enum Kind: Sendable, Hashable {
        /// At least one of them holds (`||`); two or more.
        case or([PathClause])
        /// All of them hold (`&&`); two or more.
        case and([PathClause])
        /// It does not hold (`!`).
        case not(PathClause)
        /// The query selects at least one node, whatever its value.
        case exists(PathQuery)
        /// Two values compare as stated.
        case comparison(PathComparison)
        /// A text matches a pattern (`match`, `search`).
        case match(PathMatch)
    }

    /// What the condition consists of.
    package let kind: Kind

    /// Its place in the expression in UTF-8 bytes, without parentheses around the whole.
    package let range: Range<Int>
}

extension PathClause: Hashable {
    /// Equal when they mean the same, wherever they stand in an expression.
    package static func == (a: PathClause, b: PathClause) -> Bool { a.kind == b.kind }

    /// Feeds what equality looks at.
    package func hash(into hasher: inout Hasher) { hasher.combine(kind) }
}
