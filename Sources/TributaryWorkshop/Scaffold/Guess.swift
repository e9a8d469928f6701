// SPDX-License-Identifier: Apache-2.0

/// One thing that a scaffold read out of samples, and why.
public struct Guess: Sendable, Hashable {
    /// How far the samples bear it out.
    public enum Confidence: String, Sendable, Hashable, CaseIterable {
        /// The samples show it.
        case shown
        /// Names and values speak for it.
        case likely
        /// Something had to stand there; look it up.
        case weak
    }

    /// The rule that it is about; empty for the mapping as a whole.
    public var rule: String

    /// What was guessed, as the mapping names it, for example `event.id` or `total`.
    public var subject: String

    /// What was chosen: a selector, a kind or a constant.
    public var choice: String

    /// Why, as a sentence without its full stop.
    public var reason: String

    /// How far the samples bear it out.
    public var confidence: Confidence

    init(_ subject: String, _ choice: String, _ confidence: Confidence, _ reason: String, rule: String = "") {
        self.rule = rule
        self.subject = subject
        self.choice = choice
        self.reason = reason
        self.confidence = confidence
    }
}
