// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// One buyer's objects at Stripe, in the shapes of its samples.
struct Purchase {
    var name: String
    var minor: Int64 = 9900
    var currency = "eur"
    /// What the merchant put into the checkout; nothing for a buyer whom nobody brought.
    var metadata: JSONValue

    init(_ name: String = "ada", _ minor: Int64 = 9900, currency: String = "eur", metadata: JSONValue? = nil) {
        self.name = name
        self.minor = minor
        self.currency = currency
        self.metadata =
            metadata ?? [
                "affonso_referral": .string("ref_" + name), "affitor_click_id": .string("clk_" + name),
                "tapfiliate_click_id": .string("tap_" + name), "dubClickId": .string("dub_" + name),
                "user_id": .string("user_" + name),
            ]
    }

    private var amount: JSONValue { .integer(minor) }

    /// A checkout session that is paid.
    func session(subscription: Bool = false, paid: Int64? = nil) -> JSONValue {
        let total = JSONValue.integer(paid ?? minor)
        return [
            "id": .string("cs_" + name), "object": "checkout.session", "amount_subtotal": total, "amount_total": total,
            "client_reference_id": .null, "currency": .string(currency), "customer": .string("cus_" + name),
            "customer_details": ["email": .string(name + "@example.com"), "name": "Somebody"], "customer_email": .null,
            "discounts": [], "invoice": subscription ? .string("in_\(name)_1") : .null, "livemode": true,
            "metadata": metadata, "mode": subscription ? "subscription" : "payment",
            "payment_intent": subscription ? .null : .string("pi_" + name), "payment_link": .null,
            "payment_status": (paid ?? minor) == 0 ? "no_payment_required" : "paid", "shipping_cost": .null,
            "status": "complete", "subscription": subscription ? .string("sub_" + name) : .null,
            "total_details": ["amount_discount": 0, "amount_shipping": 0, "amount_tax": 0],
        ]
    }

    /// An invoice of the subscription that is paid; without metadata unless stated.
    func invoice(_ number: Int, paid: Int64? = nil, metadata: JSONValue = [:], isOld: Bool = false) -> JSONValue {
        let total = JSONValue.integer(paid ?? minor)
        let subscription = JSONValue.string("sub_" + name)
        var members: [JSONValue.Member] = [
            .init("id", .string("in_\(name)_\(number)")), .init("object", "invoice"), .init("amount_due", total),
            .init("amount_paid", total), .init("amount_remaining", 0), .init("attempt_count", 1),
            .init("billing_reason", number == 1 ? "subscription_create" : "subscription_cycle"),
            .init("currency", .string(currency)), .init("customer", .string("cus_" + name)),
            .init("customer_email", .string(name + "@example.com")), .init("discounts", []),
            .init("lines", ["object": "list", "data": [line], "has_more": false, "total_count": 1]),
            .init("livemode", true), .init("metadata", [:]), .init("number", "FIX-0001"),
            .init("shipping_cost", .null), .init("status", "paid"), .init("subtotal", total), .init("total", total),
            .init("total_excluding_tax", total),
        ]
        if isOld {
            members += [
                .init("charge", .string("ch_\(name)_\(number)")),
                .init("payment_intent", .string("pi_\(name)_\(number)")),
                .init("subscription", subscription), .init("paid", true), .init("tax", .null),
                .init("subscription_details", ["metadata": metadata]),
            ]
        } else {
            members += [
                .init("total_taxes", []),
                .init(
                    "parent",
                    [
                        "quote_details": .null, "type": "subscription_details",
                        "subscription_details": ["metadata": metadata, "subscription": subscription],
                    ]
                ),
            ]
        }
        return .object(members)
    }

    private var line: JSONValue {
        [
            "id": .string("il_" + name), "object": "line_item", "amount": amount, "currency": .string(currency),
            "description": "Pro", "quantity": 1, "metadata": [:],
            "pricing": ["type": "price_details", "price_details": ["price": "price_pro", "product": "prod_pro"]],
        ]
    }

    /// What ties an invoice to the payment intent that refunds name.
    func tie(_ number: Int) -> JSONValue {
        [
            "id": .string("inpay_\(name)_\(number)"), "object": "invoice_payment", "amount_paid": amount,
            "amount_requested": amount, "currency": .string(currency), "invoice": .string("in_\(name)_\(number)"),
            "is_default": true, "livemode": true, "status": "paid",
            "payment": ["payment_intent": .string("pi_\(name)_\(number)"), "type": "payment_intent"],
        ]
    }

    /// A refund of a part, which names the payment intent alone.
    func refund(_ id: String, _ minor: Int64, of intent: String? = nil) -> JSONValue {
        [
            "id": .string(id), "object": "refund", "amount": .integer(minor), "charge": .string("ch_" + name),
            "currency": .string(currency), "metadata": [:], "payment_intent": .string(intent ?? "pi_" + name),
            "reason": "requested_by_customer", "receipt_number": .null, "status": "succeeded",
        ]
    }

    /// The charge with everything that was refunded of it so far.
    func charge(refunded: Int64) -> JSONValue {
        [
            "id": .string("ch_" + name), "object": "charge", "amount": amount, "amount_captured": amount,
            "amount_refunded": .integer(refunded), "billing_details": ["email": .string(name + "@example.com")],
            "captured": true, "currency": .string(currency), "customer": .string("cus_" + name), "invoice": .null,
            "livemode": true, "metadata": [:], "paid": true, "payment_intent": .string("pi_" + name),
            "receipt_email": .null, "refunded": .bool(refunded == minor), "status": "succeeded",
        ]
    }

    /// A dispute that was closed.
    func dispute(_ id: String, status: String) -> JSONValue {
        [
            "id": .string(id), "object": "dispute", "amount": amount, "charge": .string("ch_" + name),
            "currency": .string(currency), "metadata": [:], "payment_intent": .string("pi_" + name),
            "reason": "fraudulent", "status": .string(status), "balance_transactions": [], "livemode": true,
        ]
    }
}
