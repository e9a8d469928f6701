// SPDX-License-Identifier: Apache-2.0

/// How one test of a mapping file went.
public struct TestReport: Sendable, Hashable {
    /// The test's name.
    public var name: String

    /// What is wrong, over several lines where events are compared; `nil` where the test passed.
    public var failure: String?

    /// The fields of events that differ, where events were expected and came.
    public var differences: [EventDifference] = []

    /// Creates a report.
    public init(name: String, failure: String? = nil, differences: [EventDifference] = []) {
        self.name = name
        self.failure = failure
        self.differences = differences
    }

    /// Whether the test passed.
    public var passed: Bool { failure == nil }
}

extension TestReport: CustomStringConvertible {
    /// `ok   renewal`, or `FAIL renewal` with what is wrong below it.
    public var description: String {
        guard let failure else { return "ok   \(name)" }
        let lines = failure.split(separator: "\n", omittingEmptySubsequences: false).map { "     \($0)" }
        return "FAIL \(name)\n" + lines.joined(separator: "\n")
    }
}
