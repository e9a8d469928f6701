// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension MappingFile {
    /// The file with the expectations of failing tests as what comes out, and nothing else changed.
    ///
    /// - Parameter fixtures: Gives the bytes of a fixture by its path in the file; `nil` where there is none.
    /// - Returns: The new content and what it changes.
    public func update(fixtures: (String) -> [UInt8]?) -> MappingUpdate {
        let runs = testRuns(fixtures: fixtures)
        var update = MappingUpdate(bytes: source.bytes, updated: [], failed: [], passed: 0)
        var rewriter = ExpectationRewriter(source.bytes, keys: FileReader.expectationKeys)
        for (index, run) in runs.enumerated() {
            if run.report.passed {
                update.passed += 1
            } else if let outcomes = run.outcomes,
                let expectation = Self.expectation(of: outcomes, insteadOf: tests[index].expectation),
                rewriter?.rewrite(index, to: expectation) == true
            {
                let isNew = tests[index].expectation == nil
                update.updated.append(isNew ? Self.newReport(run.report.name, outcomes) : run.report)
            } else {
                update.failed.append(run.report)
            }
        }
        if let rewriter { update.bytes = rewriter.bytes }
        return update
    }

    /// What a test expects from now on that expected nothing before.
    private static func newReport(_ name: String, _ outcomes: [MappingOutcome]) -> TestReport {
        let events = outcomes.flatMap(\.events).map(\.cloudEvent)
        let comparison = EventComparison(expected: [], found: events)
        let text =
            events.isEmpty ? outcomes.first.map(\.description) ?? "no events" : comparison.text(extra: "an event")
        return TestReport(name: name, failure: text, differences: comparison.differences)
    }

    /// What a test may expect of outcomes; `nil` where no expectation can state them.
    private static func expectation(
        of outcomes: [MappingOutcome],
        insteadOf old: MappingTest.Expectation?
    ) -> JSONValue.Member? {
        let events = outcomes.flatMap(\.events)
        let others = outcomes.filter(\.events.isEmpty).map { member(of: $0, insteadOf: old) }
        if events.isEmpty, let first = others.first, others.allSatisfy({ $0 == first }) { return first }
        guard !outcomes.contains(where: \.isFailure) else { return nil }
        return JSONValue.Member("expect", .array(events.map(\.cloudEvent)))
    }

    private static func member(
        of outcome: MappingOutcome,
        insteadOf old: MappingTest.Expectation?
    ) -> JSONValue.Member? {
        switch outcome {
        case .emitted, .budgetExceeded: return nil
        case .ignored(let why): return JSONValue.Member("ignored", .string(why))
        case .filtered(let rule, let clause):
            if case .filtered(_, nil) = old { return JSONValue.Member("filtered", .string(rule)) }
            return JSONValue.Member("filtered", ["rule": .string(rule), "clause": .string(clause)])
        case .unmapped: return JSONValue.Member("unmapped", true)
        case .incomplete(let field): return JSONValue.Member("incomplete", .string(field))
        case .invalid(let field, _, _): return JSONValue.Member("invalid", .string(field))
        }
    }
}
