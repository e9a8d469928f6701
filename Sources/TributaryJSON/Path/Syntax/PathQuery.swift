// SPDX-License-Identifier: Apache-2.0

/// A parsed query: where it begins, and the segments that lead on from there.
///
/// A class, so that evaluating a condition hands one reference about instead of the parts.
package final class PathQuery: Sendable {
    /// The node at which a query begins.
    package enum Anchor: Sendable, Hashable {
        /// `$`, the document's root.
        case root
        /// `@`, the current node.
        case current
    }

    /// The node at which the query begins.
    package let anchor: Anchor

    /// The segments, in order.
    package let segments: [PathSegment]

    /// The same segments as plain steps, when the query is singular (RFC 9535, section 2.3.5.1).
    package let steps: [PathStep]?

    /// The query's place in the expression, in UTF-8 bytes.
    package let range: Range<Int>

    package init(anchor: Anchor, segments: [PathSegment], range: Range<Int>) {
        self.anchor = anchor
        self.segments = segments
        self.range = range
        var steps: [PathStep] = []
        for segment in segments {
            guard let step = segment.step else { break }
            steps.append(step)
        }
        self.steps = steps.count == segments.count ? steps : nil
    }

    /// Whether the query selects one node at most, whatever the document.
    package var isSingular: Bool { steps != nil }
}

extension PathQuery: Hashable {
    /// Two queries are equal when they select the same, wherever they stand in an expression.
    package static func == (a: PathQuery, b: PathQuery) -> Bool {
        a.anchor == b.anchor && a.segments == b.segments
    }

    /// Feeds what equality looks at.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(anchor)
        hasher.combine(segments)
    }
}
