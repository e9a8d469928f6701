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
        var plans: [String: MappingPlan] = [:]
        return tests.map { test in
            let profile = test.profile ?? profiles.first
            let plan = plans[profile ?? ""] ?? MappingPlan(self, profile: profile)
            plans[profile ?? ""] = plan
            return TestReport(name: test.name, failure: failure(of: test, plan, fixtures))
        }
    }

    private func failure(of test: MappingTest, _ plan: MappingPlan, _ fixtures: (String) -> [UInt8]?) -> String? {
        let results: [MappingResult]
        do throws(BodyError) {
            switch test.body {
            case .inline(let value):
                let bytes = value.encoded()
                let document: JSONDocument
                do throws(JSONError) { document = try JSONDocument(parsing: bytes) } catch { throw BodyError(error) }
                results = plan.map(document, headers: test.headers, source: provider, received: test.received)
            case .fixture(let path):
                guard let bytes = fixtures(path) else { return "the fixture \(path) does not exist" }
                let document = try plan.document(from: bytes, headers: test.headers)
                results = plan.map(document, headers: test.headers, source: provider, received: test.received) {
                    HashAlgorithm.sha256.digest(of: bytes).hexText
                }
            }
        } catch {
            return "the body cannot be read: \(error)"
        }
        guard let expectation = test.expectation else {
            return "the test does not say what it expects; --update writes what comes out"
        }
        return expectation.failure(results.map(\.outcome))
    }
}

extension MappingTest.Expectation {
    /// What is wrong with the outcomes; `nil` where they are as expected.
    fileprivate func failure(_ outcomes: [MappingOutcome]) -> String? {
        switch self {
        case .events(let expected):
            if let other = outcomes.first(where: { $0.events.isEmpty }), !expected.isEmpty || other.isFailure {
                return "expected \(Self.counted(expected.count)), but \(other)"
            }
            let found = outcomes.flatMap(\.events).map { $0.cloudEvent.sorted }
            let expected = expected.map(\.sorted)
            guard found != expected else { return nil }
            return "the events differ (- expected, + found)\n"
                + LineDifference(
                    expected: JSONValue.array(expected).indentedText,
                    found: JSONValue.array(found).indentedText
                ).text
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

extension JSONValue {
    /// The value with the members of all objects in alphabetical order, for comparing and for reading side by side.
    fileprivate var sorted: JSONValue {
        switch self {
        case .null, .bool, .number, .string: self
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let members):
            .object(members.map { Member($0.name, $0.value.sorted) }.sorted { $0.name < $1.name })
        }
    }
}
