// SPDX-License-Identifier: Apache-2.0

/// One segment of a query: selectors that are applied to a node, or to it and all that is below it.
package struct PathSegment: Sendable, Hashable {
    /// Whether the selectors are applied to every descendant too (`..`).
    package let isDescendant: Bool

    /// The selectors, at least one, in order.
    package let selectors: [PathSelector]

    /// The segment as a step to one child, when it is one.
    package var step: PathStep? {
        guard !isDescendant, selectors.count == 1 else { return nil }
        switch selectors[0] {
        case .name(let key): return .name(key)
        case .index(let position): return .index(position)
        case .wildcard, .slice, .filter: return nil
        }
    }
}
