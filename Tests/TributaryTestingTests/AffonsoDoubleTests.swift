// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributaryServer
import TributarySigning
import TributaryTesting

@Suite struct AffonsoDoubleTests {
    private let key: HeaderFields = ["Authorization": "Bearer sk_live_1"]

    private func make(_ change: (inout AffonsoDouble.Rules) -> Void = { _ in }) -> AffonsoDouble {
        var rules = AffonsoDouble.Rules()
        change(&rules)
        let double = AffonsoDouble(rules) { noon }
        double.seed(.sample)
        double.seed(DoubleSeed(partners: ["tom"], clicks: ["click_2": "tom"], users: ["user_2": "tom"]))
        return double
    }

    private func sale(_ key: String, _ amount: JSONValue = .number("99.90"), _ more: [JSONValue.Member]) -> JSONValue {
        .object(
            [
                .init("external_event_id", .string(key)), .init("sale_amount", amount),
                .init("sale_amount_currency", "EUR"),
            ]
                + more
        )
    }

    @Test func `the rule table holds, row by row`() throws {
        let double = make()
        let click = JSONValue.Member("referral_id", "click_1")
        let user = JSONValue.Member("external_user_id", "user_7")
        let rows: [DoubleRow] = [
            .init("POST /signups", ["click_id": "click_1", "external_user_id": "user_7"], 201, #""id":"click_1""#),
            .init("POST /signups", ["click_id": "click_1", "external_user_id": "user_7"], 200, #""id":"click_1""#),
            .init("POST /signups", ["click_id": "click_x", "email": "a@example.com"], 404, "NOT_FOUND"),
            .init("POST /signups", ["click_id": "click_old", "email": "a@example.com"], 404, "NOT_FOUND"),
            .init("POST /signups", ["click_id": "click_1"], 400, "VALIDATION_ERROR"),
            .init("POST /clicks", ["trackingId": "sarah123"], 201, "ref_clk_1"),
            .init("POST /conversions", ["sale_amount": 1], 400, #""field":"external_event_id""#),
            .init("POST /conversions", sale("k", 0, [click]), 400, #""field":"sale_amount""#),
            .init("POST /conversions", sale("k", "99.90", [click]), 400, #""field":"sale_amount""#),
            .init("POST /conversions", sale("k", .number("0.001"), [click]), 400, #""field":"sale_amount""#),
            .init("POST /conversions", sale("k", [.init("external_user_id", "user_2"), click]), 400, "different"),
            .init("POST /conversions", sale("k", []), 400, "identifier"),
            .init("POST /conversions", sale("k", [.init("customer_id", "cus_9")]), 400, "No referral found"),
            .init("POST /conversions", sale("k", [user, .init("customer_id", "cus_7")]), 201, #""replayed":false"#),
            .init("POST /conversions", sale("k", [user]), 200, #""replayed":true"#),
            .init("POST /conversions", sale("k", .number("5"), [user]), 200, #""sale_amount":99.90"#),
            .init("POST /conversions", sale("k2", [.init("customer_id", "cus_7")]), 201, #""referral_id":"click_1""#),
            .init("POST /conversions/com_9/refund", [:], 404, "NOT_FOUND"),
            .init("POST /conversions/com_1/refund", ["amount": .number("99.91")], 400, #""field":"amount""#),
            .init(
                "POST /conversions/com_1/refund",
                ["amount": .number("33.33"), "external_event_id": "r"],
                200,
                "partial_refunded"
            ),
            .init(
                "POST /conversions/com_1/refund",
                ["amount": .number("33.33"), "external_event_id": "r"],
                200,
                #""remaining_amount":66.57"#
            ),
            .init("POST /conversions/com_1/refund", [:], 200, #""sales_status":"refunded""#),
            .init(
                "POST /events",
                ["event_name": "t", "event_type": "trial", "customer_id": "cus_7"],
                201,
                #""referral_status":"trialing""#
            ),
            .init(
                "POST /sources/segment/events",
                ["type": "identify"],
                400,
                "Only Segment track payloads are supported"
            ),
            .init("GET /commissions?page=2&limit=1", nil, 200, #""total":2"#),
            .init("DELETE /referrals/click_1", nil, 200, "deleted"),
            .init("GET /conversions", nil, 404, "NOT_FOUND"),
        ]
        try double.walk(rows, headers: key)
        #expect(double.bookings.map(\.sale.minor) == [9990, 9990])
        #expect(double.bookings.map(\.remaining.minor) == [0, 9990])
    }

    private func sale(_ key: String, _ more: [JSONValue.Member]) -> JSONValue { sale(key, .number("99.90"), more) }

    @Test func `keys, scopes and signatures are checked`() throws {
        let signing = try RequestSigning(
            timestampHeader: "X-Affonso-Timestamp",
            signatureHeader: "X-Affonso-Signature",
            secret: Secret("whsec_test")
        )
        let double = make {
            $0.key = Secret("sk_live_1")
            $0.keyWithoutScope = Secret("sk_live_2")
            $0.signing = signing
        }
        #expect(try double.ask("POST /events", [:], headers: [:]).status == 401)
        #expect(try double.ask("POST /events", [:], headers: ["Authorization": "Bearer "]).status == 401)
        #expect(try double.ask("POST /events", [:], headers: ["Authorization": "Bearer sk_live_2"]).status == 403)
        #expect(try double.ask("POST /events", [:], headers: key).status == 401)
        for (age, status) in [(0, 400), (300, 400), (301, 401)] {
            var fields = key
            let time = Timestamp(unixSeconds: noon.unixSeconds - Int64(age))
            for field in signing.fields(body: Array("{}".utf8), path: "/v1/events", now: time).fields {
                fields.append(field.name, field.value)
            }
            #expect(try double.ask("POST /events", [:], headers: fields).status == status, "\(age) s old")
        }
        #expect(try double.ask("POST /signups", [:], headers: key).status == 400)
    }

    @Test func `too many calls in a second are refused with the time of reset`() throws {
        let double = make { $0.callsPerSecondMax = 2 }
        let statuses = try (1...3).map { _ in try double.ask("GET /commissions", headers: key).status }
        #expect(statuses == [200, 200, 429])
        let refused = try double.ask("GET /commissions", headers: key)
        #expect(refused.headers["Retry-After"] == "1")
        #expect(refused.headers["X-RateLimit-Reset"] == String(noon.unixSeconds + 1))
        #expect(String(decoding: refused.body, as: UTF8.self).contains(#""retryAfter":1"#))
    }
}
