// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

/// An invented buyer, and the deliveries that tell a sink of what the buyer does.
///
/// Amounts are whole numbers of the currency's smallest unit; times are fixed, so that every run makes the same bytes.
public struct SampleBuyer: Sendable {
    /// The buyer's ids.
    public var customer: Customer

    /// Who brought the buyer.
    public var attribution: Attribution

    /// The instance name in ``Event/source`` and in every idempotency key.
    public var source: String

    /// Creates a buyer.
    public init(_ customer: Customer, _ attribution: Attribution, source: String = "stripe") {
        self.customer = customer
        self.attribution = attribution
        self.source = source
    }

    /// The moment of the first event: 2026-11-21T08:30:00Z.
    public static let epoch = Timestamp(unixSeconds: 1_795_249_800)

    /// An event of this buyer.
    public func event(_ kind: EventKind, _ key: Reference, at second: Int64 = 0) -> Event {
        var event = Event(
            id: "evt_\(key.id)",
            source: source,
            kind: kind,
            key: key,
            time: Timestamp(unixSeconds: Self.epoch.unixSeconds + second),
            provider: ProviderFacts(name: "stripe", event: "evt_\(key.id)", type: kind.rawValue)
        )
        event.customer = customer
        event.attribution = attribution
        return event
    }

    /// The sign-up.
    public func signUp() -> Delivery {
        let event = event(.customerCreated, Reference("customer", customer.ref ?? customer.user ?? "nobody"))
        return Delivery(id: 1, event: event, idempotencyKey: "\(source):\(event.key):customer.created")
    }

    /// A payment.
    ///
    /// - Parameters:
    ///   - invoice: The invoice's id, also part of the idempotency key.
    ///   - total: What was paid, gross.
    ///   - tax: Tax within the total.
    ///   - phase: Which payment of the buyer's life it is; the first ones also say that they are the first here.
    /// - Returns: the delivery, for its first attempt.
    public func payment(_ invoice: String, _ total: Money, tax: Money? = nil, phase: Phase = .first) -> Delivery {
        var event = event(.paymentSucceeded, Reference("invoice", invoice), at: 60)
        event.total = total
        event.tax = tax
        event.phase = phase
        event.invoice = invoice
        if phase != .oneTime {
            event.subscription = Subscription(ref: "sub_1", interval: .month, intervalCount: 1)
        }
        event.lines = [Line(product: "prod_1", price: "price_1", quantity: 1, total: total)]
        return Delivery(
            id: 2,
            event: event,
            idempotencyKey: "\(source):invoice:\(invoice)",
            isFirstPayment: phase != .renewal
        )
    }

    /// A refund, or another correction, of a payment.
    ///
    /// - Parameters:
    ///   - id: The refund's id, also part of the idempotency key.
    ///   - payment: The delivery of the payment.
    ///   - end: How that delivery ended.
    ///   - before: Given back before, gross, in the smallest unit.
    ///   - after: Given back with this one, gross, in the smallest unit.
    ///   - earlier: How many corrections of the payment went out before.
    ///   - kind: The kind of correction.
    /// - Returns: the delivery, for its first attempt; `nil` where the payment states no total.
    public func correction(
        _ id: String,
        of payment: Delivery,
        ended end: Step.End,
        from before: Int64,
        to after: Int64,
        earlier: Int = 0,
        kind: EventKind = .refundSucceeded
    ) -> Delivery? {
        guard let currency = payment.event.total?.currency else { return nil }
        // What gives money back and what brings it back again are told under keys of their own.
        let type =
            switch kind {
            case .refundReversed: "refund_reversal"
            case .disputeWon: "dispute_won"
            default: "refund"
            }
        var event = event(kind, Reference(type, id), at: 3600 + Int64(earlier))
        event.total = Money(minor: after - before, currency)
        event.refund = id
        let sale = CorrectedSale(
            event: payment.event,
            idempotencyKey: payment.idempotencyKey,
            receipt: end.receipt,
            end: end.end,
            correctedBefore: Money(minor: before, currency),
            correctedAfter: Money(minor: after, currency),
            correctionsBefore: earlier
        )
        return Delivery(id: 3 + Int64(earlier), event: event, idempotencyKey: "\(source):\(type):\(id)", sale: sale)
    }
}
