// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// One thing that a check of `tributary doctor` found.
struct Finding: Sendable, Hashable {
    /// How much it matters.
    enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
        /// Worth knowing; nothing has to be done.
        case note
        /// A person has to decide something.
        case attention
        /// Something does not work as it was meant to.
        case error

        static func < (lhs: Self, rhs: Self) -> Bool {
            allCases.firstIndex(of: lhs) ?? 0 < allCases.firstIndex(of: rhs) ?? 0
        }
    }

    var severity: Severity
    /// Name of the check.
    var check: String
    /// The provider instance, mapping or sink.
    var place: String
    /// What it is, in one sentence; no value of a webhook.
    var text: String
    /// What to do about it.
    var remedy: String
    /// How often, where that is counted.
    var count: Int64?
    var first: Timestamp?
    var last: Timestamp?
    /// What it looks like; shapes and names only.
    var samples: [String] = []

    /// The finding for machines.
    var json: JSONValue {
        .object([
            .init("severity", .string(severity.rawValue)), .init("check", .string(check)),
            .init("place", .string(place)), .init("text", .string(text)), .init("remedy", .string(remedy)),
            .init("count", count.map { .integer($0) } ?? .null),
            .init("first_seen", first.map { .string($0.description) } ?? .null),
            .init("last_seen", last.map { .string($0.description) } ?? .null),
            .init("samples", .array(samples.map { .string($0) })),
        ])
    }
}
