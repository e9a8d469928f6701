// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// The way of a singular query from its beginning to its node.
///
/// The same as the path's own `node(in:at:)`, without counting references along the way.
final class Route: Sendable {
    private let startsAtRoot: Bool
    private let first: Step?

    /// The route of a query that is singular; of any other, the part before its first segment that is not.
    init(_ query: PathQuery) {
        startsAtRoot = query.anchor == .root
        first = Step.chain(query.segments.prefix { $0.step != nil })
    }

    /// The route through segments that are steps, from a current node.
    init(_ segments: ArraySlice<PathSegment>) {
        startsAtRoot = false
        first = Step.chain(segments)
    }

    func node(in document: JSONDocument, at current: JSONNode) -> JSONNode? {
        let start = startsAtRoot ? document.root : current
        guard let first else { return start }
        return first.node(in: document, from: start)
    }

    /// One step; a chain, because walking an array would count references.
    private final class Step: Sendable {
        private let key: JSONKey
        private let position: Int?
        private let next: Step?

        private init(_ step: PathStep, next: Step?) {
            self.next = next
            switch step {
            case .name(let key):
                self.key = key
                position = nil
            case .index(let position):
                key = JSONKey("")
                self.position = position
            }
        }

        static func chain(_ segments: ArraySlice<PathSegment>) -> Step? {
            var chain: Step?
            for segment in segments.reversed() {
                if let step = segment.step { chain = Step(step, next: chain) }
            }
            return chain
        }

        func node(in document: JSONDocument, from node: JSONNode) -> JSONNode? {
            let child = if let position { document.element(node, at: position) } else { document.member(node, key) }
            guard let child, let next else { return child }
            return next.node(in: document, from: child)
        }
    }
}
