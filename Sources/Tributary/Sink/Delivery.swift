// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// One event on its way to one sink, with everything that the ledger knows about it.
public struct Delivery: Sendable, Hashable {
    /// The store's number of this delivery.
    public var id: Int64

    /// The event, with the attribution that was found for it; on a correction, ``Event/total`` is what this delivery adds
    /// to the amounts given back before.
    public var event: Event

    /// Stable for this event and sink over all attempts and restarts; what platforms deduplicate by.
    public var idempotencyKey: String

    /// Whether it is about real money; a sink that takes test money too may have to say which this is.
    public var isLive: Bool

    /// Number of this attempt, counted from 1.
    public var attempt: Int

    /// How many attempts before this one ended because what the delivery builds on was not there yet.
    ///
    /// Attempts that failed otherwise do not count, so that an outage of the platform does not use up the waits.
    public var waits: Int

    /// Whether an earlier attempt may have reached the platform without our knowing its answer.
    public var mayHaveArrivedBefore: Bool

    /// The sale that a correction corrects; `nil` on everything else.
    public var sale: CorrectedSale?

    /// Whether this is the customer's first payment that goes to this sink.
    public var isFirstPayment: Bool

    /// What this platform gave us for the click that led here, where it was told of one.
    public var clickReceipt: Receipt?

    /// Creates a delivery.
    public init(
        id: Int64,
        event: Event,
        idempotencyKey: String,
        isLive: Bool = true,
        attempt: Int = 1,
        waits: Int = 0,
        mayHaveArrivedBefore: Bool = false,
        sale: CorrectedSale? = nil,
        isFirstPayment: Bool = false,
        clickReceipt: Receipt? = nil
    ) {
        self.id = id
        self.event = event
        self.idempotencyKey = idempotencyKey
        self.isLive = isLive
        self.attempt = attempt
        self.waits = waits
        self.mayHaveArrivedBefore = mayHaveArrivedBefore
        self.sale = sale
        self.isFirstPayment = isFirstPayment
        self.clickReceipt = clickReceipt
    }
}

/// The sale behind a refund or dispute, as this sink knows it.
public struct CorrectedSale: Sendable, Hashable {
    /// What a correction does to what remains of its sale; the kind of its event does not tell.
    public enum Effect: Sendable, Hashable {
        /// It only tells something: a dispute was opened, or won without having been lost.
        case none
        /// More is given back than before: a refund, a dispute lost.
        case lowers
        /// Less is given back than before: a refund reversed, a lost dispute won after all.
        case raises
    }

    /// The sale as it was delivered.
    public var event: Event

    /// The idempotency key under which it was delivered.
    public var idempotencyKey: String

    /// What the platform gave us for it.
    public var receipt: Receipt

    /// How the sale's delivery ended.
    public var end: DeliveryEnd

    /// Given back before this correction, gross.
    public var correctedBefore: Money

    /// Given back with this correction, gross; never more than the sale, and less than before where money was regained.
    public var correctedAfter: Money

    /// How many corrections of this sale went to this sink before.
    public var correctionsBefore: Int

    /// Creates the facts.
    public init(
        event: Event,
        idempotencyKey: String,
        receipt: Receipt,
        end: DeliveryEnd,
        correctedBefore: Money,
        correctedAfter: Money,
        correctionsBefore: Int
    ) {
        self.event = event
        self.idempotencyKey = idempotencyKey
        self.receipt = receipt
        self.end = end
        self.correctedBefore = correctedBefore
        self.correctedAfter = correctedAfter
        self.correctionsBefore = correctionsBefore
    }

    /// What remains of the sale on a basis after this correction.
    public func remaining(_ basis: AmountBasis) -> Money? {
        guard let whole = event.amount(basis), let given = corrected(correctedAfter, basis) else { return nil }
        return Money(minor: whole.minor - given.minor, whole.currency)
    }

    /// What this correction does to what remains of the sale.
    public var effect: Effect {
        if correctedAfter.minor == correctedBefore.minor { return .none }
        return correctedAfter.minor > correctedBefore.minor ? .lowers : .raises
    }

    /// What this correction takes back, on a basis; negative where it gives the sale something back.
    ///
    /// Differences of running totals, so that several partial refunds add up to exactly the whole.
    public func difference(_ basis: AmountBasis) -> Money? {
        guard let before = corrected(correctedBefore, basis), let after = corrected(correctedAfter, basis) else {
            return nil
        }
        return Money(minor: after.minor - before.minor, after.currency)
    }

    /// Whether nothing of the sale remains.
    public var isFull: Bool { event.total.map { correctedAfter.minor >= $0.minor } ?? false }

    private func corrected(_ gross: Money, _ basis: AmountBasis) -> Money? {
        guard let total = event.total, let whole = event.amount(basis) else { return nil }
        return basis == .gross ? gross : whole.share(gross, of: total)
    }
}
