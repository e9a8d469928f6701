// SPDX-License-Identifier: Apache-2.0

/// A value that a `map` table of the mapping does not list.
public struct UnlistedValue: Sendable, Hashable {
    /// Id of the rule.
    public var rule: String

    /// The target that the table fills, or `key`, or `aliases`.
    public var target: String

    /// The value, as ``SeenText`` shows it.
    public var text: String

    /// Whether the table says what stands for all others; without that the value came to nothing.
    public var hasElse: Bool

    /// Creates a value.
    public init(rule: String, target: String, text: String, hasElse: Bool) {
        self.rule = rule
        self.target = target
        self.text = text
        self.hasElse = hasElse
    }
}
