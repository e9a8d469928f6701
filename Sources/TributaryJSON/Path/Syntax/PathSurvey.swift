// SPDX-License-Identifier: Apache-2.0

/// What a reader of expressions wants to know about one: for lints and for documentation.
package struct PathSurvey: Sendable {
    /// Every query that is asked only whether it selects something, filters within queries included.
    package private(set) var existenceTests: [PathQuery] = []

    /// Every `!=` that also holds where the query selects nothing, and that no other part of the same conjunction guards.
    package private(set) var unguardedInequalities: [PathComparison] = []

    /// Whether `..` occurs anywhere.
    package private(set) var usesDescendants = false

    /// The names of all members that are read, in order of first use.
    package private(set) var memberNames: [String] = []

    /// Surveys a path.
    package init(_ path: JSONPath) { add(path.query) }

    /// Surveys a condition.
    package init(_ predicate: JSONPredicate) { add(predicate.clause, guards: []) }

    private mutating func add(_ query: PathQuery) {
        for segment in query.segments {
            if segment.isDescendant { usesDescendants = true }
            for selector in segment.selectors {
                switch selector {
                case .name(let key): if !memberNames.contains(key.name) { memberNames.append(key.name) }
                case .filter(let clause): add(clause, guards: [])
                case .wildcard, .index, .slice: break
                }
            }
        }
    }

    /// Surveys a clause; `guards` select something wherever it matters.
    private mutating func add(_ clause: PathClause, guards: [PathQuery]) {
        switch clause.kind {
        case .or(let parts): for part in parts { add(part, guards: guards) }
        case .and(let parts):
            for (place, part) in parts.enumerated() {
                let others = parts.indices.filter { $0 != place }.flatMap { Self.guards(parts[$0]) }
                add(part, guards: guards + others)
            }
        case .not(let inner): add(inner, guards: guards)
        case .exists(let query):
            existenceTests.append(query)
            add(query)
        case .comparison(let comparison):
            for side in [comparison.left, comparison.right] { if let query = side.query { add(query) } }
            if comparison.operation == .notEqual, !isGuarded(comparison, by: guards) {
                unguardedInequalities.append(comparison)
            }
        case .match(let match):
            if let query = match.text.query { add(query) }
            if case .dynamic(let pattern) = match.pattern, let query = pattern.query { add(query) }
        }
    }

    /// A side that can be missing must be guarded; `count()` always has a value.
    private func isGuarded(_ comparison: PathComparison, by guards: [PathQuery]) -> Bool {
        [comparison.left, comparison.right].allSatisfy { side in
            if case .count = side.kind { return true }
            guard let query = side.query else { return true }
            return guards.contains { $0.implies(query) }
        }
    }

    /// The queries that select something whenever the clause holds.
    private static func guards(_ clause: PathClause) -> [PathQuery] {
        switch clause.kind {
        case .and(let parts): return parts.flatMap(guards)
        case .exists(let query): return [query]
        case .match(let match): return match.text.query.map { [$0] } ?? []
        case .comparison(let comparison):
            let sides = [comparison.left, comparison.right]
            switch comparison.operation {
            case .less, .greater: return sides.compactMap(\.query)
            // Equal to a literal is more than nothing; equal to another query may mean that both are missing.
            case .equal, .lessOrEqual, .greaterOrEqual:
                let hasLiteral = sides.contains { if case .literal = $0.kind { true } else { false } }
                return hasLiteral ? sides.compactMap(\.query) : []
            case .notEqual: return []
            }
        case .or, .not: return []
        }
    }
}

extension PathQuery {
    /// Whether the other query selects something wherever this one does: it is the same, or leads to it.
    fileprivate func implies(_ other: PathQuery) -> Bool {
        anchor == other.anchor && segments.starts(with: other.segments)
    }
}
