// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
public import TributaryModel

/// How many webhooks came to the same outcome that asks for a person: unmapped, incomplete or invalid.
public struct OutcomeTally: Sendable, Hashable {
    /// The provider instance.
    public var source: String

    /// The provider's event type.
    public var type: String

    /// The outcome, with its rule and the reason in words.
    public var outcome: JournalOutcome

    /// The mapping that decided.
    public var mapping: MappingStamp

    /// How many.
    public var count: Int64

    /// When the first of them arrived.
    public var first: Timestamp

    /// When the last of them arrived.
    public var last: Timestamp

    /// Creates a tally.
    public init(
        source: String,
        type: String,
        outcome: JournalOutcome,
        mapping: MappingStamp,
        count: Int64,
        first: Timestamp,
        last: Timestamp
    ) {
        self.source = source
        self.type = type
        self.outcome = outcome
        self.mapping = mapping
        self.count = count
        self.first = first
        self.last = last
    }

    /// The outcomes that are tallied.
    public static let kinds: [JournalOutcome.Kind] = [.unmapped, .incomplete, .invalid]
}
