// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension ToltBooks {
    /// The partner of an id, `part_` and the public code.
    private func partner(ofID id: String?) -> String? {
        guard let id, id.hasPrefix("part_") else { return nil }
        return seed.partners.first { "part_" + $0 == id }
    }

    mutating func click(_ body: JSONValue, _ rules: ToltDouble.Rules) -> ServerResponse {
        let partner: String?
        if let id = body["partner_id"]?.filledString {
            partner = self.partner(ofID: id)
        } else {
            guard body["param"]?.filledString != nil, let value = body["value"]?.filledString else {
                return Self.error(400, "validation_error", "param and value are required", field: "param")
            }
            partner = seed.partners.first { $0 == value } ?? (seed.takesAnyClick ? seed.partners.first : nil)
        }
        guard let partner else { return Self.error(400, "invalid_reference", "No such partner link") }
        clickCount += 1
        let id = "clk_\(clickCount)"
        seed.clicks[id] = partner
        return Self.single(["id": .string(id), "partner_id": .string("part_" + partner)], rules)
    }

    mutating func customer(_ body: JSONValue, _ rules: ToltDouble.Rules) -> ServerResponse {
        let own = body["customer_id"]?.filledString
        let email = body["email"]?.filledString?.lowercased()
        guard own != nil || email != nil, email != nil || !rules.needsEmail else {
            return Self.error(400, "validation_error", "email is required", field: "email")
        }
        let click = body["click_id"]?.filledString
        guard body["partner_id"] != nil || (click != nil && !rules.needsPartner) else {
            return Self.error(400, "validation_error", "partner_id or link_id is required", field: "partner_id")
        }
        let clicked = click.flatMap { seed.expiredClicks[$0] == nil ? seed.partner(ofClick: $0) : nil }
        guard let partner = partner(ofID: body["partner_id"]?.filledString) ?? clicked else {
            return Self.error(400, "invalid_reference", "No such partner or click")
        }
        let isTaken = customers.contains { buyer in
            guard let buyer else { return false }
            return (own != nil && buyer.own == own) || (email != nil && buyer.email == email)
        }
        guard !isTaken else { return Self.error(409, "already_exists", "The customer exists already") }
        let buyer = addCustomer(Buyer(id: "", own: own, email: email, partner: partner, click: click))
        return Self.single(Self.json(of: buyer), rules)
    }

    mutating func transaction(_ body: JSONValue, _ rules: ToltDouble.Rules, _ now: Timestamp) -> ServerResponse {
        guard let minor = body["amount"]?.int64, minor >= 0 else {
            return Self.error(400, "validation_error", "amount must be an integer of 0 or more", field: "amount")
        }
        guard let index = customers.firstIndex(where: { $0?.id == body["customer_id"]?.filledString }),
            let buyer = customers[index]
        else { return Self.error(400, "invalid_reference", "No such customer", field: "customer_id") }
        let charge = body["charge_id"]?.filledString
        if charge != nil, transactions.contains(where: { $0.customer == buyer.id && $0.charge == charge }) {
            return Self.error(409, "already_exists", "The charge exists already")
        }
        customers[index]?.isActive = true
        let transaction = Transaction(
            id: "txn_\(transactions.count + 1)",
            charge: charge,
            minor: minor,
            customer: buyer.id,
            partner: buyer.partner,
            time: body["created_at"]?.string.flatMap { Timestamp(rfc3339: $0) } ?? now
        )
        transactionsByID[transaction.id] = transactions.count
        transactions.append(transaction)
        return Self.single(Self.json(of: transaction), rules)
    }

    mutating func refund(_ id: String, _ rules: ToltDouble.Rules) -> ServerResponse {
        guard let index = transactionsByID[id] else { return Self.notFound }
        guard !transactions[index].isRefunded else {
            return Self.error(409, "transaction_refunded", "The transaction is refunded already")
        }
        transactions[index].isRefunded = true
        return Self.single(Self.json(of: transactions[index]), rules, status: 200)
    }
}

extension ToltBooks {
    static func json(of buyer: Buyer) -> JSONValue {
        [
            "id": .string(buyer.id), "customer_id": buyer.own.map(JSONValue.string) ?? .null,
            "email": buyer.email.map(JSONValue.string) ?? .null, "partner_id": .string("part_" + buyer.partner),
            "click_id": buyer.click.map(JSONValue.string) ?? .null, "status": buyer.isActive ? "active" : "lead",
        ]
    }

    /// A transaction; money comes as text, because it is a 64-bit number.
    static func json(of transaction: Transaction) -> JSONValue {
        [
            "id": .string(transaction.id), "charge_id": transaction.charge.map(JSONValue.string) ?? .null,
            "amount": .string(String(transaction.minor)), "customer_id": .string(transaction.customer),
            "partner_id": .string("part_" + transaction.partner),
            "status": transaction.isRefunded ? "refunded" : "paid",
            "created_at": .string(transaction.time.description),
        ]
    }

    func bookings(_ currency: Currency?) -> [Booking] {
        guard let currency else { return [] }
        return transactions.map { transaction in
            Booking(
                key: transaction.charge ?? transaction.id,
                sale: Money(minor: transaction.minor, currency),
                remaining: Money(minor: transaction.isRefunded ? 0 : transaction.minor, currency)
            )
        }
    }

    var records: JSONValue {
        [
            "clicks": .object(seed.clicks.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "customers": .array(customers.compactMap(\.self).map { Self.json(of: $0) }),
            "transactions": .array(transactions.map { Self.json(of: $0) }),
        ]
    }
}
