// SPDX-License-Identifier: Apache-2.0

/// A comparison of two values; a class for the same reason as ``PathQuery``.
package final class PathComparison: Sendable {
    /// How the values are compared (RFC 9535, section 2.3.5.2.2).
    package enum Operation: String, Sendable, Hashable {
        /// Both are the same value, or both are missing.
        case equal = "=="
        /// Not ``equal``; so it also holds where just one of them is missing.
        case notEqual = "!="
        /// Numbers by value, strings by Unicode scalars; false for everything else.
        case less = "<"
        /// ``less`` or ``equal``.
        case lessOrEqual = "<="
        /// ``less`` with the sides exchanged.
        case greater = ">"
        /// ``greater`` or ``equal``.
        case greaterOrEqual = ">="
    }

    /// The left side.
    package let left: PathOperand

    /// How the sides are compared.
    package let operation: Operation

    /// The right side.
    package let right: PathOperand

    init(left: PathOperand, operation: Operation, right: PathOperand) {
        self.left = left
        self.operation = operation
        self.right = right
    }
}

extension PathComparison: Hashable {
    /// Equal when both sides and the operation are.
    package static func == (a: PathComparison, b: PathComparison) -> Bool {
        a.operation == b.operation && a.left == b.left && a.right == b.right
    }

    /// Feeds what equality looks at.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(operation)
        hasher.combine(left)
        hasher.combine(right)
    }
}
