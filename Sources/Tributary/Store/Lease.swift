// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Fences a lease: every taking of a delivery has a new token, and only the newest can finish it.
public struct LeaseToken: Sendable, Hashable {
    /// The store's number of the delivery.
    public var delivery: Int64
    /// Grows with every taking.
    public var number: Int64

    /// Creates a token.
    public init(delivery: Int64, number: Int64) {
        self.delivery = delivery
        self.number = number
    }
}

/// What is asked of ``Store/lease(_:)``.
public struct LeaseRequest: Sendable, Hashable {
    /// The sink to send to.
    public var sink: String
    /// At most so many deliveries.
    public var limit: Int
    /// The time by the caller's clock.
    public var now: Timestamp
    /// When the leases lapse.
    public var until: Timestamp

    /// Creates a request.
    public init(sink: String, limit: Int, now: Timestamp, until: Timestamp) {
        self.sink = sink
        self.limit = limit
        self.now = now
        self.until = until
    }
}

/// A delivery that the caller alone may attempt until its lease lapses.
public struct LeasedDelivery: Sendable, Hashable {
    /// What is to be delivered; its attempt is already committed.
    public var delivery: Delivery
    /// Proof of the lease.
    public var token: LeaseToken
    /// When the first attempt of this delivery began.
    public var firstAttemptAt: Timestamp

    /// Creates a leased delivery.
    public init(delivery: Delivery, token: LeaseToken, firstAttemptAt: Timestamp) {
        self.delivery = delivery
        self.token = token
        self.firstAttemptAt = firstAttemptAt
    }
}

/// What an attempt came to.
public struct AttemptResult: Sendable, Hashable {
    /// What happens next.
    public enum Next: Sendable, Hashable {
        /// The delivery is over.
        case end(Step.End)
        /// The delivery is tried again at that time, for this reason.
        case retry(at: Timestamp, reason: String)
        /// The attempt was not made (graceful stop, open breaker): as if the lease had not been taken.
        case returned(at: Timestamp)
    }

    /// What happens next.
    public var next: Next

    /// Whether the platform may have received this attempt although we know no answer.
    public var mayHaveArrived: Bool

    /// Whether a retry waits for what the delivery builds on; counted in ``Delivery/waits``.
    public var isWait: Bool

    /// What was called and answered, one short line each, for the operator; no secret, no e-mail, no body.
    public var trail: [String]

    /// Creates a result.
    public init(_ next: Next, mayHaveArrived: Bool = false, isWait: Bool = false, trail: [String] = []) {
        self.next = next
        self.mayHaveArrived = mayHaveArrived
        self.isWait = isWait
        self.trail = trail
    }
}

/// What ``Store/finish(_:_:at:under:)`` made of a result.
public struct FinishReceipt: Sendable, Hashable {
    /// Whether the token still held; if not, nothing was recorded.
    public var held: Bool
    /// Names of the sinks that have something new to send because of it.
    public var wakes: Set<String>

    /// Creates a receipt.
    public init(held: Bool, wakes: Set<String> = []) {
        self.held = held
        self.wakes = wakes
    }
}
