// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension DubBooks {
    mutating func click(_ body: JSONValue, from origin: String?, _ rules: DubDouble.Rules) -> ServerResponse {
        guard body["domain"]?.string != nil else { return Self.invalid("domain is required.") }
        guard let key = body["key"]?.string else { return Self.invalid("key is required.") }
        guard seed.partners.contains(key) else {
            return Self.error(404, "not_found", "Link not found for this domain and key.")
        }
        guard rules.origins.isEmpty || rules.origins.contains(origin ?? "") else {
            return Self.error(403, "forbidden", "Request origin is not included in the allowed hostnames.")
        }
        let id: String
        if let known = clicksByKey[key] {
            id = known
        } else {
            clickCount += 1
            id = "dubclick\(clickCount)"
            clicksByKey[key] = id
            seed.clicks[id] = key
        }
        return .json(["clickId": .string(id), "partner": ["id": .string(key), "name": .string(key)]])
    }

    /// The partner of a click that is not too old.
    private func partner(ofClick click: String) -> String? {
        seed.expiredClicks[click] == nil ? seed.partner(ofClick: click) : nil
    }

    mutating func lead(_ body: JSONValue, _ rules: DubDouble.Rules) -> ServerResponse {
        guard let click = body["clickId"]?.string else { return Self.invalid("clickId is required.") }
        guard let name = body["eventName"]?.filledString, name.count <= 255 else {
            return Self.invalid("eventName is required.")
        }
        guard let user = body["customerExternalId"]?.filledString, user.count <= 100 else {
            return Self.invalid("customerExternalId is required.")
        }
        let mode = body["mode"]?.string ?? "async"
        guard ["async", "wait", "deferred"].contains(mode) else {
            return Self.invalid("mode is not one of async, wait, deferred.")
        }
        if customers[user] == nil {
            guard !click.isEmpty else {
                return Self.error(400, "bad_request", "The clickId is empty and no customer has this externalId.")
            }
            guard let partner = partner(ofClick: click) else {
                return Self.error(404, "not_found", "Click event not found for this clickId.")
            }
            add(Customer(id: "", externalID: user, partner: partner, click: click))
        }
        guard var customer = customers[user] else { return Self.notFound }
        customer.email = body["customerEmail"]?.string ?? customer.email
        if mode != "deferred", !customer.leads.contains(name) {
            customer.leads.append(name)
            if mode == "async" { customer.salesBeforeLead = rules.salesBeforeLead }
        }
        customers[user] = customer
        return .json([
            "click": ["id": .string(customer.click ?? click)], "link": ["partnerId": .string(customer.partner)],
            "customer": Self.json(of: customer),
        ])
    }

    mutating func sale(_ body: JSONValue, _ rules: DubDouble.Rules, now: Timestamp) -> ServerResponse {
        guard let user = body["customerExternalId"]?.filledString, user.count <= 100 else {
            return Self.invalid("customerExternalId is required.")
        }
        guard let minor = body["amount"]?.int64, minor >= 0 else {
            return Self.invalid("amount must be a whole number, not below zero.")
        }
        guard let currency = Currency(body["currency"]?.string ?? "usd") else {
            return Self.invalid("currency is not known.")
        }
        let processors = ["stripe", "shopify", "polar", "paddle", "apple", "revenuecat", "dub", "custom"]
        guard processors.contains(body["paymentProcessor"]?.string ?? "custom") else {
            return Self.invalid("paymentProcessor is not known.")
        }
        let invoice = body["invoiceId"]?.filledString
        if let invoice, let known = answersByInvoice[invoice] { return known }
        let name = body["eventName"]?.string ?? "Purchase"
        let buyer = buyer(user, body, rules)
        switch buyer {
        case .failure(let refused): return Self.error(404, "not_found", refused.message)
        case .success(let customer):
            guard let customer, minor > 0 else {
                let nobody = ServerResponse.json(["eventName": .string(name), "customer": .null, "sale": .null])
                if let invoice, rules.remembersNobody { answersByInvoice[invoice] = nobody }
                return nobody
            }
            return record(Money(minor: minor, currency), of: customer, name, invoice, body, rules, now)
        }
    }

    private struct Refused: Error {
        let message: String
    }

    /// The customer to whom a sale belongs; nobody where none is known and no click is named.
    private mutating func buyer(
        _ user: String,
        _ body: JSONValue,
        _ rules: DubDouble.Rules
    ) -> Result<Customer?, Refused> {
        let click = body["clickId"]?.filledString
        if var customer = customers[user] {
            let name = body["leadEventName"]?.string
            let isReadable = customer.salesBeforeLead == 0
            customer.salesBeforeLead = max(0, customer.salesBeforeLead - 1)
            customers[user] = customer
            guard isReadable, name.map(customer.leads.contains) ?? !customer.leads.isEmpty else {
                return .failure(Refused(message: "Lead event not found for this externalId and leadEventName."))
            }
            if let click, rules.creditsNamedClick {
                guard let partner = partner(ofClick: click) else {
                    return .failure(Refused(message: "Click event not found for this clickId."))
                }
                customer.partner = partner
            }
            return .success(customer)
        }
        guard let click else { return .success(nil) }
        guard let partner = partner(ofClick: click) else {
            return .failure(Refused(message: "Click event not found for this clickId."))
        }
        let lead = body["leadEventName"]?.string ?? "Direct sale"
        let email = body["customerEmail"]?.string
        add(Customer(id: "", externalID: user, email: email, partner: partner, click: click, leads: [lead]))
        return .success(customers[user])
    }

    private mutating func record(
        _ amount: Money,
        of customer: Customer,
        _ name: String,
        _ invoice: String?,
        _ body: JSONValue,
        _ rules: DubDouble.Rules,
        _ now: Timestamp
    ) -> ServerResponse {
        let cents = Self.cents(of: amount, rules)
        let isKnown = invoice != nil && commissions.contains { $0.invoice == invoice }
        if !isKnown {
            commissions.append(
                Commission(
                    id: "cm_\(commissions.count + 1)",
                    invoice: invoice,
                    customer: customer.externalID,
                    partner: customer.partner,
                    sale: amount,
                    remaining: amount,
                    cents: cents,
                    status: rules.paysAtOnce ? "paid" : "pending",
                    time: now,
                    looksBefore: rules.looksBeforeCommission
                )
            )
        }
        let response = ServerResponse.json([
            "eventName": .string(name), "customer": Self.json(of: customer),
            "sale": [
                "amount": .integer(cents), "currency": "usd",
                "paymentProcessor": body["paymentProcessor"] ?? "custom",
                "invoiceId": invoice.map(JSONValue.string) ?? .null, "metadata": body["metadata"] ?? .null,
            ],
        ])
        if let invoice { answersByInvoice[invoice] = response }
        return response
    }

    /// An amount as Dub counts it.
    static func cents(of amount: Money, _ rules: DubDouble.Rules) -> Int64 {
        guard let rate = rules.centsForHundred[amount.currency.code] else { return amount.minor }
        let scaled = Money(minor: rate, amount.currency)
        return scaled.share(amount, of: Money(minor: 100, amount.currency))?.minor ?? amount.minor
    }

    static func json(of customer: Customer) -> JSONValue {
        [
            "id": .string(customer.id), "name": .null, "email": customer.email.map(JSONValue.string) ?? .null,
            "avatar": .null, "externalId": .string(customer.externalID),
        ]
    }
}
