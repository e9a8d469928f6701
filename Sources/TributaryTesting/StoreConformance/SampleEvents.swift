// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Invented events of one shop, for checks of stores.
public enum SampleEvents: Sendable {
    /// When the shop opened: all event times are counted from here.
    public static let opening = Timestamp(unixSeconds: 1_789_990_000)

    /// An event with nothing but its key.
    public static func event(_ kind: EventKind, _ key: Reference, at seconds: Int64 = 0) -> Event {
        Event(
            id: "evt_\(key.id)",
            source: "stripe",
            kind: kind,
            key: key,
            time: Timestamp(unixSeconds: opening.unixSeconds + seconds),
            provider: ProviderFacts(name: "stripe", event: "evt_\(key.id)", type: kind.rawValue, api: "2025-03-31")
        )
    }

    /// A payment of an invoice in euro cents.
    public static func payment(
        _ invoice: String,
        _ minor: Int64 = 9900,
        customer: String? = "cus_1",
        referral: String? = nil,
        aliases: [Reference] = [],
        at seconds: Int64 = 0
    ) -> Event {
        var event = event(.paymentSucceeded, Reference("invoice", invoice), at: seconds)
        event.total = euro(minor)
        event.tax = euro(minor / 6)
        event.customer.ref = customer
        event.invoice = invoice
        event.aliases = aliases
        event.phase = .renewal
        event.live = true
        event.lines = [Line(product: "prod_1", name: "Plan – 日本", quantity: 1, total: euro(minor))]
        attribute(&event, to: referral)
        return event
    }

    /// A sign-up.
    public static func lead(
        _ customer: String,
        user: String? = nil,
        referral: String? = nil,
        at seconds: Int64 = 0
    ) -> Event {
        var event = event(.customerCreated, Reference("customer", customer), at: seconds)
        event.customer = Customer(user: user, ref: customer, email: "\(customer)@example.com")
        attribute(&event, to: referral)
        return event
    }

    /// A click on a partner's link, by our own id of it.
    public static func click(_ id: String, code: String, at seconds: Int64 = 0) -> Event {
        var event = event(.clickRecorded, Reference("click", id), at: seconds)
        event.attribution = Attribution(code: code, landing: id)
        return event
    }

    /// The start of a trial.
    public static func trial(_ subscription: String, customer: String, at seconds: Int64 = 0) -> Event {
        var event = event(.subscriptionTrialStarted, Reference("subscription", subscription), at: seconds)
        event.subscription.ref = subscription
        event.customer.ref = customer
        return event
    }

    /// A refund, a reversal or a dispute of the money that `alias` names.
    public static func correction(
        _ kind: EventKind,
        _ key: Reference,
        of alias: Reference,
        _ minor: Int64?,
        soFar: Int64? = nil,
        at seconds: Int64 = 60
    ) -> Event {
        var event = event(kind, key, at: seconds)
        event.aliases = [alias]
        event.total = minor.flatMap(euro)
        event.refundedTotal = soFar.flatMap(euro)
        return event
    }

    /// A refund.
    public static func refund(_ id: String, of alias: Reference, _ minor: Int64, at seconds: Int64 = 60) -> Event {
        correction(.refundSucceeded, Reference("refund", id), of: alias, minor, at: seconds)
    }

    private static func euro(_ minor: Int64) -> Money? { Currency("EUR").map { Money(minor: minor, $0) } }

    private static func attribute(_ event: inout Event, to referral: String?) {
        if let referral { event.attribution.params = [.init("river_referral", referral)] }
    }
}
