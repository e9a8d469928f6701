// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// The answer of a book to a webhook.
public struct JournalEntry: Sendable, Hashable {
    /// The journal's number of the webhook.
    public var number: Int64
    /// Whether it was not there before.
    public var isNew: Bool

    /// Creates an answer.
    public init(number: Int64, isNew: Bool) {
        self.number = number
        self.isNew = isNew
    }
}

/// Where an event stands in the journal.
public struct EventEntry: Sendable, Hashable {
    /// Bits of an event's number that are its position within the webhook.
    public static let positionBits: Int64 = 20

    /// The journal's number of the webhook.
    public var webhook: Int64
    /// The event's position in the webhook, counted from 0.
    public var position: Int
    /// The scope of its keys.
    public var scope: Scope
    /// When the webhook arrived.
    public var receivedAt: Timestamp
    /// The number of the event that told the same before; `nil` for an event that is new.
    public var siblingOf: Int64?

    /// Creates an entry.
    public init(webhook: Int64, position: Int, scope: Scope, receivedAt: Timestamp, siblingOf: Int64? = nil) {
        precondition(position < 1 << Self.positionBits, "a body of bounded size cannot hold a million events")
        self.webhook = webhook
        self.position = position
        self.scope = scope
        self.receivedAt = receivedAt
        self.siblingOf = siblingOf
    }

    /// The event's number, made of its webhook's number and its position, so that it grows with the journal.
    public var number: Int64 { webhook << Self.positionBits | Int64(position) }
}

/// An event, as it arrived, and where it stands.
public struct StoredEvent: Sendable, Hashable {
    /// The event.
    public var event: Event
    /// Where it stands.
    public var entry: EventEntry

    /// Creates a stored event.
    public init(_ event: Event, _ entry: EventEntry) {
        self.event = event
        self.entry = entry
    }
}

/// What was decided about a webhook.
public struct JudgedWebhook: Sendable, Hashable {
    /// The mapping that decided.
    public var mapping: MappingStamp
    /// The decision.
    public var outcome: JournalOutcome
    /// Its events.
    public var events: [Event]

    /// Creates a decision.
    public init(mapping: MappingStamp, outcome: JournalOutcome, events: [Event]) {
        self.mapping = mapping
        self.outcome = outcome
        self.events = events
    }
}

/// What is known about one id.
public struct Link: Sendable, Hashable {
    /// The party that it belongs to, perhaps merged into another since.
    public var party: Int64
    /// The number of the payment whose key or alias it is; of our own click's id, the number of the click.
    public var payment: Int64?

    /// Creates a link.
    public init(party: Int64, payment: Int64? = nil) {
        self.party = party
        self.payment = payment
    }
}

/// What decides whether a payment converts a trial.
public struct SubscriptionFacts: Sendable, Hashable {
    /// Whether a trial or a first invoice over nothing was seen.
    public var hadTrial: Bool
    /// The number of the earliest payment of more than nothing, by event time.
    public var firstPayment: Int64?
    /// The time of that payment.
    public var firstPaymentAt: Timestamp?

    /// Creates facts; nothing is known at first.
    public init(hadTrial: Bool = false, firstPayment: Int64? = nil, firstPaymentAt: Timestamp? = nil) {
        self.hadTrial = hadTrial
        self.firstPayment = firstPayment
        self.firstPaymentAt = firstPaymentAt
    }
}
