// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger

/// What became of a mapping that was offered to a running engine.
public struct MappingReload: Sendable, Hashable {
    /// What became of it.
    public enum Verdict: Sendable, Hashable {
        /// It is the one that serves already.
        case unchanged
        /// It serves from now on.
        case taken
        /// It does not serve; the one before goes on.
        case refused([Reason])
    }

    /// Why a mapping is refused; one of several, perhaps.
    public struct Reason: Sendable, Hashable, CustomStringConvertible {
        /// What is wrong and where, in one line; no value of a webhook.
        public var headline: String
        /// What to do about it.
        public var remedy: String

        /// Creates a reason.
        public init(_ headline: String, remedy: String) {
            self.headline = headline
            self.remedy = remedy
        }

        /// The headline and the remedy.
        public var description: String { "\(headline); \(remedy)" }
    }

    /// The name under which the configuration knows the mapping.
    public var mapping: String

    /// The file that was looked at.
    public var file: String

    /// The provider instances that use the mapping.
    public var instances: [String]

    /// What serves now.
    public var serving: MappingStamp?

    /// What became of it.
    public var verdict: Verdict

    /// Creates a verdict.
    public init(mapping: String, file: String, instances: [String], serving: MappingStamp?, verdict: Verdict) {
        self.mapping = mapping
        self.file = file
        self.instances = instances
        self.serving = serving
        self.verdict = verdict
    }
}
