// SPDX-License-Identifier: Apache-2.0

/// Something that a mapping owes its readers, whatever the thresholds.
public struct CoverageFinding: Sendable, Hashable {
    /// What it is; stable, for machines.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A field that looks like money, that nobody reads, and of which the mapping does not say why.
        case unreadMoney = "unread-money"
        /// A rule that no fixture reaches.
        case unreachedRule = "unreached-rule"
        /// A type that is neither mapped nor ignored.
        case strayType = "stray-type"
        /// An entry of `unread` that names no field of the fixtures that reach a rule.
        case emptyUnread = "empty-unread"
        /// An entry of `unread` whose every field is read.
        case needlessUnread = "needless-unread"
        /// A test whose body cannot be read.
        case unreadableTest = "unreadable-test"
    }

    /// What it is.
    public var code: Code

    /// The rule it is about; `nil` where it is about the whole file.
    public var rule: String?

    /// What it is about: a path, a type, a rule or a test.
    public var subject: String

    /// What is wrong and what to do, in one sentence.
    public var message: String
}
