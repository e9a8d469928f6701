// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// Collects the nodes of one body that a mapping reads.
///
/// What a selector of the deciding rule can choose counts as read, also where another alternative of a `first` was
/// taken: the mapping's author knows the field. What only other rules read does not.
struct ReadSurvey {
    let document: JSONDocument
    private(set) var read: Set<JSONNode> = []

    init(_ document: JSONDocument) { self.document = document }

    /// The nodes that a selector chooses, which it thereby reads.
    @discardableResult
    mutating func add(_ selector: Selector, at node: JSONNode) -> [JSONNode] {
        read.formUnion(selector.path.nodesRead(in: document, at: node))
        return document.nodes(selector, at: node)
    }

    /// What a condition looks at, in every node that `at` chooses.
    ///
    /// - Returns: The nodes for which it holds.
    @discardableResult
    mutating func add(_ at: Selector?, _ condition: Predicate?, entry: JSONNode) -> [JSONNode] {
        let places = at.map { add($0, at: entry) } ?? [entry]
        guard let condition else { return places }
        return places.filter { place in
            read.formUnion(condition.predicate.nodesRead(in: document, at: place))
            var budget = JSONPath.budgetDefault
            // A condition that cannot be decided took nothing.
            return (try? condition.holds(in: document, at: place, budget: &budget)) ?? false
        }
    }

    /// What an expression reads.
    mutating func add(_ expression: Expression, at node: JSONNode) {
        for selector in expression.selectors {
            let nodes = add(selector, at: node)
            guard case .each = expression else { continue }
            for item in nodes {
                for selector in expression.lineSelectors { add(selector, at: item) }
            }
        }
    }

    /// What an expression reads that gives names and values: members of an object, those whose names begin with a text.
    mutating func addBag(_ expression: Expression, at node: JSONNode, prefix: String = "") {
        switch expression {
        case .first(let operands), .merge(let operands):
            for operand in operands { addBag(operand, at: node, prefix: prefix) }
        case .defaulted(let operand, _): addBag(operand, at: node, prefix: prefix)
        case .members(let operand, let own, _): addBag(operand, at: node, prefix: own)
        case .select(let selector), .firstOf(let selector), .only(let selector):
            for bag in add(selector, at: node) { addMembers(of: bag, prefix: prefix) }
        case .constant, .count, .sum, .minus, .abs, .map, .money, .time, .template, .lower, .trim, .sha256, .split,
            .parseJSON, .pairs, .header, .received, .each:
            add(expression, at: node)
        }
    }

    private mutating func addMembers(of bag: JSONNode, prefix: String) {
        guard document.kind(bag) == .object else { return }
        var next = document.firstChild(bag)
        while let member = next {
            if document.name(member)?.hasPrefix(prefix) == true { read.insert(member) }
            next = document.nextSibling(member)
        }
    }
}

extension BodyForm {
    /// The nodes of a body that are one webhook each.
    func entries(in document: JSONDocument) -> [JSONNode] {
        switch self {
        case .json, .form, .byContentType: [document.root]
        case .batch(let selector) where selector.isRootList && document.kind(document.root) == .object: [document.root]
        case .batch(let selector): document.nodes(selector, at: document.root)
        }
    }
}

extension JSONDocument {
    /// All nodes that a selector chooses; none where the body is too large to search.
    func nodes(_ selector: Selector, at node: JSONNode) -> [JSONNode] {
        var budget = JSONPath.budgetDefault
        // A body too large to search is one in which nothing was found.
        return (try? selector.path.nodes(in: self, at: node, budget: &budget)) ?? []
    }

    /// All scalars that are not null, with their places, but for what stands below some nodes.
    func fields(except left: Set<JSONNode>) -> [(path: FieldPath, node: JSONNode, above: [JSONNode])] {
        var found: [(path: FieldPath, node: JSONNode, above: [JSONNode])] = []
        var waiting: [(node: JSONNode, steps: [FieldPath.Step], above: [JSONNode])] = [(root, [], [])]
        while let (node, steps, above) = waiting.popLast() {
            guard !left.contains(node) else { continue }
            switch kind(node) {
            case .null: break
            case .bool, .number, .string: found.append((FieldPath(steps), node, above))
            case .array, .object:
                var children: [(node: JSONNode, steps: [FieldPath.Step], above: [JSONNode])] = []
                var next = firstChild(node)
                while let child = next {
                    let step = name(child).map(FieldPath.Step.name) ?? .element
                    children.append((child, steps + [step], above + [node]))
                    next = nextSibling(child)
                }
                waiting += children.reversed()
            }
        }
        return found
    }
}
