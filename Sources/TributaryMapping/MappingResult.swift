// SPDX-License-Identifier: Apache-2.0

public import TributaryJSON

/// What a plan made of one webhook, or of one entry of a batch.
public struct MappingResult: Sendable, Hashable {
    /// What the webhook says of itself.
    public var facts: WebhookFacts

    /// What became of it.
    public var outcome: MappingOutcome

    /// Id of the rule that decided: that took it, failed on it, or was tried first.
    public var rule: String?

    /// The node of the webhook: the root, or an entry of a batch.
    public internal(set) var entry = JSONNode(index: 0)

    /// What the tables of the rule do not list.
    public internal(set) var unlisted: [UnlistedValue] = []
}
