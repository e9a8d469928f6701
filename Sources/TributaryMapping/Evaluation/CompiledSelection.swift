// SPDX-License-Identifier: Apache-2.0

public import TributaryJSON

/// A selector of the mapping language outside of a mapping that may choose several nodes.
public struct CompiledSelection: Sendable {
    let selector: Selector

    init(_ selector: Selector) { self.selector = selector }

    /// The selector as the file writes it.
    public var text: String { selector.text }

    /// The nodes that it chooses, in order.
    public func nodes(in document: JSONDocument, at node: JSONNode) throws(EvaluationFault) -> [JSONNode] {
        try EvaluationFault.translated { () throws(Fault) in
            var state = WalkState(budget: MappingPlan.nodesVisitedMax)
            return try Evaluator(plain: document).selectAll(selector, at: node, &state)
        }
    }
}
