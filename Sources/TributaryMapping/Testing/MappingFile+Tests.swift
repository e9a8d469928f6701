// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel
import TributarySigning

extension MappingFile {
    /// Runs the file's own tests.
    ///
    /// The source of the events is the provider's name. Events are compared whole; the order of members does not matter.
    ///
    /// - Parameter fixtures: Gives the bytes of a fixture by its path in the file; `nil` where there is none.
    /// - Returns: One report for each test, in the order of the file.
    public func runTests(fixtures: (String) -> [UInt8]?) -> [TestReport] {
        testRuns(fixtures: fixtures).map(\.report)
    }

    /// Runs the file's own tests, and keeps what came out.
    func testRuns(fixtures: (String) -> [UInt8]?) -> [TestRun] {
        var plans: [String: MappingPlan] = [:]
        return tests.map { test in
            let profile = test.profile ?? profiles.first
            let plan = plans[profile ?? ""] ?? MappingPlan(self, profile: profile)
            plans[profile ?? ""] = plan
            return run(test, plan.with(currency: test.currency), fixtures)
        }
    }

    private func run(_ test: MappingTest, _ plan: MappingPlan, _ fixtures: (String) -> [UInt8]?) -> TestRun {
        let results: [MappingResult]
        do throws(BodyError) {
            switch test.body {
            case .inline(let value):
                let bytes = value.encoded()
                let document: JSONDocument
                do throws(JSONError) { document = try JSONDocument(parsing: bytes) } catch { throw BodyError(error) }
                results = plan.map(document, headers: test.headers, source: provider, received: test.received)
            case .fixture(let path):
                guard let bytes = fixtures(path) else {
                    return TestRun(TestReport(name: test.name, failure: "the fixture \(path) does not exist"))
                }
                let document = try plan.document(from: bytes, headers: test.headers)
                results = plan.map(document, headers: test.headers, source: provider, received: test.received) {
                    HashAlgorithm.sha256.digest(of: bytes).hexText
                }
            }
        } catch {
            return TestRun(TestReport(name: test.name, failure: "the body cannot be read: \(error)"))
        }
        let outcomes = results.map(\.outcome)
        guard let expectation = test.expectation else {
            let failure = "the test does not say what it expects; --update writes what comes out"
            return TestRun(TestReport(name: test.name, failure: failure), outcomes)
        }
        return TestRun(expectation.report(test.name, outcomes), outcomes)
    }
}

/// A test that was run, and what came out.
struct TestRun {
    let report: TestReport

    /// `nil` where the body could not be read.
    let outcomes: [MappingOutcome]?

    init(_ report: TestReport, _ outcomes: [MappingOutcome]? = nil) {
        self.report = report
        self.outcomes = outcomes
    }
}

extension MappingTest.Expectation {
    /// How a test went that expects this.
    fileprivate func report(_ name: String, _ outcomes: [MappingOutcome]) -> TestReport {
        guard case .events(let expected) = self else {
            return TestReport(name: name, failure: failure(outcomes))
        }
        let isAlone = outcomes.count == 1 && !expected.isEmpty
        if let other = outcomes.first(where: { $0.isFailure || isAlone && $0.events.isEmpty }) {
            return TestReport(name: name, failure: "expected \(Self.counted(expected.count)), but \(other)")
        }
        let comparison = EventComparison(expected: expected, found: outcomes.flatMap(\.events).map(\.cloudEvent))
        guard !comparison.areEqual else { return TestReport(name: name) }
        return TestReport(name: name, failure: comparison.text(), differences: comparison.differences)
    }

    /// What is wrong with the outcomes; `nil` where they are as expected.
    private func failure(_ outcomes: [MappingOutcome]) -> String? {
        switch self {
        case .events: return nil
        case .filtered(let rule, let clause):
            let words = clause.map { ", where false: \($0)" } ?? ""
            return Self.check(outcomes, "filtered by the rule \(rule)\(words)") { outcome in
                if case .filtered(rule, let found) = outcome { clause == nil || clause == found } else { false }
            }
        case .ignored(let why):
            return Self.check(outcomes, "ignored" + (why.map { ": \($0)" } ?? "")) { outcome in
                if case .ignored(let found) = outcome { why == nil || why == found } else { false }
            }
        case .unmapped:
            return Self.check(outcomes, "unmapped") { outcome in
                if case .unmapped = outcome { true } else { false }
            }
        case .incomplete(let field):
            return Self.check(outcomes, "incomplete for want of \(field)") { $0 == .incomplete(field: field) }
        case .invalid(let field):
            return Self.check(outcomes, "invalid in \(field)") { outcome in
                if case .invalid(field, _, _) = outcome { true } else { false }
            }
        }
    }

    private static func counted(_ count: Int) -> String { count == 1 ? "1 event" : "\(count) events" }

    private static func check(
        _ outcomes: [MappingOutcome],
        _ words: String,
        _ holds: (MappingOutcome) -> Bool
    ) -> String? {
        guard !outcomes.isEmpty else { return "expected \(words), but the batch is empty" }
        return outcomes.first { !holds($0) }.map { "expected \(words), but \($0)" }
    }
}
