// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// What a double of Tolt holds, and the rules by which it changes.
struct ToltBooks {
    struct Buyer {
        var id: String
        var own: String?
        var email: String?
        var partner: String
        var click: String?
        var isActive = false
    }

    struct Transaction {
        var id: String
        var charge: String?
        var minor: Int64
        var customer: String
        var partner: String
        var time: Timestamp
        var isRefunded = false
    }

    var window = RateWindow()
    var seed = DoubleSeed()
    /// In order of their ids; what was deleted leaves a gap.
    var customers: [Buyer?] = []
    var transactions: [Transaction] = []
    var transactionsByID: [String: Int] = [:]
    var clickCount = 0

    mutating func add(_ other: DoubleSeed) {
        seed.add(other)
        for (user, partner) in other.users.sorted(by: { $0.key < $1.key }) {
            addCustomer(Buyer(id: "", own: user, partner: partner))
        }
    }

    @discardableResult
    mutating func addCustomer(_ buyer: Buyer) -> Buyer {
        var buyer = buyer
        buyer.id = "cus_\(customers.count + 1)"
        customers.append(buyer)
        return buyer
    }

    static func error(_ status: Int, _ code: String, _ message: String, field: String? = nil) -> ServerResponse {
        let errors: JSONValue = .array(field.map { [["field": .string($0), "message": .string(message)]] } ?? [])
        let members: JSONValue = [
            "success": false, "message": .string(message), "code": .string(code),
            "doc_url": .string("https://docs.example/errors#\(code)"), "errors": errors,
        ]
        return .json(members, status: status)
    }

    mutating func answer(
        _ request: ServerRequest,
        _ path: String,
        rules: ToltDouble.Rules,
        now: Timestamp
    ) -> ServerResponse {
        let parts = path.split(separator: "/").map(String.init)
        let body = request.json
        if request.method == "POST", body?.members == nil {
            return Self.error(400, "bad_request", "The body is not JSON")
        }
        switch (request.method, parts.first, parts.count) {
        case ("POST", "clicks", 1): return click(body ?? .null, rules)
        case ("POST", "customers", 1): return customer(body ?? .null, rules)
        case ("GET", "customers", 1):
            let own = request.query("customer_id")
            let found = customers.compactMap(\.self).filter { own == nil || $0.own == own }
            return Self.list(found.reversed().map { ($0.id, Self.json(of: $0)) }, request)
        case ("DELETE", "customers", 2):
            guard let index = customers.firstIndex(where: { $0?.id == parts[1] }) else { return Self.notFound }
            customers[index] = nil
            return .json(["success": true])
        case ("POST", "transactions", 1): return transaction(body ?? .null, rules, now)
        case ("GET", "transactions", 1):
            let charge = request.query("charge_id")
            let found = transactions.filter { charge == nil || $0.charge == charge }
            return Self.list(found.reversed().map { ($0.id, Self.json(of: $0)) }, request)
        case ("POST", "transactions", 3) where parts[2] == "refund": return refund(parts[1], rules)
        default: return Self.notFound
        }
    }

    static let notFound = Self.error(404, "not_found", "Not found")

    /// A page of a list, the latest first, behind the cursor that was given.
    static func list(_ all: [(id: String, json: JSONValue)], _ request: ServerRequest) -> ServerResponse {
        let limit = min(100, max(1, request.query("limit").flatMap { Int($0) } ?? 10))
        var rest = all[...]
        if let cursor = request.query("starting_after") {
            guard let index = all.firstIndex(where: { $0.id == cursor }) else {
                return error(400, "invalid_cursor", "The cursor is not valid")
            }
            rest = all[(index + 1)...]
        }
        let page = rest.prefix(limit)
        let hasMore = rest.count > page.count
        return .json([
            "success": true, "data": .array(page.map(\.json)), "has_more": .bool(hasMore),
            "next_cursor": hasMore ? page.last.map { .string($0.id) } ?? .null : .null,
        ])
    }

    static func single(_ json: JSONValue, _ rules: ToltDouble.Rules, status: Int = 201) -> ServerResponse {
        .json(["success": true, "data": rules.wrapsInLists ? [json] : json], status: status)
    }
}
