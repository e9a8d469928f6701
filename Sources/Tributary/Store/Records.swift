// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
public import TributaryModel

/// Which deliveries to look at.
public struct DeliveryQuery: Sendable, Hashable {
    /// Only this sink.
    public var sink: String?
    /// Only those in this state.
    public var state: DeliveryRecord.State.Name?
    /// Only those of this webhook, by the journal's number.
    public var webhook: Int64?
    /// Only corrections of this sale, by the number of its event.
    public var correcting: Int64?
    /// Only those that ended in one of these ways.
    public var ends: Set<DeliveryEnd>?
    /// Only the one of this number.
    public var number: Int64?
    /// Only those of a lower number, for walks from the newest to the oldest.
    public var before: Int64?
    /// At most so many; 10,000 is the most that is given.
    public var limit: Int

    /// Creates a query.
    public init(
        sink: String? = nil,
        state: DeliveryRecord.State.Name? = nil,
        webhook: Int64? = nil,
        correcting: Int64? = nil,
        ends: Set<DeliveryEnd>? = nil,
        number: Int64? = nil,
        before: Int64? = nil,
        limit: Int = 100
    ) {
        self.sink = sink
        self.state = state
        self.webhook = webhook
        self.correcting = correcting
        self.ends = ends
        self.number = number
        self.before = before
        self.limit = limit
    }

    /// Whether a delivery is asked for, limits apart.
    public func takes(_ record: DeliveryRecord) -> Bool {
        if let sink, record.sink != sink { return false }
        if let state, record.state.name != state { return false }
        if let webhook, record.webhook != webhook { return false }
        if let correcting, record.change?.sale != correcting { return false }
        if let number, record.id != number { return false }
        if let before, record.id >= before { return false }
        guard let ends else { return true }
        if case .ended(let end) = record.state { return ends.contains(end) }
        return false
    }
}

/// One delivery, as a person looks at it.
public struct DeliveryRecord: Sendable, Hashable {
    /// Where a delivery stands.
    public enum State: Sendable, Hashable {
        /// It is tried at that time.
        case waiting(until: Timestamp)
        /// It waits for something that is not a time: `attribution`, `sale`, `order`.
        case blocked(by: String)
        /// An attempt is under way.
        case leased(until: Timestamp)
        /// It is over.
        case ended(DeliveryEnd)

        /// The states by name, for queries.
        public enum Name: String, Sendable, Hashable, CaseIterable {
            /// Neither ended nor leased.
            case pending
            /// An attempt is under way.
            case leased
            /// It is over.
            case ended
        }
    }

    /// The store's number of this delivery.
    public var id: Int64
    /// The journal's number of the webhook behind it.
    public var webhook: Int64
    /// The sink.
    public var sink: String
    /// The event.
    public var event: Event
    /// Where it stands.
    public var state: State
    /// How many attempts were begun.
    public var attempts: Int
    /// Why it stands there, in words.
    public var reason: String?
    /// What the last attempt called and was answered, one short line each.
    public var trail: [String]
    /// What the platform gave us.
    public var receipt: Receipt
    /// On a correction whose sale is known: what it changes.
    public var change: DeliveryRow.Change?

    /// Creates a record.
    public init(
        id: Int64,
        webhook: Int64,
        sink: String,
        event: Event,
        state: State,
        attempts: Int,
        reason: String?,
        trail: [String],
        receipt: Receipt,
        change: DeliveryRow.Change? = nil
    ) {
        self.id = id
        self.webhook = webhook
        self.sink = sink
        self.event = event
        self.state = state
        self.attempts = attempts
        self.reason = reason
        self.trail = trail
        self.receipt = receipt
        self.change = change
    }
}

/// Which webhooks to look at.
public struct WebhookQuery: Sendable, Hashable {
    /// Only this provider instance.
    public var source: String?
    /// Only the one of this provider event id.
    public var key: String?
    /// At most so many; 10,000 is the most that is given.
    public var limit: Int

    /// Creates a query.
    public init(source: String? = nil, key: String? = nil, limit: Int = 100) {
        self.source = source
        self.key = key
        self.limit = limit
    }
}

/// One journaled webhook, as a person looks at it.
public struct WebhookRecord: Sendable, Hashable {
    /// The journal's number.
    public var number: Int64
    /// What was submitted; the body is empty once its retention is over.
    public var submission: Submission
    /// What became of its events.
    public var dispositions: [Settlement.Disposition]

    /// Creates a record.
    public init(number: Int64, submission: Submission, dispositions: [Settlement.Disposition]) {
        self.number = number
        self.submission = submission
        self.dispositions = dispositions
    }
}

/// The conservation number of one sink and what it is made of.
///
/// The unit is one event; a webhook without events counts as one filtered unit.
public struct SinkBalance: Sendable, Hashable {
    /// The sink.
    public var sink: String
    /// Units that were accepted.
    public var accepted: Int64
    /// Units for which no delivery was planned: noise, siblings, kinds and modes that the sink does not take.
    public var filtered: Int64
    /// Deliveries that ended as delivered.
    public var delivered: Int64
    /// Deliveries that ended otherwise.
    public var endedOtherwise: Int64
    /// Deliveries that have not ended.
    public var pending: Int64

    /// Creates a balance.
    public init(sink: String, accepted: Int64, filtered: Int64, delivered: Int64, endedOtherwise: Int64, pending: Int64)
    {
        self.sink = sink
        self.accepted = accepted
        self.filtered = filtered
        self.delivered = delivered
        self.endedOtherwise = endedOtherwise
        self.pending = pending
    }

    /// Zero, or something was lost or invented.
    public var imbalance: Int64 { accepted - (filtered + delivered + endedOtherwise + pending) }
}
