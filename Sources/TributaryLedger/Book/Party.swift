// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Everyone and everything that belongs to one buyer: the ids bound to each other, and who brought the buyer.
public struct Party: Sendable, Hashable {
    /// A fact with the event time that it was first told for; the earliest statement counts, whenever it arrives.
    public struct Dated: Sendable, Hashable {
        /// The fact.
        public var value: String
        /// The earliest event time.
        public var time: Timestamp

        /// Creates a fact.
        public init(_ value: String, at time: Timestamp) {
            self.value = value
            self.time = time
        }
    }

    /// The book's number; 0 before it has one.
    public var number: Int64

    /// The party that this one became part of.
    public var mergedInto: Int64?

    /// Count of the ids and deliveries given to it, a bound of the work of merging it.
    public var weight: Int64

    /// The merchant's own id of the person.
    public var user: Dated?

    /// A provider's id of the customer.
    public var customer: Dated?

    /// The scope in which ``customer`` is known.
    public var customerScope: Scope?

    /// Whether a payment was entered.
    public var hasPaid: Bool

    /// Who brought the buyer, each different statement once; at most ``touchesMax``.
    public var touches: [Touch]

    /// The most statements that are kept: a person does not come through more partners than that.
    public static let touchesMax = 32

    /// Creates a party that nothing is known about.
    public init() {
        number = 0
        weight = 0
        hasPaid = false
        touches = []
    }

    /// Whether it is a customer; what a customer is bound to stays.
    public var isCustomer: Bool { user != nil || customer != nil || hasPaid }

    /// When the touches are to be forgotten is counted from here; `nil` where they stay or there are none.
    public var lapsesFrom: Timestamp? { isCustomer ? nil : touches.map(\.receivedAt).max() }
}

/// One statement of who brought the buyer.
public struct Touch: Sendable, Hashable {
    /// The statement.
    public var attribution: Attribution
    /// The earliest event time at which it was made.
    public var first: Timestamp
    /// The latest event time at which it was made.
    public var last: Timestamp
    /// When it arrived last, by our clock.
    public var receivedAt: Timestamp

    /// Creates a touch.
    public init(_ attribution: Attribution, first: Timestamp, last: Timestamp, receivedAt: Timestamp) {
        self.attribution = attribution
        self.first = first
        self.last = last
        self.receivedAt = receivedAt
    }
}
