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
    mutating func add(_ at: Selector?, _ condition: Predicate?, entry: JSONNode) -> [JSONNode] {
        let places = at.map { add($0, at: entry) } ?? [entry]
        for place in places {
            if let condition { read.formUnion(condition.predicate.nodesRead(in: document, at: place)) }
        }
        return places
    }

    /// What an expression reads; names and values are taken from the members of an object.
    mutating func add(_ expression: Expression, at node: JSONNode, takesMembers: Bool = false) {
        switch expression {
        case .first(let operands):
            for operand in operands { add(operand, at: node, takesMembers: takesMembers) }
            return
        case .defaulted(let operand, _): return add(operand, at: node, takesMembers: takesMembers)
        default: break
        }
        for selector in expression.selectors {
            let nodes = add(selector, at: node)
            if takesMembers { for node in nodes { addMembers(of: node) } }
            guard case .each = expression else { continue }
            for item in nodes {
                for selector in expression.lineSelectors { add(selector, at: item) }
            }
        }
    }

    private mutating func addMembers(of node: JSONNode) {
        guard document.kind(node) == .object else { return }
        var next = document.firstChild(node)
        while let member = next {
            read.insert(member)
            next = document.nextSibling(member)
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
