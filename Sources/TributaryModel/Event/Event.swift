// SPDX-License-Identifier: Apache-2.0

/// What a webhook means: one commercial fact in the common model.
///
/// On the wire it is a CloudEvents 1.0 JSON object, see ``cloudEvent`` and ``init(cloudEvent:)``.
public struct Event: Sendable, Hashable {
    /// Stable across redelivery: the provider's event id, and behind a `#` its position where one webhook has several.
    public var id: String

    /// Name of the provider instance that the webhook came in on, for example `shop-eu`.
    public var source: String

    /// What happened.
    public var kind: EventKind

    /// The business key: the same money told twice has the same key.
    public var key: Reference

    /// Every other id of the same money; on a correction, the ids of the money that it corrects.
    public var aliases: [Reference]

    /// When it happened at the provider.
    public var time: Timestamp

    /// Whether this is real money; `nil` where the provider does not say.
    public var live: Bool?

    /// Which payment of a customer's life this is; payments only.
    public var phase: Phase?

    /// The merchant's name of a milestone.
    public var milestone: String?

    /// The buyer.
    public var customer: Customer

    /// Who brought the buyer.
    public var attribution: Attribution

    /// What the buyer paid, or what a correction gives back.
    public var total: Money?

    /// The amount before discount, tax and shipping.
    public var subtotal: Money?

    /// The amount after discount and before tax and shipping.
    public var revenue: Money?

    /// Tax within ``total``.
    public var tax: Money?

    /// Shipping within ``total``.
    public var shipping: Money?

    /// Discount already taken off.
    public var discount: Money?

    /// What the provider keeps.
    public var fee: Money?

    /// On a correction: everything given back of that payment so far, where the provider states only the sum.
    public var refundedTotal: Money?

    /// The subscription.
    public var subscription: Subscription

    /// The lines, in the provider's order.
    public var lines: [Line]

    /// Provider's id of the payment.
    public var payment: String?

    /// Provider's id of the invoice.
    public var invoice: String?

    /// Provider's or merchant's id of the order.
    public var order: String?

    /// Provider's id of the checkout session.
    public var checkout: String?

    /// Provider's id of the refund.
    public var refund: String?

    /// Provider's id of the dispute.
    public var dispute: String?

    /// Where the facts come from.
    public var provider: ProviderFacts

    /// Further ids for support, names and texts in order.
    public var raw: [Attribution.Parameter]

    /// Creates an event; everything else starts out unknown.
    public init(id: String, source: String, kind: EventKind, key: Reference, time: Timestamp, provider: ProviderFacts) {
        self.id = id
        self.source = source
        self.kind = kind
        self.key = key
        self.time = time
        self.provider = provider
        aliases = []
        customer = Customer()
        attribution = Attribution()
        subscription = Subscription()
        lines = []
        raw = []
    }
}

/// The provider's own words for an event.
public struct ProviderFacts: Sendable, Hashable {
    /// Name of the mapping, for example `stripe`.
    public var name: String

    /// The provider's event id.
    public var event: String

    /// The provider's event type, for example `invoice.paid`.
    public var type: String

    /// The provider's API version, where it says.
    public var api: String?

    /// Creates the facts.
    public init(name: String, event: String, type: String, api: String? = nil) {
        self.name = name
        self.event = event
        self.type = type
        self.api = api
    }
}
