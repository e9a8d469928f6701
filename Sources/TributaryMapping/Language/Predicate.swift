// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// A compiled `where` and where it stands in the file.
final class Predicate: Sendable {
    let predicate: JSONPredicate
    let text: String

    /// The text in the file, with its quotes.
    let range: Range<Int>

    /// The short cut, where the condition allows one.
    private let condition: Condition?

    init(predicate: JSONPredicate, text: String, range: Range<Int>) {
        self.predicate = predicate
        self.text = text
        self.range = range
        condition = Condition(predicate.clause)
    }

    /// Whether the condition holds.
    func holds(in document: JSONDocument, at current: JSONNode, budget: inout Int) throws(JSONPathError) -> Bool {
        if let condition, budget > condition.operandCount, let holds = condition.holds(in: document, at: current) {
            budget -= condition.operandCount
            return holds
        }
        return try predicate.holds(in: document, at: current, budget: &budget)
    }
}
