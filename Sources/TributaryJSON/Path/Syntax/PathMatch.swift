// SPDX-License-Identifier: Apache-2.0

/// A call of `match()` or `search()`.
package struct PathMatch: Sendable, Hashable {
    /// Where a pattern comes from.
    package enum Pattern: Sendable, Hashable {
        /// A literal, compiled with the expression.
        case compiled(IRegexp)
        /// A literal that is no I-Regexp; it never matches.
        case never
        /// A value that is known at evaluation only.
        case dynamic(PathOperand)
    }

    /// Whether the pattern must take in the whole text (`match`), not just a part of it (`search`).
    package let isWhole: Bool

    /// The text that is looked at.
    package let text: PathOperand

    /// What is looked for.
    package let pattern: Pattern
}
