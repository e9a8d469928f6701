// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// What a double of PartnerStack holds, and the rules by which it changes.
struct PartnerStackBooks {
    struct Buyer {
        var key: String
        var email: String?
        var partner: String
    }

    struct Transaction {
        var key: String
        var customer: String
        var amount: Money
        var time: Timestamp
        var sale: String?
        var isTest: Bool
    }

    var seed = DoubleSeed()
    var customers: [Buyer] = []
    var transactions: [Transaction] = []

    mutating func add(_ other: DoubleSeed) {
        seed.add(other)
        for (user, partner) in other.users.sorted(by: { $0.key < $1.key }) {
            customers.append(Buyer(key: user, partner: partner))
        }
    }

    static func error(_ status: Int, _ message: String) -> ServerResponse {
        .json(["message": .string(message), "status": .integer(status)], status: status)
    }

    mutating func answer(
        _ request: ServerRequest,
        _ path: String,
        rules: PartnerStackDouble.Rules,
        now: Timestamp
    ) -> ServerResponse {
        let body = request.json
        if request.method == "POST", body?.members == nil { return Self.error(400, "Invalid JSON") }
        switch (request.method, path) {
        case ("POST", "/conversion/xid"): return convert(body ?? .null, rules)
        case ("POST", "/customers"): return customer(body ?? .null, rules)
        case ("GET", "/customers"):
            return Self.list(customers.reversed().map { ($0.key, Self.json(of: $0)) }, request, rules)
        case ("POST", "/transactions"): return transaction(body ?? .null, rules, now)
        case ("GET", "/transactions"):
            let least = request.query("min_created").flatMap { Int64($0) } ?? .min
            let most = request.query("max_created").flatMap { Int64($0) } ?? .max
            let found = transactions.filter { least <= most && (least...most).contains($0.time.unixMilliseconds) }
            return Self.list(found.reversed().map { ($0.key, Self.json(of: $0)) }, request, rules)
        default: return Self.error(404, "Not found")
        }
    }

    static func single(_ json: JSONValue, _ rules: PartnerStackDouble.Rules) -> ServerResponse {
        .json(rules.hasEnvelope ? ["data": json, "message": "ok", "status": 200] : json)
    }

    /// A page of a list, the latest first, behind the key that was given.
    static func list(
        _ all: [(key: String, json: JSONValue)],
        _ request: ServerRequest,
        _ rules: PartnerStackDouble.Rules
    ) -> ServerResponse {
        let limit = min(250, max(1, request.query("limit").flatMap { Int($0) } ?? 10))
        var rest = all[...]
        if let cursor = request.query("starting_after") {
            rest = all.drop { $0.key != cursor }.dropFirst()
        }
        let items = JSONValue.array(rest.prefix(limit).map(\.json))
        let hasMore = JSONValue.bool(rest.count > limit)
        return .json(
            rules.hasEnvelope
                ? ["data": ["items": items, "has_more": hasMore]] : ["items": items, "has_more": hasMore]
        )
    }
}
