// SPDX-License-Identifier: Apache-2.0

/// What one selector picks among the children of a node (RFC 9535, section 2.3).
package enum PathSelector: Sendable, Hashable {
    /// The member of that name.
    case name(JSONKey)
    /// Every child.
    case wildcard
    /// The element at that position; negative from the end.
    case index(Int)
    /// A range of elements.
    case slice(PathSlice)
    /// The children for which a condition holds.
    case filter(PathClause)
}
