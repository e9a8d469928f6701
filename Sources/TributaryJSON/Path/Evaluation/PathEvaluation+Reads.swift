// SPDX-License-Identifier: Apache-2.0

extension JSONPath {
    /// Every node whose value this path can be said to read: those it selects, and those its filters look at.
    ///
    /// Evaluates anew, so it is for reports, not for the hot path. Works within ``budgetDefault``; beyond that, the
    /// nodes found until then are the answer.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - current: The node for which `@` stands.
    /// - Returns: The nodes.
    package func nodesRead(in document: JSONDocument, at current: JSONNode) -> Set<JSONNode> {
        var reads = PathReads(document)
        reads.collect { evaluation, nodes throws(JSONPathError) in try evaluation.reads(query, at: current, &nodes) }
        return reads.nodes
    }
}

extension JSONPredicate {
    /// Every node that this condition may look at, whichever part decides.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - current: The node for which `@` stands.
    /// - Returns: The nodes; see ``JSONPath/nodesRead(in:at:)``.
    package func nodesRead(in document: JSONDocument, at current: JSONNode) -> Set<JSONNode> {
        var reads = PathReads(document)
        reads.collect { evaluation, nodes throws(JSONPathError) in try evaluation.reads(clause, at: current, &nodes) }
        return reads.nodes
    }
}

/// Nodes collected within a budget.
private struct PathReads {
    private var evaluation: PathEvaluation
    private(set) var nodes: Set<JSONNode> = []

    init(_ document: JSONDocument) { evaluation = PathEvaluation(document, budget: JSONPath.budgetDefault) }

    mutating func collect(_ work: (inout PathEvaluation, inout Set<JSONNode>) throws(JSONPathError) -> Void) {
        // Where the budget is spent, what was found until then is the answer.
        try? work(&evaluation, &nodes)
    }
}

extension PathEvaluation {
    fileprivate mutating func reads(
        _ query: PathQuery,
        at current: JSONNode,
        _ nodes: inout Set<JSONNode>
    ) throws(JSONPathError) {
        nodes.formUnion(try all(query, at: current))
        for (place, segment) in query.segments.enumerated() {
            let filters = segment.selectors.compactMap { selector in
                if case .filter(let clause) = selector { clause } else { nil }
            }
            guard !filters.isEmpty else { continue }
            let before = PathQuery(
                anchor: query.anchor,
                segments: Array(query.segments[..<place]),
                range: query.range
            )
            for parent in try all(before, at: current) {
                try reads(filters, below: parent, isDescendant: segment.isDescendant, &nodes)
            }
        }
    }

    private mutating func reads(
        _ filters: [PathClause],
        below parent: JSONNode,
        isDescendant: Bool,
        _ nodes: inout Set<JSONNode>
    ) throws(JSONPathError) {
        var waiting = [parent]
        while let here = waiting.popLast() {
            var place = document.firstChild(here)
            while let child = place {
                try spend(1)
                for filter in filters { try reads(filter, at: child, &nodes) }
                if isDescendant { waiting.append(child) }
                place = document.nextSibling(child)
            }
        }
    }

    fileprivate mutating func reads(
        _ clause: PathClause,
        at current: JSONNode,
        _ nodes: inout Set<JSONNode>
    ) throws(JSONPathError) {
        switch clause.kind {
        case .or(let parts), .and(let parts): for part in parts { try reads(part, at: current, &nodes) }
        case .not(let inner): try reads(inner, at: current, &nodes)
        case .exists(let query): try reads(query, at: current, &nodes)
        case .comparison(let comparison):
            for side in [comparison.left, comparison.right] {
                if let query = side.query { try reads(query, at: current, &nodes) }
            }
        case .match(let match):
            if let query = match.text.query { try reads(query, at: current, &nodes) }
            if case .dynamic(let pattern) = match.pattern, let query = pattern.query {
                try reads(query, at: current, &nodes)
            }
        }
    }

    private mutating func all(_ query: PathQuery, at current: JSONNode) throws(JSONPathError) -> [JSONNode] {
        var found: [JSONNode] = []
        try visit(query, at: current) { node in
            found.append(node)
            return true
        }
        return found
    }
}
