// SPDX-License-Identifier: Apache-2.0

public import TributaryJSON

/// A condition of the mapping language outside of a mapping.
public struct CompiledCondition: Sendable {
    let predicate: Predicate

    init(_ predicate: Predicate) { self.predicate = predicate }

    /// The condition as the file writes it.
    public var text: String { predicate.text }

    /// Whether it holds.
    public func holds(in document: JSONDocument, at node: JSONNode) throws(EvaluationFault) -> Bool {
        try EvaluationFault.translated { () throws(Fault) in
            var state = WalkState(budget: MappingPlan.nodesVisitedMax)
            return try Evaluator(plain: document).holds(predicate, at: node, &state)
        }
    }
}
