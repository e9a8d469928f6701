// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// One genuine webhook with what the mapping made of it, ready to be settled in one transaction.
public struct Submission: Sendable, Hashable {
    /// Name of the provider instance, for example `shop-eu`; with ``live`` the scope of every key in here.
    public var source: String

    /// The provider's event id, or the body's digest where it has none; a webhook comes once for each source and key.
    public var webhookKey: String

    /// The provider's event type.
    public var type: String

    /// Whether this is real money; `nil` counts as live.
    public var live: Bool?

    /// When the webhook arrived, by our clock.
    public var receivedAt: Timestamp

    /// Header fields worth keeping, without secrets and signatures.
    public var headers: HeaderFields

    /// The raw body, byte for byte.
    public var body: [UInt8]

    /// The mapping that decided.
    public var mapping: MappingStamp

    /// What the mapping decided.
    public var outcome: JournalOutcome

    /// The events, empty unless ``outcome`` is ``JournalOutcome/Kind/emitted``.
    public var events: [Event]

    /// Creates a submission.
    public init(
        source: String,
        webhookKey: String,
        type: String,
        live: Bool?,
        receivedAt: Timestamp,
        headers: HeaderFields,
        body: [UInt8],
        mapping: MappingStamp,
        outcome: JournalOutcome,
        events: [Event]
    ) {
        self.source = source
        self.webhookKey = webhookKey
        self.type = type
        self.live = live
        self.receivedAt = receivedAt
        self.headers = headers
        self.body = body
        self.mapping = mapping
        self.outcome = outcome
        self.events = events
    }
}

/// Which mapping, exactly, decided about a webhook.
public struct MappingStamp: Sendable, Hashable {
    /// Name of the mapping, for example `stripe`.
    public var name: String
    /// The version that its file states.
    public var version: String
    /// Hexadecimal SHA-256 of its file.
    public var contentHash: String

    /// Creates a stamp.
    public init(name: String, version: String, contentHash: String) {
        self.name = name
        self.version = version
        self.contentHash = contentHash
    }
}

/// What the mapping decided about a webhook, as it is journaled.
public struct JournalOutcome: Sendable, Hashable {
    /// The closed set of decisions; the raw values are names of metrics and columns.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Events came out.
        case emitted
        /// The type or the case is ignored on purpose.
        case ignored
        /// A rule of the type exists, but its condition does not hold.
        case filtered
        /// The mapping does not know the type.
        case unmapped
        /// A required field is missing.
        case incomplete
        /// A field has a value that cannot be read.
        case invalid
    }

    /// The decision.
    public var kind: Kind

    /// The rule that decided, where one did.
    public var rule: String?

    /// Why, in words: the ignore entry's reason, the false clause, the field; never a value of the payload.
    public var why: String?

    /// Creates an outcome.
    public init(_ kind: Kind, rule: String? = nil, why: String? = nil) {
        self.kind = kind
        self.rule = rule
        self.why = why
    }
}

/// What became of a submission; only made after its transaction has committed.
public struct Settlement: Sendable, Hashable {
    /// Whether the webhook was new.
    public enum Status: Sendable, Hashable {
        /// It was stored now.
        case stored
        /// The same webhook had been stored before.
        case repeated
    }

    /// What became of one event.
    public enum Disposition: Sendable, Hashable {
        /// It is new and was entered into the books.
        case entered
        /// It tells the same money as an event already entered, whose business key is given.
        case sibling(of: Reference)
    }

    /// Whether the webhook was new.
    public var status: Status

    /// The journal's number of the webhook, also for a repeat.
    public var number: Int64

    /// One for each event of the submission, in order; empty for a repeat.
    public var dispositions: [Disposition]

    /// Names of the sinks that have something new to send at once.
    public var wakes: Set<String>

    /// Creates a settlement.
    public init(status: Status, number: Int64, dispositions: [Disposition] = [], wakes: Set<String> = []) {
        self.status = status
        self.number = number
        self.dispositions = dispositions
        self.wakes = wakes
    }
}
