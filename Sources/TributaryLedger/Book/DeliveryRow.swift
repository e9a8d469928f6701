// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// One event for one sink: the ledger's side of a delivery.
public struct DeliveryRow: Sendable, Hashable {
    /// Where a delivery stands.
    public enum State: Sendable, Hashable {
        /// It may be leased from that time on. Next: leased, held, ended.
        case waiting(until: Timestamp)
        /// An earlier delivery of the customer goes first, but no longer than until then. Next: waiting, leased.
        case held(until: Timestamp)
        /// An attempt is under way; the lease lapses then. Next: waiting, leased (again), ended.
        case leased(until: Timestamp)
        /// Nobody is known to have brought the buyer; organic after that time. Next: waiting, held, ended.
        case unattributed(until: Timestamp)
        /// The sale is not known yet; given up after that time. Next: saleOpen, waiting, held, ended.
        case saleUnknown(until: Timestamp)
        /// The sale, or an earlier correction of it, has not ended at this sink. Next: waiting, held, ended.
        case saleOpen
        /// Further corrections of the sale may still go out with it, until then. Next: waiting, held, ended.
        case gathering(until: Timestamp)
        /// It is over. Next: none.
        case ended(DeliveryEnd)
    }

    /// The place in the order of one customer's deliveries to a sink.
    public enum Rank: Int64, Sendable, Hashable, Comparable {
        /// The click that led to the customer.
        case click = -1
        /// Who the customer is.
        case lead = 0
        /// Trials, subscriptions and other steps.
        case step
        /// Money in.
        case payment
        /// Money out.
        case correction

        /// Orders ranks from first to last.
        public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

        /// The rank of a kind.
        public init(_ kind: EventKind) {
            switch kind.movement {
            case .payment: self = .payment
            case .correction: self = .correction
            case .none: self = kind == .clickRecorded ? .click : kind == .customerCreated ? .lead : .step
            }
        }
    }

    /// What a correction does to its sale at this sink.
    public struct Change: Sendable, Hashable {
        /// The number of the sale's event.
        public var sale: Int64
        /// Given back before, gross in minor units.
        public var before: Int64
        /// Given back after, gross in minor units.
        public var after: Int64

        /// Creates a change.
        public init(sale: Int64, before: Int64, after: Int64) {
            self.sale = sale
            self.before = before
            self.after = after
        }
    }

    /// The book's number of the delivery, see ``LedgerBook/number(of:to:)``.
    public var number: Int64
    /// The number of the event.
    public var event: Int64
    /// The sink.
    public var sink: String
    /// The buyer.
    public var party: Int64
    /// Its place among the customer's deliveries.
    public var rank: Rank
    /// The event's time, the order within a rank.
    public var time: Timestamp
    /// Where it stands.
    public var state: State
    /// The number of the newest lease.
    public var token: Int64 = 0
    /// How many attempts were begun.
    public var attempts: Int64 = 0
    /// How many of them ended because what the delivery builds on was not there yet.
    public var waits: Int64 = 0
    /// When the first attempt was begun.
    public var firstAttemptAt: Timestamp?
    /// Whether an attempt may have reached the platform without our knowing its answer.
    public var mayHaveArrived = false
    /// Whether it was the customer's first payment at this sink when it was first tried.
    public var isFirstPayment = false
    /// Why it stands there, in words.
    public var reason: String?
    /// What the last attempt called and was answered.
    public var trail: [String] = []
    /// The platform's ids.
    public var receipt: [Attribution.Parameter] = []
    /// On a correction: what it changes, once the sale is known.
    public var change: Change?
    /// On a sale: what its corrections planned so far give back, gross in minor units.
    public var corrected: Int64 = 0

    /// Creates a row.
    public init(
        number: Int64,
        event: Int64,
        sink: String,
        party: Int64,
        rank: Rank,
        time: Timestamp,
        state: State,
        reason: String? = nil
    ) {
        self.number = number
        self.event = event
        self.sink = sink
        self.party = party
        self.rank = rank
        self.time = time
        self.state = state
        self.reason = reason
    }

    /// How it ended, if it did.
    public var end: DeliveryEnd? {
        if case .ended(let end) = state { end } else { nil }
    }

    /// Whether it goes before another delivery of the same customer to the same sink.
    public func precedes(_ other: DeliveryRow) -> Bool {
        (rank.rawValue, time, number) < (other.rank.rawValue, other.time, other.number)
    }
}
