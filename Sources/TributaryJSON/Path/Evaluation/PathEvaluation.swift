// SPDX-License-Identifier: Apache-2.0

/// The evaluation of an expression over one document, within a budget.
///
/// Segments are walked depth first, and each node is handed on as soon as it is found: no intermediate lists, and an
/// existence test ends at the first node. The recursion is as deep as the expression has branching segments, which the
/// parser limits; the depth of the document does not matter.
struct PathEvaluation {
    /// The document that is looked at.
    let document: JSONDocument

    /// How much may still be done.
    ///
    /// Visiting a node costs 1; comparing and matching long texts cost by their length.
    private(set) var budget: Int

    /// The pattern that was compiled last during evaluation, since usually one pattern meets many texts.
    var lastPattern: (text: [UInt8], compiled: IRegexp?)?

    init(_ document: JSONDocument, budget: Int) {
        self.document = document
        self.budget = budget
    }

    /// Takes from the budget.
    mutating func spend(_ cost: Int) throws(JSONPathError) {
        guard cost <= budget else {
            budget = 0
            throw JSONPathError(
                .budgetExceeded,
                at: 0,
                "the evaluation visits more nodes than its budget allows",
                hint: "select more narrowly, above all without '..'"
            )
        }
        budget -= cost
    }

    /// Hands every node that a query selects to `body`, in order, until it returns `false`.
    mutating func visit(
        _ query: PathQuery,
        at current: JSONNode,
        _ body: (JSONNode) -> Bool
    ) throws(JSONPathError) {
        _ = try walk(query.segments[...], from: query.anchor == .root ? document.root : current, body)
    }

    /// The one node that a singular query selects.
    mutating func node(_ steps: [PathStep], of query: PathQuery, at current: JSONNode) throws(JSONPathError)
        -> JSONNode?
    {
        var node = query.anchor == .root ? document.root : current
        for step in steps {
            guard let next = try child(of: node, step) else { return nil }
            node = next
        }
        return node
    }

    private mutating func child(of node: JSONNode, _ step: PathStep) throws(JSONPathError) -> JSONNode? {
        // A member or element is found by looking through its siblings, so large containers cost more.
        try spend(1 + document.count(node) / 32)
        return document.child(of: node, step)
    }

    /// Hands on what the segments select, and says whether the walk shall go on.
    private mutating func walk(
        _ segments: ArraySlice<PathSegment>,
        from start: JSONNode,
        _ body: (JSONNode) -> Bool
    ) throws(JSONPathError) -> Bool {
        var node = start
        var rest = segments
        while let step = rest.first?.step {
            guard let next = try child(of: node, step) else { return true }
            node = next
            rest = rest.dropFirst()
        }
        guard let segment = rest.first else { return body(node) }
        rest = rest.dropFirst()
        guard segment.isDescendant else { return try apply(segment.selectors, to: node, rest, body) }
        var place: JSONNode? = node
        while let here = place {
            try spend(1)
            guard try apply(segment.selectors, to: here, rest, body) else { return false }
            place = following(here, within: node)
        }
        return true
    }

    /// The next node in document order below `top`, found without a stack.
    private func following(_ node: JSONNode, within top: JSONNode) -> JSONNode? {
        if let child = document.firstChild(node) { return child }
        var here = node
        while here != top {
            if let sibling = document.nextSibling(here) { return sibling }
            guard let parent = document.parent(here) else { return nil }
            here = parent
        }
        return nil
    }

    private mutating func apply(
        _ selectors: [PathSelector],
        to node: JSONNode,
        _ rest: ArraySlice<PathSegment>,
        _ body: (JSONNode) -> Bool
    ) throws(JSONPathError) -> Bool {
        for selector in selectors {
            let goesOn: Bool
            switch selector {
            case .name(let key): goesOn = try apply(.name(key), to: node, rest, body)
            case .index(let position): goesOn = try apply(.index(position), to: node, rest, body)
            case .wildcard: goesOn = try applyToChildren(of: node, where: nil, rest, body)
            case .filter(let clause): goesOn = try applyToChildren(of: node, where: clause, rest, body)
            case .slice(let slice): goesOn = try apply(slice, to: node, rest, body)
            }
            guard goesOn else { return false }
        }
        return true
    }

    private mutating func apply(
        _ step: PathStep,
        to node: JSONNode,
        _ rest: ArraySlice<PathSegment>,
        _ body: (JSONNode) -> Bool
    ) throws(JSONPathError) -> Bool {
        guard let child = try child(of: node, step) else { return true }
        return try walk(rest, from: child, body)
    }

    private mutating func applyToChildren(
        of node: JSONNode,
        where clause: PathClause?,
        _ rest: ArraySlice<PathSegment>,
        _ body: (JSONNode) -> Bool
    ) throws(JSONPathError) -> Bool {
        var place = document.firstChild(node)
        while let child = place {
            try spend(1)
            if let clause, try !holds(clause, at: child) {
                place = document.nextSibling(child)
                continue
            }
            guard try walk(rest, from: child, body) else { return false }
            place = document.nextSibling(child)
        }
        return true
    }

    private mutating func apply(
        _ slice: PathSlice,
        to node: JSONNode,
        _ rest: ArraySlice<PathSegment>,
        _ body: (JSONNode) -> Bool
    ) throws(JSONPathError) -> Bool {
        guard document.kind(node) == .array else { return true }
        let bounds = slice.bounds(count: document.count(node))
        return slice.step > 0
            ? try applyForwards(bounds, step: slice.step, to: node, rest, body)
            : try applyBackwards(bounds, step: slice.step, to: node, rest, body)
    }

    private mutating func applyForwards(
        _ bounds: Range<Int>,
        step: Int,
        to node: JSONNode,
        _ rest: ArraySlice<PathSegment>,
        _ body: (JSONNode) -> Bool
    ) throws(JSONPathError) -> Bool {
        var place = document.firstChild(node)
        var position = 0
        while let element = place, position < bounds.upperBound {
            try spend(1)
            if position >= bounds.lowerBound, (position - bounds.lowerBound) % step == 0 {
                guard try walk(rest, from: element, body) else { return false }
            }
            place = document.nextSibling(element)
            position += 1
        }
        return true
    }

    private mutating func applyBackwards(
        _ bounds: Range<Int>,
        step: Int,
        to node: JSONNode,
        _ rest: ArraySlice<PathSegment>,
        _ body: (JSONNode) -> Bool
    ) throws(JSONPathError) -> Bool {
        // Elements are linked forwards only, so they are listed once, up to the last one that is needed.
        try spend(bounds.upperBound)
        var elements: [JSONNode] = []
        elements.reserveCapacity(bounds.upperBound)
        var place = document.firstChild(node)
        while let element = place, elements.count < bounds.upperBound {
            elements.append(element)
            place = document.nextSibling(element)
        }
        for position in bounds.reversed() where (bounds.upperBound - 1 - position) % step == 0 {
            guard try walk(rest, from: elements[position], body) else { return false }
        }
        return true
    }
}
