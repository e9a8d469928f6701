// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Webhook bodies in the shapes of `Mappings/stripe/fixtures`, with ids and amounts to order.
///
/// Each holds an address and a sentence with the word of ``canary``, which must never reach a log.
enum StripeShape {
    /// Stands in e-mail addresses, names and secrets of the tests; a log that contains it has told too much.
    static let canary = "canary"

    /// The release of the API whose shapes are used.
    enum Release: String {
        /// Invoices name their payment intent and charge.
        case acacia = "2024-09-30.acacia"
        /// Invoices name neither; `invoice_payment.paid` does.
        case basil = "2025-09-30.clover"
    }

    static func event(_ id: String, _ type: String, _ release: Release, _ object: JSONValue) -> JSONValue {
        [
            "id": .string(id), "object": "event", "api_version": .string(release.rawValue), "created": 1_790_000_100,
            "data": ["object": object], "livemode": true, "pending_webhooks": 1,
            "request": ["id": .null, "idempotency_key": .null], "type": .string(type),
        ]
    }

    /// What a checkout session says.
    struct Session {
        var id: String
        var mode = "payment"
        var isPaid = true
        var total: Money
        var customer: String?
        var intent: String?
        var invoice: String?
        var subscription: String?
        var metadata: JSONValue
    }

    static func session(_ session: Session) -> JSONValue {
        [
            "id": .string(session.id), "object": "checkout.session", "amount_subtotal": .integer(session.total.minor),
            "amount_total": .integer(session.total.minor), "client_reference_id": .null,
            "currency": .string(session.total.currency.code.lowercased()), "customer": text(session.customer),
            "customer_details": [
                "email": .string("\(session.id)@\(canary).example"), "name": .string("The \(canary) body"),
            ],
            "customer_email": .null, "discounts": [], "invoice": text(session.invoice),
            "invoice_creation": session.mode == "payment" ? ["enabled": false] : .null, "livemode": true,
            "metadata": session.metadata, "mode": .string(session.mode), "payment_intent": text(session.intent),
            "payment_link": .null, "payment_status": session.isPaid ? "paid" : "unpaid", "shipping_cost": .null,
            "status": "complete", "subscription": text(session.subscription),
            "total_details": ["amount_discount": 0, "amount_shipping": 0, "amount_tax": 0],
        ]
    }

    /// What an invoice says.
    struct Invoice {
        var id: String
        var total: Money
        var customer: String
        var reason: String
        var subscription: String?
        var intent: String?
        var charge: String?
        var metadata: JSONValue
    }

    static func invoice(_ invoice: Invoice, _ release: Release) -> JSONValue {
        let amount = JSONValue.integer(invoice.total.minor)
        var members: [JSONValue.Member] = [
            .init("id", .string(invoice.id)), .init("object", "invoice"), .init("amount_due", amount),
            .init("amount_paid", amount), .init("amount_remaining", 0), .init("attempt_count", 1),
            .init("billing_reason", .string(invoice.reason)),
            .init("currency", .string(invoice.total.currency.code.lowercased())),
            .init("customer", .string(invoice.customer)),
            .init("customer_email", .string("\(invoice.customer)@\(canary).example")), .init("discounts", []),
            .init("lines", ["object": "list", "data": [], "has_more": false, "total_count": 0]),
            .init("livemode", true), .init("number", "FIX-0001"), .init("shipping_cost", .null),
            .init("status", "paid"), .init("subtotal", amount), .init("total", amount),
            .init("total_excluding_tax", amount),
        ]
        switch release {
        case .acacia:
            members += [
                .init("charge", text(invoice.charge)), .init("payment_intent", text(invoice.intent)),
                .init("subscription", text(invoice.subscription)), .init("paid", true), .init("tax", .null),
            ]
            let isOwn = invoice.subscription == nil
            members.append(.init("metadata", isOwn ? invoice.metadata : [:]))
            if !isOwn { members.append(.init("subscription_details", ["metadata": invoice.metadata])) }
        case .basil:
            let details: JSONValue = ["metadata": invoice.metadata, "subscription": text(invoice.subscription)]
            members += [
                .init("metadata", [:]), .init("total_taxes", []),
                .init(
                    "parent",
                    ["quote_details": .null, "subscription_details": details, "type": "subscription_details"]
                ),
            ]
        }
        return .object(members)
    }

    static func tie(_ id: String, invoice: String, intent: String, _ total: Money) -> JSONValue {
        [
            "id": .string(id), "object": "invoice_payment", "amount_paid": .integer(total.minor),
            "amount_requested": .integer(total.minor), "currency": .string(total.currency.code.lowercased()),
            "invoice": .string(invoice), "is_default": true, "livemode": true,
            "payment": ["payment_intent": .string(intent), "type": "payment_intent"], "status": "paid",
        ]
    }

    static func refund(_ id: String, _ amount: Money, charge: String, intent: String?, status: String) -> JSONValue {
        [
            "id": .string(id), "object": "refund", "amount": .integer(amount.minor), "charge": .string(charge),
            "currency": .string(amount.currency.code.lowercased()), "metadata": [:], "payment_intent": text(intent),
            "reason": "requested_by_customer", "receipt_number": .null, "status": .string(status),
        ]
    }

    static func refundedCharge(
        _ id: String,
        _ total: Money,
        refunded: Int64,
        intent: String?,
        invoice: String?
    ) -> JSONValue {
        [
            "id": .string(id), "object": "charge", "amount": .integer(total.minor),
            "amount_captured": .integer(total.minor), "amount_refunded": .integer(refunded),
            "billing_details": ["email": .string("\(id)@\(canary).example")], "captured": true,
            "currency": .string(total.currency.code.lowercased()), "customer": .null, "invoice": text(invoice),
            "livemode": true, "metadata": [:], "paid": true, "payment_intent": text(intent), "receipt_email": .null,
            "refunded": .bool(refunded == total.minor), "status": "succeeded",
        ]
    }

    static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}
