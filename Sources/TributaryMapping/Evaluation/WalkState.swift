// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// What changes while a plan is carried out.
struct WalkState: ~Copyable {
    /// Nodes that may still be visited.
    var budget: Int

    /// The nodes of the plan's singular selectors.
    private(set) var found = FoundNodes()

    /// Whose nodes were found last, and from where.
    private var scope: Int32 = -1
    private var scopeNode: JSONNode?

    /// The currency read last; the amounts of an event nearly always share one.
    private var lastKey: UInt32 = 0
    private var lastEntry: CurrencyTable.Entry?

    /// Values that no table lists, since they were last taken.
    private(set) var unlisted: [UnlistedValue] = []

    init(budget: Int) { self.budget = budget }

    /// Keeps a value that no table lists; the most that one webhook may tell of is 16.
    mutating func note(unlisted text: Span<UInt8>, hasElse: Bool) {
        guard unlisted.count < 16, !text.isEmpty else { return }
        unlisted.append(UnlistedValue(rule: "", target: "", text: SeenText.shown(text), hasElse: hasElse))
    }

    /// Says what the values noted from a place on were wanted for.
    mutating func attribute(unlistedFrom start: Int, to target: String) {
        for index in start..<unlisted.count { unlisted[index].target = target }
    }

    /// Takes what was noted, as that of a rule.
    mutating func takeUnlisted(of rule: String?) -> [UnlistedValue] {
        guard !unlisted.isEmpty else { return [] }
        defer { unlisted = [] }
        return unlisted.map { UnlistedValue(rule: rule ?? "", target: $0.target, text: $0.text, hasElse: $0.hasElse) }
    }

    /// Takes from the budget.
    @inline(__always)
    mutating func spend(_ count: Int) throws(Fault) {
        budget -= count
        guard budget >= 0 else { throw .budget }
    }

    /// Finds the nodes of the selectors that begin at the root.
    mutating func findRoot(_ paths: JSONPathSet, in document: JSONDocument) {
        found.find(paths, in: document, from: document.root, as: FoundNodes.root)
    }

    /// Finds the nodes of a scope's selectors, where they are not those found last.
    mutating func find(_ scope: SelectorScope, in document: JSONDocument, from node: JSONNode) throws(Fault) {
        guard self.scope != scope.number || scopeNode != node else { return }
        try spend(scope.paths.count)
        self.scope = scope.number
        scopeNode = node
        found.find(scope.paths, in: document, from: node, as: FoundNodes.node)
    }

    /// Finds the nodes of a line's selectors.
    mutating func find(_ line: PlannedLines, in document: JSONDocument, from node: JSONNode) throws(Fault) {
        try spend(line.paths.count)
        found.find(line.paths, in: document, from: node, as: FoundNodes.line)
    }

    /// Whether a planned condition holds.
    mutating func holds(_ condition: PlannedCondition, in document: JSONDocument) throws(Fault) -> Bool {
        var budget = budget - 1
        let holds = found.withSpan { condition.holds(in: document, $0, budget: &budget) }
        try spend(self.budget - budget)
        return holds
    }

    /// The currency of three letters, see ``CurrencyTable/key(_:)``.
    mutating func entry(of key: UInt32, in table: CurrencyTable) -> CurrencyTable.Entry? {
        if key != lastKey {
            lastKey = key
            lastEntry = table[key]
        }
        return lastEntry
    }
}
