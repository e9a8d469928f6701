// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

/// What a double of Affitor holds, and the rules by which it changes.
struct AffitorBooks {
    struct Buyer {
        var partner: String
        var isExpired: Bool
        var isLead = false
    }

    struct Sale {
        var key: String
        var buyer: Int
        var amount: Money
        var remaining: Money
        var hasCommission: Bool
        var isCorrected = false
    }

    var seed = DoubleSeed()
    var buyers: [Buyer] = []
    var byKey: [String: Int] = [:]
    var byClick: [String: Int] = [:]
    var sales: [Sale] = []
    var salesByKey: [String: Int] = [:]
    var clickCount = 0
    var testWindow = RateWindow()

    mutating func add(_ other: DoubleSeed) {
        seed.add(other)
        for (user, partner) in other.users.sorted(by: { $0.key < $1.key }) {
            byKey[user] = buyers.count
            buyers.append(Buyer(partner: partner, isExpired: false, isLead: true))
        }
    }

    mutating func answer(
        _ request: ServerRequest,
        _ path: String,
        rules: AffitorDouble.Rules,
        now: Timestamp
    ) -> ServerResponse {
        if request.method == "GET", path == "/api/v1/programs/me/readiness" { return Self.readiness(rules) }
        guard request.method == "POST" else { return Self.error(404, "Not found") }
        guard let body = request.json, body.members != nil else { return Self.error(400, "Invalid JSON") }
        if path == "/api/v1/cli/test-event" { return testEvent(at: now) }
        let isTest = body["additional_data"]?["test_mode"]?.bool == true
        switch path {
        case "/api/v1/track/click": return isTest ? Self.tested(body) : click(body, rules)
        case "/api/v1/track/lead": return isTest ? Self.tested(body) : lead(body)
        case "/api/v1/track/sale": return isTest && !rules.booksTestSales ? Self.tested(body) : sale(body, rules)
        case "/api/v1/track/refund": return refund(body, rules)
        default: return Self.error(404, "Not found")
        }
    }

    static func error(_ status: Int, _ text: String) -> ServerResponse {
        .json(["error": .string(text)], status: status)
    }

    static func tested(_ body: JSONValue) -> ServerResponse {
        .json([
            "success": true, "message": "Test event received",
            "data": [
                "eventId": "test_1", "programId": body["additional_data"]?["program_id"] ?? .null, "test_mode": true,
            ],
        ])
    }

    static func readiness(_ rules: AffitorDouble.Rules) -> ServerResponse {
        let names = ["profile", "economics", "payout", "tracking", "live"]
        let failed = names.first { rules.gates[$0] == "fail" }
        let facts: JSONValue = [
            "gates": .object(names.map { .init($0, .string(rules.gates[$0] ?? "pass")) }),
            "blocker": failed.map { .string("complete the gate \($0)") } ?? .null,
            "integration_verified": .bool(rules.gates["tracking"] == nil), "poll": ["retry_after_seconds": 5],
        ]
        return .json(rules.wrapsReadiness ? ["data": facts] : facts)
    }

    /// The chain test, of which a program has ten in an hour.
    mutating func testEvent(at now: Timestamp) -> ServerResponse {
        guard testWindow.take(at: now, limit: 10, length: 3600).remaining >= 0 else {
            let error: JSONValue = [
                "status": 429, "code": "rate_limited", "message": "Too many test events", "retry_after_seconds": 1800,
            ]
            var response = ServerResponse.json(["error": error], status: 429)
            response.headers.set("Retry-After", "1800")
            return response
        }
        let verdict: JSONValue = ["click": "pass", "lead": "pass", "sale": "pass"]
        return .json(["data": ["type": "chain", "verdict": verdict, "attributed": true]])
    }
}
