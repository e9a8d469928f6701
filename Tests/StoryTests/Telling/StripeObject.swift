// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Stripe's objects in the shapes of `Mappings/stripe/fixtures`, as far as a subscription's life needs them.
enum StripeObject {
    /// The release of the API whose shapes are used.
    enum Release: String, CaseIterable {
        /// Invoices name their payment intent and charge.
        case acacia = "2024-09-30.acacia"
        /// Invoices name neither; `invoice_payment.paid` does.
        case basil = "2025-09-30.clover"
    }

    static func event(_ id: String, _ type: String, _ release: Release, _ time: Timestamp, _ object: JSONValue)
        -> JSONValue
    {
        [
            "id": .string(id), "object": "event", "api_version": .string(release.rawValue),
            "created": .integer(time.unixSeconds), "data": ["object": object], "livemode": true, "pending_webhooks": 1,
            "request": ["id": .null, "idempotency_key": .null], "type": .string(type),
        ]
    }

    static func customer(_ id: String, metadata: JSONValue) -> JSONValue {
        [
            "id": .string(id), "object": "customer", "email": .string(id + "@buyers.example"), "livemode": true,
            "metadata": metadata,
        ]
    }

    static func session(_ buyer: Buyer, paid: Money, tax: Int64, metadata: JSONValue) -> JSONValue {
        [
            "id": .string("cs_" + buyer.name), "object": "checkout.session",
            "amount_subtotal": .integer(paid.minor - tax), "amount_total": .integer(paid.minor),
            "client_reference_id": .null, "currency": currency(paid), "customer": .string(buyer.customer),
            "customer_details": ["email": .string(buyer.customer + "@buyers.example")], "customer_email": .null,
            "discounts": [], "invoice": .string(buyer.invoice(0)), "invoice_creation": .null, "livemode": true,
            "metadata": metadata, "mode": "subscription", "payment_intent": .null, "payment_link": .null,
            "payment_status": paid.minor == 0 ? "no_payment_required" : "paid", "shipping_cost": .null,
            "status": "complete", "subscription": .string(buyer.subscription),
            "total_details": ["amount_discount": 0, "amount_shipping": 0, "amount_tax": .integer(tax)],
        ]
    }

    static func subscription(_ buyer: Buyer, status: String, trialEnd: Timestamp?, metadata: JSONValue) -> JSONValue {
        let price: JSONValue = [
            "id": "price_pro", "object": "price", "product": "prod_pro",
            "recurring": ["interval": "month", "interval_count": 1],
        ]
        return [
            "id": .string(buyer.subscription), "object": "subscription", "cancel_at": .null,
            "cancel_at_period_end": false, "currency": currency(buyer.price), "customer": .string(buyer.customer),
            "discounts": [], "items": ["object": "list", "data": [["price": price, "quantity": 1]]],
            "latest_invoice": .string(buyer.invoice(0)), "livemode": true, "metadata": metadata,
            "pause_collection": .null, "status": .string(status),
            "trial_end": trialEnd.map { .integer($0.unixSeconds) } ?? .null,
        ]
    }

    static func invoice(
        _ buyer: Buyer,
        _ position: Int,
        paid: Money,
        tax: Int64,
        reason: String,
        metadata: JSONValue
    ) -> JSONValue {
        let amount = JSONValue.integer(paid.minor)
        var members: [JSONValue.Member] = [
            .init("id", .string(buyer.invoice(position))), .init("object", "invoice"), .init("amount_due", amount),
            .init("amount_paid", amount), .init("amount_remaining", 0), .init("attempt_count", 1),
            .init("billing_reason", .string(reason)), .init("currency", currency(paid)),
            .init("customer", .string(buyer.customer)),
            .init("customer_email", .string(buyer.customer + "@buyers.example")), .init("discounts", []),
            .init("lines", ["object": "list", "data": [], "has_more": false, "total_count": 0]),
            .init("livemode", true), .init("number", "STORY-1"), .init("shipping_cost", .null),
            .init("status", "paid"), .init("subtotal", .integer(paid.minor - tax)), .init("total", amount),
            .init("total_excluding_tax", .integer(paid.minor - tax)), .init("metadata", [:]),
        ]
        switch buyer.release {
        case .acacia:
            let isFree = paid.minor == 0
            members += [
                .init("charge", isFree ? .null : .string(buyer.charge(position))),
                .init("payment_intent", isFree ? .null : .string(buyer.intent(position))),
                .init("subscription", .string(buyer.subscription)), .init("paid", true), .init("tax", .integer(tax)),
                .init("subscription_details", ["metadata": metadata]),
            ]
        case .basil:
            let details: JSONValue = ["metadata": metadata, "subscription": .string(buyer.subscription)]
            members += [
                .init("total_taxes", []),
                .init(
                    "parent",
                    ["quote_details": .null, "subscription_details": details, "type": "subscription_details"]
                ),
            ]
        }
        return .object(members)
    }

    static func tie(_ buyer: Buyer, _ position: Int, _ paid: Money) -> JSONValue {
        [
            "id": .string("inpay_\(buyer.name)_\(position)"), "object": "invoice_payment",
            "amount_paid": .integer(paid.minor), "currency": currency(paid),
            "invoice": .string(buyer.invoice(position)), "is_default": true, "livemode": true,
            "payment": ["payment_intent": .string(buyer.intent(position)), "type": "payment_intent"],
            "status": "paid",
        ]
    }

    static func refund(_ id: String, _ buyer: Buyer, _ position: Int, _ minor: Int64, status: String) -> JSONValue {
        [
            "id": .string(id), "object": "refund", "amount": .integer(minor), "charge": .string(buyer.charge(position)),
            "currency": currency(buyer.price), "metadata": [:], "payment_intent": .string(buyer.intent(position)),
            "reason": "requested_by_customer", "receipt_number": .null, "status": .string(status),
        ]
    }

    static func refundedCharge(_ buyer: Buyer, _ position: Int, refunded: Int64) -> JSONValue {
        let isOld = buyer.release == .acacia
        return [
            "id": .string(buyer.charge(position)), "object": "charge", "amount": .integer(buyer.price.minor),
            "amount_captured": .integer(buyer.price.minor), "amount_refunded": .integer(refunded),
            "billing_details": ["email": .null], "captured": true, "currency": currency(buyer.price),
            "customer": .string(buyer.customer), "invoice": isOld ? .string(buyer.invoice(position)) : .null,
            "livemode": true, "metadata": [:], "paid": true, "payment_intent": .string(buyer.intent(position)),
            "receipt_email": .null, "refunded": .bool(refunded == buyer.price.minor), "status": "succeeded",
        ]
    }

    static func dispute(_ buyer: Buyer, _ position: Int, _ minor: Int64, status: String) -> JSONValue {
        [
            "id": .string("dp_\(buyer.name)_\(position)"), "object": "dispute", "amount": .integer(minor),
            "balance_transactions": [], "charge": .string(buyer.charge(position)), "currency": currency(buyer.price),
            "is_charge_refundable": false, "livemode": true, "metadata": [:],
            "payment_intent": .string(buyer.intent(position)), "reason": "fraudulent", "status": .string(status),
        ]
    }

    private static func currency(_ money: Money) -> JSONValue { .string(money.currency.code.lowercased()) }
}
