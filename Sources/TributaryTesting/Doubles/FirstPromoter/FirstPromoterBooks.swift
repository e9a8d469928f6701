// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// What a double of FirstPromoter holds, and the rules by which it changes.
struct FirstPromoterBooks {
    struct Referral {
        var id: Int
        var uid: String?
        var email: String?
        var partner: String
        var state: String
    }

    struct Sale {
        var id: Int
        var key: String
        var referral: Int
        var amount: Money
        var remaining: Money
        var commissions: [JSONValue]
        var time: Timestamp
    }

    struct Refund {
        var id: Int
        var key: String
        var sale: Int
        var amount: Money
        var time: Timestamp
    }

    var seed = DoubleSeed()
    /// By number; deleted ones are `nil`.
    var referrals: [Referral?] = []
    var sales: [Sale] = []
    var refunds: [Refund] = []
    var eventCount = 0
    var commissionCount = 0
    var window = RateWindow()

    mutating func add(_ other: DoubleSeed) {
        seed.add(other)
        for (user, partner) in other.users.sorted(by: { $0.key < $1.key }) {
            add(uid: user, email: nil, partner: partner)
        }
    }

    @discardableResult
    mutating func add(uid: String?, email: String?, partner: String) -> Int {
        let referral = Referral(id: referrals.count + 1, uid: uid, email: email, partner: partner, state: "signup")
        referrals.append(referral)
        return referrals.count - 1
    }

    mutating func answer(
        _ request: ServerRequest,
        _ path: String,
        rules: FirstPromoterDouble.Rules,
        now: Timestamp
    ) -> ServerResponse {
        let parts = path.split(separator: "/").map(String.init)
        switch (request.method, parts.first, parts.dropFirst().first, parts.count) {
        case ("GET", "company", "commissions", 2): return list(request, rules)
        case ("GET", "company", "referrals", 3): return referral(parts[2], by: request.query("find_by"))
        case ("POST", "track", _, 2), ("DELETE", "company", "referrals", 2):
            guard let body = request.json, body.members != nil else {
                return Self.error(400, "bad_request", "Error. The body is not JSON.")
            }
            switch parts[1] {
            case "referrals": return delete(body)
            case "signup": return signup(body, rules, now)
            case "sale": return sale(body, rules, now)
            case "refund": return refund(body, rules, now)
            case "cancellation": return cancellation(body, now)
            default: return Self.notFound
            }
        default: return Self.notFound
        }
    }

    static let notFound = error(404, "not_found", "Not found")

    static func error(_ status: Int, _ code: String, _ text: String) -> ServerResponse {
        .json(["message": .string(text), "code": .string(code)], status: status)
    }

    static func invalid(_ field: String, _ text: String) -> ServerResponse {
        let errors: JSONValue = .object([.init(field, [.string(text)])])
        let body: JSONValue = ["message": "Validation failed", "code": "validation_error", "errors": errors]
        return .json(body, status: 422)
    }
}
