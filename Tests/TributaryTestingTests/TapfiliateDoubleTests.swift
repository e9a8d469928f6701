// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributaryServer
import TributaryTesting

@Suite struct TapfiliateDoubleTests {
    private let key: HeaderFields = ["X-Api-Key": "tap_1"]

    private func make(_ change: (inout TapfiliateDouble.Rules) -> Void = { _ in }) -> TapfiliateDouble {
        var rules = TapfiliateDouble.Rules()
        change(&rules)
        let double = TapfiliateDouble(rules) { noon }
        double.seed(.sample)
        double.seed(DoubleSeed(partners: ["tom"], users: ["user_2": "tom"]))
        return double
    }

    private func sale(_ id: String, _ more: [JSONValue.Member]) -> JSONValue {
        .object(
            [.init("external_id", .string(id)), .init("amount", .number("99.90")), .init("currency", "EUR")] + more
        )
    }

    @Test func `the rule table holds, row by row`() throws {
        let double = make()
        let click = JSONValue.Member("click_id", "click_1")
        let rows: [DoubleRow] = [
            .init("POST /clicks/", ["referral_code": "nobody"], 404, #""code":404"#),
            .init("POST /clicks/", ["referral_code": "sarah123"], 200, "clk-1"),
            .init("POST /customers/", ["click_id": "click_1"], 422, "customer_id"),
            .init("POST /customers/", ["customer_id": "user_7", "click_id": "click_1"], 200, "sarah123"),
            .init("POST /customers/", ["customer_id": "user_7"], 409, "exists"),
            .init("POST /customers/", ["customer_id": "user_8"], 200, #""affiliate":null"#),
            .init("GET /customers/?customer_id=user_7", nil, 200, "cu_2"),
            .init("POST /conversions/", sale("k", []), 400),
            .init("POST /conversions/", sale("k", [.init("click_id", .null)]), 400, "invalid or expired"),
            .init("POST /conversions/", sale("k", [.init("click_id", "click_x")]), 400, "invalid or expired"),
            .init("POST /conversions/", sale("k", [.init("click_id", "click_old")]), 400, "invalid or expired"),
            .init("POST /conversions/", ["amount": "9", "coupon": "SARAH10"], 422, "must be a number"),
            .init("POST /conversions/", sale("k", [.init("customer_id", "user_2"), click]), 200, #"{"id":"tom"}"#),
            .init("POST /conversions/", sale("k", [click]), 409, "external_id"),
            .init("POST /conversions/", sale("k2", [.init("coupon", "SARAH10")]), 200, "sarah123"),
            .init("POST /conversions/", sale("k3", [.init("customer_id", "user_8")]), 200, #""affiliate":null"#),
            .init("GET /conversions/?external_id=k2", nil, 200, #""external_id":"k2""#),
            .init("GET /conversions/?external_id=k9", nil, 200, "[]"),
            .init("PATCH /conversions/1/", ["amount": .number("50")], 200, #""conversion_sub_amount":99.90"#),
            .init(
                "PATCH /conversions/1/?recalculate_commissions=true",
                ["amount": .number("50")],
                200,
                #""conversion_sub_amount":50.00"#
            ),
            .init("PATCH /conversions/9/", ["amount": 1], 404, #""code":404"#),
            .init("DELETE /commissions/2/approved/", nil, 204), .init("DELETE /commissions/9/approved/", nil, 404),
            .init("GET /conversions/2/", nil, 200, #""approved":false"#), .init("GET /nothing/", nil, 404, "<!doctype"),
            .init("GET /conversions", nil, 404, "<!doctype"), .init("DELETE /customers/cu_2/", nil, 204),
        ]
        try double.walk(rows, headers: key)
        #expect(double.bookings.map(\.sale.minor) == [9990, 9990])
        #expect(double.bookings.map(\.remaining.minor) == [5000, 0])
    }

    @Test func `without a key there is a page, with a wrong one JSON`() throws {
        let double = make { $0.key = Secret("tap_1") }
        let page = try double.ask("GET /conversions/", headers: [:])
        #expect(page.status == 401)
        #expect(page.headers["Content-Type"]?.hasPrefix("text/html") == true)
        let wrong = try double.ask("GET /conversions/", headers: ["X-Api-Key": "tap_2"])
        #expect(String(decoding: wrong.body, as: UTF8.self) == #"{"message":"Authentication Failed.","code":401}"#)
        #expect(
            try double.ask("GET /conversions/", headers: ["X-Api-Key": ""]).headers["Content-Type"]
                != "application/json"
        )
    }

    @Test func `the postback shares the books, by our own ids and by both verbs`() throws {
        let double = make()
        let sale: JSONValue = ["external_id": "k", "amount": "99.90", "currency": "EUR", "click_id": "click_1"]
        let rows: [DoubleRow] = [
            .init("POST //1.7/pb/con/c/", ["click_id": "click_1"], 422, "external_id"),
            .init("POST //1.7/pb/con/c/", sale, 200, "sarah123"),
            .init("POST //1.7/pb/con/c/", sale, 409, "external_id"),
            .init("GET /conversions/?external_id=k", nil, 200, #""external_id":"k""#),
            .init("GET //1.7/pb/con/c/?external_id=k2&amount=10.00&coupon=SARAH10", nil, 200, "sarah123"),
            .init("POST //1.7/pb/con/u/", ["external_id": "k", "amount": 50, "currency": "EUR"], 200, "50.00"),
            .init("POST //1.7/pb/con/u/", ["external_id": "k", "amount": 50, "currency": "USD"], 422, "amount"),
            .init("POST //1.7/pb/con/u/", ["external_id": "k2", "status": "disapproved"], 200, #""approved":false"#),
            .init("POST //1.7/pb/con/u/", ["external_id": "k2", "status": "gone"], 422, "status"),
            .init("POST //1.7/pb/con/u/", ["external_id": "k9", "status": "approved"], 404, "not found"),
            .init("POST //1.7/pb/cus/c/", ["customer_id": "user_7", "click_id": "click_1"], 200, "cu_2"),
            .init("POST //1.7/pb/cus/u/", ["customer_id": "user_7", "status": "trial"], 200, #""status":"trial""#),
            .init("POST //1.7/pb/cus/u/", ["customer_id": "user_9"], 404, "not found"),
            .init("POST //1.7/pb/con/c", sale, 404, "<!doctype"), .init("POST //1.7/pb/con/x/", [:], 404, "<!doctype"),
        ]
        try double.walk(rows, headers: key)
        #expect(double.bookings.map(\.remaining.minor) == [5000, 0])
        let silent = make { $0.postbackAnswer = .empty }
        let answer = try silent.ask("POST //1.7/pb/con/c/", sale, headers: key)
        #expect(answer.status == 200 && answer.body.isEmpty)
    }

    @Test func `orders are divided, milestones have no amount, and meta data has limits`() throws {
        let double = make { $0.statusVerbs = ["PUT"] }
        let click = JSONValue.Member("click_id", "click_1")
        let parts: JSONValue = [["sub_amount": 60, "commission_type": "half"], ["sub_amount": 30]]
        let data: JSONValue = ["a/b": "x"]
        let rows: [DoubleRow] = [
            .init("POST /conversions/", sale("k", [click, .init("commissions", parts)]), 200, #""amount":90.00"#),
            .init("POST /conversions/", sale("k1", [click, .init("commissions", [])]), 422, "commissions"),
            .init("GET /commissions/1/", nil, 200, #""commission_type":"half""#),
            .init("PATCH /commissions/2/", ["conversion_sub_amount": 10], 200, #""conversion_sub_amount":10.00"#),
            .init("PATCH /commissions/2/", ["conversion_sub_amount": "10"], 422, "number"),
            .init("PATCH /commissions/1/", ["approved": false], 200, #""approved":false"#),
            .init("PATCH /commissions/9/", [:], 404, "not found"),
            .init("POST /conversions/", ["external_id": "m", "click_id": "click_1"], 200, #""amount":0.00"#),
            .init("POST /conversions/", sale("k2", [click, .init("meta_data", data)]), 422, "meta_data"),
            .init("PUT /customers/cu_1/status/", ["status": "cancelled"], 200, #""status":"cancelled""#),
            .init("DELETE /customers/cu_1/status/", nil, 405), .init("PUT /customers/cu_9/status/", [:], 404),
            .init("GET /conversions/?date_from=1999-01-01&date_to=1999-12-31", nil, 200, "[]"),
        ]
        try double.walk(rows, headers: key)
        #expect(double.bookings.map(\.sale.minor) == [9000])
        #expect(double.bookings.map(\.remaining.minor) == [1000])
    }

    @Test func `lists have pages of twenty-five, with links`() throws {
        let double = make()
        for number in 1...30 {
            _ = try double.ask("POST /conversions/", sale("k\(number)", [.init("click_id", "click_1")]), headers: key)
        }
        let first = try double.ask("GET /conversions/", headers: key)
        #expect(first.headers["Link"]?.contains(#"/1.6/conversions/?page=2>; rel="next""#) == true)
        let second = try double.ask("GET /conversions/?page=2", headers: key)
        #expect(String(decoding: second.body, as: UTF8.self).contains("k30"))
        #expect(second.headers["Link"]?.contains(#"rel="prev""#) == true)
    }

    @Test func `limits and missing slashes are switchable`() throws {
        let double = make {
            $0.callsPerMinuteMax = 1
            $0.missingSlash = .redirect
        }
        #expect(try double.ask("GET /conversions/", headers: key).headers["X-Ratelimit-Remaining"] == "0")
        let limited = try double.ask("GET /conversions/", headers: key)
        #expect(limited.status == 429)
        #expect(limited.headers["X-Ratelimit-Reset"] == String(noon.unixSeconds / 60 * 60 + 60))
        let moved = try double.ask("GET /conversions", headers: key)
        #expect(moved.status == 301)
        #expect(moved.headers["Location"] == "/1.6/conversions/")
    }
}
