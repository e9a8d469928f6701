// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// A compiled selector and where it stands in the file.
///
/// A class, so that the evaluator hands a reference about and not the parts of a path.
final class Selector: Sendable {
    let path: JSONPath
    let text: String
    let isSingular: Bool
    let startsAtRoot: Bool

    /// The text in the file, with its quotes.
    let range: Range<Int>

    /// The way of a singular selector, or up to its list.
    private let route: Route

    /// The list of a selector with exactly one segment that is no step, where that is `[*]` or a plain filter.
    private let list: List?

    /// The way up to the first segment that is no step.
    let prefix: PathQuery

    /// The children of a node, and the way on from each.
    private struct List: Sendable {
        /// `nil` for a wildcard.
        let condition: Condition?
        let rest: Route
    }

    init(path: JSONPath, text: String, range: Range<Int>) {
        self.path = path
        self.text = text
        self.isSingular = path.isSingular
        self.startsAtRoot = path.startsAtRoot
        self.range = range
        route = Route(path.query)
        let segments = path.query.segments
        list = Self.list(segments)
        prefix = PathQuery(
            anchor: path.query.anchor,
            segments: Array(segments.prefix { $0.step != nil }),
            range: path.query.range
        )
    }

    /// Whether the selector has exactly one segment that is no step, and that one is a plain `[*]`.
    var isPlainList: Bool { list.map { $0.condition == nil } ?? false }

    /// Whether the selector chooses the elements of a list themselves.
    var endsWithList: Bool { isPlainList && path.query.segments.last?.step == nil }

    /// Whether the selector is `$[*]`: the elements of the body.
    var isRootList: Bool { startsAtRoot && endsWithList && path.query.segments.count == 1 }

    /// What the way behind a list leads to from one of its elements.
    func item(of element: JSONNode, in document: JSONDocument) -> JSONNode? {
        list?.rest.node(in: document, at: element)
    }

    private static func list(_ segments: [PathSegment]) -> List? {
        guard let place = segments.firstIndex(where: { $0.step == nil }) else { return nil }
        let segment = segments[place]
        let behind = segments.dropFirst(place + 1)
        guard !segment.isDescendant, segment.selectors.count == 1, behind.allSatisfy({ $0.step != nil }) else {
            return nil
        }
        switch segment.selectors[0] {
        case .wildcard: return List(condition: nil, rest: Route(behind))
        case .filter(let clause):
            return Condition(clause).map { List(condition: $0, rest: Route(behind)) }
        case .name, .index, .slice: return nil
        }
    }

    /// The node that a singular selector chooses.
    func node(in document: JSONDocument, at current: JSONNode) -> JSONNode? {
        route.node(in: document, at: current)
    }

    /// All nodes that the selector chooses.
    func nodes(
        in document: JSONDocument,
        at current: JSONNode,
        budget: inout Int
    ) throws(JSONPathError) -> [JSONNode] {
        guard let list, let nodes = nodes(list, document, current, &budget) else {
            return try path.nodes(in: document, at: current, budget: &budget)
        }
        return nodes
    }

    /// The nodes of a plain list; `nil` where only the path itself can tell, or can report that the budget is spent.
    private func nodes(
        _ list: List,
        _ document: JSONDocument,
        _ current: JSONNode,
        _ budget: inout Int
    ) -> [JSONNode]? {
        guard let parent = route.node(in: document, at: current) else { return [] }
        let count = document.count(parent)
        // A condition may look through the root's members and the child's for each of its operands.
        let cost = list.condition.map { count * (1 + $0.operandCount * (1 + document.count(document.root) / 32)) }
        guard cost ?? count < budget else { return nil }
        var nodes: [JSONNode] = []
        nodes.reserveCapacity(list.condition == nil ? count : 0)
        var next = document.firstChild(parent)
        while let child = next {
            next = document.nextSibling(child)
            if let condition = list.condition {
                guard let holds = condition.holds(in: document, at: child) else { return nil }
                guard holds else { continue }
            }
            if let node = list.rest.node(in: document, at: child) { nodes.append(node) }
        }
        budget -= cost ?? count
        return nodes
    }
}
