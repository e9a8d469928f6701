// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Why a webhook became what it became; made on demand from the kept bytes and the same plan.
///
/// Quotes the webhook, so it is for the eyes of those who may see it.
public struct Explanation: Sendable, Hashable {
    /// What became of one webhook, or of one entry of a batch, and why.
    public struct Entry: Sendable, Hashable {
        /// What came out, the same as without an explanation.
        public var result: MappingResult

        /// Rules and ignore entries tried, in order.
        public var trials: [Trial]

        /// For each emitted event, its targets in the order in which they were filled.
        public var fields: [[Field]]

        /// For an incomplete webhook, the selectors that chose nothing.
        public var lookedAt: [String]

        /// Nodes visited.
        public var nodes: Int
    }

    /// A rule or ignore entry that was looked at.
    public struct Trial: Sendable, Hashable {
        /// What was found.
        public enum Verdict: Sendable, Hashable {
            /// It took the webhook.
            case taken
            /// Its `at` chose nothing.
            case nothingAt(String)
            /// Its `where` was false: the clause, and what was found.
            case whereFalse(clause: String, found: [Finding])
        }

        /// Id of the rule; for an ignore entry, its `why`.
        public var name: String

        /// Whether it is an ignore entry.
        public var isIgnoreEntry: Bool

        /// What was found.
        public var verdict: Verdict
    }

    /// An operand of a false clause.
    public struct Finding: Sendable, Hashable {
        /// The operand as the mapping writes it.
        public var text: String

        /// Normalized path of what was looked at, where it is one place.
        public var path: String?

        /// The value as JSON text; `nil` where there is none.
        public var value: String?
    }

    /// A target and where its value came from.
    public struct Field: Sendable, Hashable {
        /// The target's name in the mapping, for example `customer.ref`.
        public var name: String

        /// Normalized paths of everything that went into it.
        public var paths: [String]

        /// The value in the event; `nil` where the target stayed empty.
        public var value: JSONValue?
    }

    /// Name of the mapping.
    public var mapping: String

    /// Version of the mapping.
    public var version: String

    /// The profile, where the mapping has several.
    public var profile: String?

    /// One entry for each webhook; several for a batch.
    public var entries: [Entry]
}
