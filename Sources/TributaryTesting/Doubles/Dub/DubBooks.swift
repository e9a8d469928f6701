// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// What a double of Dub holds, and the rules by which it changes.
struct DubBooks {
    struct Customer {
        var id: String
        var externalID: String
        var email: String?
        var partner: String
        /// The click that is credited; none for somebody who was seeded.
        var click: String?
        /// Names of the lead events.
        var leads: [String] = []
        /// How many sales do not find the leads yet.
        var salesBeforeLead = 0
    }

    struct Commission {
        var id: String
        var invoice: String?
        var customer: String
        var partner: String
        /// The sale as it was told.
        var sale: Money
        /// What counts of it.
        var remaining: Money
        /// The same as Dub states it.
        var cents: Int64
        var status: String
        var time: Timestamp
        /// How many look-ups do not find it yet.
        var looksBefore: Int
    }

    var seed = DoubleSeed()
    var customers: [String: Customer] = [:]
    var commissions: [Commission] = []
    var answersByInvoice: [String: ServerResponse] = [:]
    var customerCount = 0
    var clickCount = 0
    /// Clicks by the link that was clicked: calls from one address to one link are one click.
    var clicksByKey: [String: String] = [:]
    var window = RateWindow()

    mutating func add(_ other: DoubleSeed) {
        seed.add(other)
        for (user, partner) in other.users.sorted(by: { $0.key < $1.key }) {
            add(Customer(id: "", externalID: user, partner: partner, leads: ["Sign Up"]))
        }
    }

    mutating func add(_ customer: Customer) {
        customerCount += 1
        var customer = customer
        customer.id = "cus_\(customerCount)"
        customers[customer.externalID] = customer
    }

    mutating func answer(_ request: ServerRequest, rules: DubDouble.Rules, now: Timestamp) -> ServerResponse {
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.first, parts.count) {
        case ("GET", "commissions", 1): return list(request)
        case ("GET", "customers", 1): return listCustomers(request)
        case ("DELETE", "customers", 2): return delete(customer: parts[1])
        case ("POST", "track", 2), ("PATCH", "commissions", 2):
            guard let body = request.json, body.members != nil else {
                return Self.error(400, "bad_request", "Invalid JSON format in request body.")
            }
            if request.method == "PATCH" { return change(commission: parts[1], body, rules) }
            switch parts[1] {
            case "click": return click(body, from: request.headers["Origin"], rules)
            case "lead": return lead(body, rules)
            case "sale": return sale(body, rules, now: now)
            default: return Self.notFound
            }
        default: return Self.notFound
        }
    }

    static let notFound = error(404, "not_found", "The requested resource was not found.")

    static func error(_ status: Int, _ code: String, _ text: String) -> ServerResponse {
        let place = "https://dub.co/docs/api-reference/errors#" + code.split(separator: "_").joined(separator: "-")
        let error: JSONValue = ["code": .string(code), "message": .string(text), "doc_url": .string(place)]
        return .json(["error": error], status: status)
    }

    static func invalid(_ text: String) -> ServerResponse { error(422, "unprocessable_entity", text) }
}
