// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

/// The node of a rule or ignore entry, and the condition on it, made ready for the hot path.
final class PlannedMatch: Sendable {
    let at: Selector?

    /// The number of the one node that `at` chooses; -1 where it may be several, or has no number.
    let number: Int32
    let condition: Predicate?

    /// The condition over nodes found beforehand; `nil` where it does more than that can.
    let planned: PlannedCondition?

    /// The place of the node's selectors in ``TypeEntry/scopes``.
    let scope: Int

    fileprivate init(at: Selector?, number: Int32, condition: Predicate?, planned: PlannedCondition?, scope: Int) {
        self.at = at
        self.number = number
        self.condition = condition
        self.planned = planned
        self.scope = scope
    }
}

/// A rule made ready for the hot path.
final class PlannedRule: Sendable {
    let id: String
    let match: PlannedMatch
    let kind: EventKind

    /// What the business key may be: what it is an id of, and the operation that gives the id.
    let keys: [Identity]
    let aliases: [Identity]
    let fills: [Fill]

    /// How many fills add a raw id.
    let rawCount: Int

    /// See ``Rule/rootSelectorCount``.
    let rootSelectorCount: Int

    /// A business key or alias.
    struct Identity: Sendable {
        let type: String
        let operation: Int32
    }

    /// A target and the operation that fills it.
    struct Fill: Sendable {
        let target: Target
        let operation: Int32
    }

    /// The names of the targets in the file, in the order of ``fills``.
    let names: [String]

    private let rule: Rule

    /// The selectors that fill a target, or the key, as the file writes them.
    func selectors(of field: String) -> [String] {
        let expressions =
            field == "key"
            ? rule.keys.map(\.expression) : rule.assignments.filter { $0.name == field }.map(\.expression)
        return expressions.flatMap(\.selectors).map(\.text)
    }

    fileprivate init(_ rule: Rule, _ match: PlannedMatch, keys: [Identity], aliases: [Identity], fills: [Fill]) {
        self.rule = rule
        id = rule.id
        kind = rule.kind
        rootSelectorCount = rule.rootSelectorCount
        names = rule.assignments.map(\.name)
        self.match = match
        self.keys = keys
        self.aliases = aliases
        self.fills = fills
        rawCount = fills.count { if case .raw = $0.target { true } else { false } }
    }
}

/// An ignore entry with a condition, made ready for the hot path.
final class PlannedGuard: Sendable {
    let why: String
    let match: PlannedMatch

    fileprivate init(_ entry: IgnoreEntry, _ match: PlannedMatch) {
        why = entry.why
        self.match = match
    }
}

/// Plans what is done with one event type: rules and ignore entries that choose the same node share its selectors.
struct TypePlanner {
    private var places: [String] = []
    private var numberings: [SelectorNumbering] = []
    private(set) var rules: [PlannedRule] = []
    private(set) var guards: [PlannedGuard] = []

    /// The scopes of the type.
    ///
    /// - Parameter next: The number of the plan's next scope.
    /// - Returns: The scopes, by ``PlannedMatch/scope``.
    func scopes(from next: inout Int32) -> [SelectorScope] {
        numberings.map { numbering in
            defer { next += 1 }
            return SelectorScope(number: next, paths: numbering.paths)
        }
    }

    mutating func add(_ rule: Rule, _ builder: inout ProgramBuilder) {
        let match = match(rule.at, rule.condition, &builder)
        let keys = rule.keys.map { identity($0, match.scope, &builder) }
        let aliases = rule.aliases.map { identity($0, match.scope, &builder) }
        let fills = rule.assignments.map { assignment in
            PlannedRule.Fill(
                target: assignment.target,
                operation: builder.add(assignment.expression, &numberings[match.scope])
            )
        }
        rules.append(PlannedRule(rule, match, keys: keys, aliases: aliases, fills: fills))
    }

    mutating func add(_ entry: IgnoreEntry, _ builder: inout ProgramBuilder) {
        guards.append(PlannedGuard(entry, match(entry.at, entry.condition, &builder)))
    }

    private mutating func identity(
        _ identifier: Identifier,
        _ scope: Int,
        _ builder: inout ProgramBuilder
    ) -> PlannedRule.Identity {
        PlannedRule.Identity(
            type: identifier.type,
            operation: builder.add(identifier.expression, &numberings[scope])
        )
    }

    private mutating func match(
        _ at: Selector?,
        _ condition: Predicate?,
        _ builder: inout ProgramBuilder
    ) -> PlannedMatch {
        let place = at?.text ?? ""
        let scope = places.firstIndex(of: place) ?? places.count
        if scope == places.count {
            places.append(place)
            numberings.append(SelectorNumbering(FoundNodes.node))
        }
        var number: Int?
        if let at, at.isSingular, at.startsAtRoot { number = builder.root.number(of: at.path.query) }
        let planned = condition.flatMap { condition in
            PlannedCondition(condition.predicate) { builder.number($0, &numberings[scope]) }
        }
        return PlannedMatch(
            at: at,
            number: Int32(number ?? -1),
            condition: condition,
            planned: planned,
            scope: scope
        )
    }
}
