// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension DubBooks {
    mutating func list(_ request: ServerRequest) -> ServerResponse {
        let size = request.query("pageSize").flatMap { Int($0) } ?? 100
        guard (1...100).contains(size) else { return Self.invalid("pageSize must be from 1 to 100.") }
        if let invoice = request.query("invoiceId") {
            guard let index = commissions.firstIndex(where: { $0.invoice == invoice }) else { return .json([]) }
            guard commissions[index].looksBefore == 0 else {
                commissions[index].looksBefore -= 1
                return .json([])
            }
            return .json([Self.json(of: commissions[index])])
        }
        var found = commissions
        if let status = request.query("status") { found = found.filter { $0.status == status } }
        if let type = request.query("type"), type != "sale" { found = [] }
        for (name, isInside) in [("start", { $0 >= $1 }), ("end", { $0 <= $1 })] as [(String, Comparison)] {
            guard let text = request.query(name) else { continue }
            guard let bound = Timestamp(rfc3339: text) else { return Self.invalid("\(name) is not a date.") }
            found = found.filter { isInside($0.time, bound) }
        }
        if request.query("sortOrder") != "asc" { found.reverse() }
        if let cursor = request.query("startingAfter") {
            guard commissions.contains(where: { $0.id == cursor }) else {
                return Self.invalid("Invalid cursor: the provided ID does not exist.")
            }
            let position = found.firstIndex { $0.id == cursor }
            found = position.map { Array(found[($0 + 1)...]) } ?? []
        }
        return .json(.array(found.prefix(size).map { Self.json(of: $0) }))
    }

    private typealias Comparison = (Timestamp, Timestamp) -> Bool

    mutating func change(commission id: String, _ body: JSONValue, _ rules: DubDouble.Rules) -> ServerResponse {
        guard let index = commissions.firstIndex(where: { $0.id == id }) else {
            return Self.error(404, "not_found", "Commission \(id) not found.")
        }
        var commission = commissions[index]
        guard commission.status != "paid" else {
            let text = "Cannot update commission: Commission \(id) has already been paid."
            return Self.error(400, "bad_request", text)
        }
        let status = body["status"]?.string
        if let status {
            guard ["refunded", "canceled", "duplicate", "fraud", "pending"].contains(status) else {
                return Self.invalid("status is not one that can be set.")
            }
            guard status != commission.status else {
                return Self.error(400, "bad_request", "This commission is already in the \(status) status.")
            }
        }
        guard let currency = Currency(body["currency"]?.string ?? "usd") else {
            return Self.invalid("currency is not known.")
        }
        var cents: Int64?
        for name in ["saleAmount", "modifySaleAmount"] {
            guard let value = body[name] else { continue }
            guard let minor = value.int64, name == "modifySaleAmount" || minor >= 0 else {
                return Self.invalid("\(name) must be a whole number.")
            }
            let told = Self.cents(of: Money(minor: minor, currency), rules)
            cents = max(0, name == "saleAmount" ? told : commission.cents + told)
        }
        commission.status = status ?? (cents == 0 ? "refunded" : commission.status)
        // Dub leaves the amount of what is wholly refunded as it is.
        if let cents, cents > 0 {
            commission.cents = cents
            commission.remaining = Self.money(cents, in: commission.sale.currency, rules)
        }
        commissions[index] = commission
        return .json(Self.json(of: commission))
    }

    /// US cents in the currency of a sale.
    private static func money(_ cents: Int64, in currency: Currency, _ rules: DubDouble.Rules) -> Money {
        let hundred = Money(minor: 100, currency)
        let rate = Money(minor: rules.centsForHundred[currency.code] ?? 100, currency)
        return hundred.share(Money(minor: cents, currency), of: rate) ?? Money(minor: cents, currency)
    }

    func listCustomers(_ request: ServerRequest) -> ServerResponse {
        let user = request.query("externalId")
        let email = request.query("email")
        let found = customers.values.filter {
            (user == nil || $0.externalID == user) && (email == nil || $0.email == email)
        }
        return .json(.array(found.sorted { $0.id < $1.id }.map { Self.json(of: $0) }))
    }

    mutating func delete(customer id: String) -> ServerResponse {
        let found = customers.values.first { $0.id == id || "ext_" + $0.externalID == id }
        guard let found else { return Self.error(404, "not_found", "Customer not found.") }
        customers[found.externalID] = nil
        return .json(["id": .string(found.id)])
    }

    static func json(of commission: Commission) -> JSONValue {
        [
            "id": .string(commission.id), "type": "sale", "amount": .integer(commission.cents),
            // A fifth; the rate does not matter to anybody here.
            "earnings": .integer(commission.cents / 5), "currency": "usd", "status": .string(commission.status),
            "invoiceId": commission.invoice.map(JSONValue.string) ?? .null, "quantity": 1,
            "createdAt": .string(commission.time.description), "partner": ["id": .string(commission.partner)],
            "customer": ["externalId": .string(commission.customer)],
        ]
    }

    var bookings: [Booking] {
        commissions.map { commission in
            let counts = ["pending", "processed", "paid"].contains(commission.status)
            let remaining = counts ? commission.remaining : Money(minor: 0, commission.sale.currency)
            return Booking(
                key: commission.invoice ?? commission.id,
                sale: commission.sale,
                remaining: remaining,
                partner: commission.partner,
                customer: commission.customer
            )
        }
    }

    var records: JSONValue {
        [
            "clicks": .object(seed.clicks.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
            "customers": .object(
                customers.values.sorted { $0.externalID < $1.externalID }.map {
                    let leads = JSONValue.array($0.leads.map(JSONValue.string))
                    return .init($0.externalID, ["id": .string($0.id), "partner": .string($0.partner), "leads": leads])
                }
            ),
            "commissions": .array(commissions.map { Self.json(of: $0) }),
        ]
    }
}
