// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension PartnerStackBooks {
    /// The conversion API: a click becomes a customer.
    mutating func convert(_ body: JSONValue, _ rules: PartnerStackDouble.Rules) -> ServerResponse {
        guard let click = body["xid"]?.filledString, let key = body["customer_key"]?.filledString else {
            return Self.error(400, "xid and customer_key are required")
        }
        guard seed.expiredClicks[click] == nil, let partner = seed.partner(ofClick: click) else {
            return Self.error(rules.unknownStatus, "xid not found")
        }
        return make(Buyer(key: key, email: body["email"]?.filledString, partner: partner), rules)
    }

    mutating func customer(_ body: JSONValue, _ rules: PartnerStackDouble.Rules) -> ServerResponse {
        guard let key = body["customer_key"]?.filledString else {
            return Self.error(400, "customer_key is required")
        }
        let email = body["email"]?.filledString
        guard email != nil || !rules.needsEmail else { return Self.error(400, "email is required") }
        guard let partner = body["partner_key"]?.filledString, seed.partners.contains(partner) else {
            return Self.error(rules.unknownStatus, "Partner not found")
        }
        return make(Buyer(key: key, email: email, partner: partner), rules)
    }

    private mutating func make(_ buyer: Buyer, _ rules: PartnerStackDouble.Rules) -> ServerResponse {
        guard !customers.contains(where: { $0.key == buyer.key }) else {
            switch rules.repeatedKey {
            case .conflict: return Self.error(409, "Conflict")
            case .refused: return Self.error(400, "Customer already exists")
            case .first: break
            }
            return Self.single(Self.json(of: buyer), rules)
        }
        customers.append(buyer)
        return Self.single(Self.json(of: buyer), rules)
    }

    mutating func transaction(
        _ body: JSONValue,
        _ rules: PartnerStackDouble.Rules,
        _ now: Timestamp
    ) -> ServerResponse {
        let references = ["customer_external_key", "customer_key", "customer_email"].filter { body[$0] != nil }
        guard references.count == 1, let reference = references.first else {
            return Self.error(400, "Provide exactly one reference to the customer")
        }
        guard let minor = body["amount"]?.int64, minor.magnitude <= 50_000_000_000 else {
            return Self.error(400, "amount must be an integer in cents")
        }
        guard let currency = body["currency"]?.string.flatMap({ Currency($0) }) else {
            return Self.error(400, "currency must have three letters")
        }
        let key = body["key"]?.filledString ?? "txn_\(transactions.count + 1)"
        guard (4...255).contains(key.unicodeScalars.count) else { return Self.error(400, "key has a wrong length") }
        let metadata = body["metadata"]?.members ?? []
        guard metadata.count <= 25,
            metadata.allSatisfy({ $0.name.count <= 30 && ($0.value.string?.count ?? 0) <= 100 })
        else { return Self.error(400, "metadata is too large") }
        let wanted = body[reference]?.string
        guard let buyer = customers.first(where: { wanted == (reference == "customer_email" ? $0.email : $0.key) })
        else { return Self.error(rules.unknownStatus, "Customer not found") }
        if let known = transactions.first(where: { $0.key == key }) {
            switch rules.repeatedKey {
            case .conflict: return Self.error(409, "Conflict")
            case .refused: return Self.error(400, "Transaction with this key already exists")
            case .first: return Self.single(Self.json(of: known), rules)
            }
        }
        let transaction = Transaction(
            key: key,
            customer: buyer.key,
            amount: Money(minor: minor, currency),
            time: body["created_at"]?.int64.map { Timestamp(unixMilliseconds: $0) } ?? now,
            sale: body["metadata"]?["sale"]?.string,
            isTest: body["test"]?.bool == true
        )
        transactions.append(transaction)
        return Self.single(Self.json(of: transaction), rules)
    }
}

extension PartnerStackBooks {
    static func json(of buyer: Buyer) -> JSONValue {
        [
            "key": .string("cus_" + buyer.key), "customer_key": .string(buyer.key),
            "email": buyer.email.map(JSONValue.string) ?? .null, "partner_key": .string(buyer.partner),
        ]
    }

    static func json(of transaction: Transaction) -> JSONValue {
        [
            "key": .string(transaction.key), "customer_external_key": .string(transaction.customer),
            "amount": .integer(transaction.amount.minor), "currency": .string(transaction.amount.currency.code),
            "created_at": .integer(transaction.time.unixMilliseconds), "test": .bool(transaction.isTest),
            "metadata": transaction.sale.map { ["sale": .string($0)] } ?? [:],
        ]
    }

    var bookings: [Booking] {
        transactions.filter { $0.sale == nil && !$0.isTest }.map { sale in
            let corrections = transactions.filter { $0.sale == sale.key && $0.amount.currency == sale.amount.currency }
            let remaining = corrections.reduce(sale.amount.minor) { $0 + $1.amount.minor }
            return Booking(key: sale.key, sale: sale.amount, remaining: Money(minor: remaining, sale.amount.currency))
        }
    }

    var records: JSONValue {
        [
            "customers": .array(customers.map { Self.json(of: $0) }),
            "transactions": .array(transactions.map { Self.json(of: $0) }),
        ]
    }
}
