// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension MappingFile {
    /// Warns of rules and selectors that no fixture exercises, and of tests whose fixture is missing.
    ///
    /// Fixtures are those that the file's tests name. A selector that chooses nothing in any of them is misspelt, or
    /// stands there for a case that nobody tested.
    ///
    /// - Parameter fixtures: Gives the bytes of a fixture by its path in the file; `nil` where there is none.
    /// - Returns: The file's ``warnings`` and these, in the order of the file; a missing fixture is an error.
    public func lint(fixtures: (String) -> [UInt8]?) -> MappingDiagnostics {
        var found = warnings.items
        var coverage = SelectorCoverage()
        for test in tests {
            let profile = test.profile ?? profiles.first
            let plan = MappingPlan(self, profile: profile)
            let rules = rules.filter { FileReader.applies($0.profiles, to: profile) }
            let bytes: [UInt8]
            switch test.body {
            case .inline(let value): bytes = value.encoded()
            case .fixture(let path):
                guard let content = fixtures(path) else {
                    found.append(
                        source.diagnostic(
                            .error,
                            .missingFixture,
                            "there is no fixture \"\(path)\"",
                            hint: "paths are relative to the mapping file",
                            at: test.range
                        )
                    )
                    continue
                }
                bytes = content
            }
            do {
                switch test.body {
                case .inline: coverage.visit(try JSONDocument(parsing: bytes), plan, rules)
                case .fixture: coverage.visit(try plan.document(from: bytes, headers: test.headers), plan, rules)
                }
            } catch {
                continue  // the test itself will say that its body cannot be read
            }
        }
        guard !tests.isEmpty else { return MappingDiagnostics(found) }
        var reported: Set<Int> = []
        for rule in rules { found += diagnostics(rule, coverage, &reported) }
        return MappingDiagnostics(found)
    }

    /// What no fixture exercises of a rule, apart from the selectors told already: rules share those of a group.
    private func diagnostics(
        _ rule: Rule,
        _ coverage: SelectorCoverage,
        _ reported: inout Set<Int>
    ) -> [MappingDiagnostic] {
        guard coverage.rules.contains(ObjectIdentifier(rule)) else {
            return [
                source.diagnostic(
                    .warning,
                    .withoutFixture,
                    "no fixture reaches the rule \"\(rule.id)\"",
                    hint: "add a test with an event of its types",
                    at: rule.range
                )
            ]
        }
        return rule.selectors.filter { !coverage.selectors.contains(ObjectIdentifier($0)) }.compactMap { selector in
            guard reported.insert(selector.range.lowerBound).inserted else { return nil }
            return source.diagnostic(
                .warning,
                .matchesNothing,
                "\(selector.text) chooses nothing in any fixture",
                hint: "correct it, or add a fixture that has it",
                at: selector.range
            )
        }
    }
}

/// Which rules and selectors found something.
private struct SelectorCoverage {
    private(set) var rules: Set<ObjectIdentifier> = []
    private(set) var selectors: Set<ObjectIdentifier> = []

    mutating func visit(_ document: JSONDocument, _ plan: MappingPlan, _ rules: [Rule]) {
        let entries = plan.compiled.body.entries(in: document)
        let compiled = plan.compiled
        let evaluator = Evaluator(document: document, headers: [:], plan: compiled, trace: nil, received: nil)
        for entry in entries {
            var state = WalkState(budget: MappingPlan.nodesVisitedMax)
            // An unreadable type is no rule's.
            state.findRoot(compiled.program.root, in: document)
            // A new budget is enough for the few selectors of an envelope.
            try? state.find(compiled.envelope.scope, in: document, from: entry)
            guard let type = try? evaluator.text(compiled.envelope.type, at: entry, &state) else { continue }
            for rule in rules where rule.types.contains(where: { $0.name == type }) { visit(rule, document, entry) }
        }
    }

    private mutating func visit(_ rule: Rule, _ document: JSONDocument, _ entry: JSONNode) {
        rules.insert(ObjectIdentifier(rule))
        let places = rule.at.map { nodes($0, document, entry) } ?? [entry]
        if let at = rule.at, !places.isEmpty { selectors.insert(ObjectIdentifier(at)) }
        for place in places {
            for expression in rule.expressions {
                for selector in expression.selectors { mark(selector, document, place) }
                guard case .each(let each) = expression else { continue }
                for item in nodes(each.selector, document, place) {
                    for selector in expression.lineSelectors { mark(selector, document, item) }
                }
            }
        }
    }

    private mutating func mark(_ selector: Selector, _ document: JSONDocument, _ node: JSONNode) {
        if !nodes(selector, document, node).isEmpty { selectors.insert(ObjectIdentifier(selector)) }
    }

    private func nodes(_ selector: Selector, _ document: JSONDocument, _ node: JSONNode) -> [JSONNode] {
        var budget = MappingPlan.nodesVisitedMax
        // A fixture too large to search is one in which nothing was found.
        return (try? selector.path.nodes(in: document, at: node, budget: &budget)) ?? []
    }
}

extension Rule {
    /// All selectors of the rule.
    fileprivate var selectors: [Selector] { (at.map { [$0] } ?? []) + expressions.flatMap(\.allSelectors) }
}
