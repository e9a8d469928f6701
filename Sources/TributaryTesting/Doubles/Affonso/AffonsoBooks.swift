// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// What a double of Affonso holds, and the rules by which it changes.
struct AffonsoBooks {
    struct Referral {
        var id: String
        var partner: String
        var status = "lead"
        var email: String?
        var subscription: String?
        var users: [String] = []
        var customers: [String] = []
    }

    struct Conversion {
        var id: String
        var key: String
        var referral: Int
        var sale: Money
        var remaining: Money
        var time: Timestamp
        var earns: Bool
    }

    /// An identifier that leads to a referral.
    enum Lead: Hashable {
        case referral(String)
        case user(String)
        case customer(String)
    }

    /// What stands around a request.
    struct Setting {
        let rules: AffonsoDouble.Rules
        let now: Timestamp
    }

    var second = RateWindow()
    var minute = RateWindow()
    var conversions: [Conversion] = []
    var referrals: [Referral] = []
    var leads: [Lead: Int] = [:]
    var conversionsByKey: [String: Int] = [:]
    var refunds: [String: JSONValue] = [:]
    var conversionsByID: [String: Int] = [:]
    var events: [JSONValue] = []
    var eventsByKey: [String: Int] = [:]
    var seed = DoubleSeed()
    var clickCount = 0

    mutating func add(_ other: DoubleSeed) {
        seed.add(other)
        for (user, partner) in other.users.sorted(by: { $0.key < $1.key }) {
            let referral = makeReferral("ref_\(user)", partner)
            link(.user(user), to: referral)
        }
    }

    mutating func makeReferral(_ id: String, _ partner: String) -> Int {
        referrals.append(Referral(id: id, partner: partner))
        leads[.referral(id)] = referrals.count - 1
        return referrals.count - 1
    }

    mutating func answer(
        _ request: ServerRequest,
        _ path: String,
        rules: AffonsoDouble.Rules,
        now: Timestamp
    ) -> ServerResponse {
        let parts = path.split(separator: "/").map(String.init)
        let setting = Setting(rules: rules, now: now)
        switch request.method {
        case "GET": return read(request, parts, setting)
        case "DELETE": return delete(parts, setting)
        case "POST", "PUT": break
        default: return Self.error(404, "Not found")
        }
        guard let body = request.json, body.members != nil else { return Self.error(400, "Invalid JSON") }
        if request.method == "PUT" { return change(parts, body, setting) }
        switch (parts.first, parts.count) {
        case ("clicks", 1): return click(body, now)
        case ("signups", 1): return signUp(body, setting)
        case ("referrals", 1): return createReferral(body, setting)
        case ("conversions", 1): return conversion(body, setting)
        case ("conversions", 3) where parts[2] == "refund": return refund(parts[1], body, setting)
        case ("events", 1): return event(body, setting)
        case ("sources", 3) where parts[2] == "events": return source(body, setting)
        default: return Self.error(404, "Not found")
        }
    }

    static func error(_ status: Int, _ message: String, field: String? = nil, after: Int? = nil) -> ServerResponse {
        let code =
            switch status {
            case 400, 422: "VALIDATION_ERROR"
            case 401: "UNAUTHORIZED"
            case 403: "FORBIDDEN"
            case 404: "NOT_FOUND"
            case 409: "DUPLICATE_ERROR"
            case 429: "RATE_LIMIT_EXCEEDED"
            default: "INTERNAL_ERROR"
            }
        var error: [JSONValue.Member] = [.init("code", .string(code)), .init("message", .string(message))]
        if let field { error.append(.init("field", .string(field))) }
        if let after { error.append(.init("retryAfter", .integer(after))) }
        return .json(["success": false, "error": .object(error)], status: status)
    }

    static func success(_ data: JSONValue, status: Int) -> ServerResponse {
        .json(["success": true, "data": data], status: status)
    }
}
