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

    @Test func `a conversion may come as an event, by every name of the referral`() throws {
        let names = [
            "referral_id", "referralId", "click_id", "clickId", "affonso_id", "affonsoId", "affonso_referral",
            "affonsoReferral",
        ]
        let rows = names.map { name in
            let event: [JSONValue.Member] = [.init("event_name", "paid"), .init("event_type", "conversion")]
            return DoubleRow("POST /events", sale(name, event + [.init(name, "click_1")]), 201, #""earning_id":"earn_"#)
        }
        let double = make()
        try double.walk(rows, headers: key)
        let wrong: [DoubleRow] = [
            .init("POST /events", ["event_type": "conversion"], 400, #""field":"event_name""#),
            .init("POST /events", ["event_name": "x", "event_type": "sale"], 400, #""field":"event_type""#),
            .init("POST /events", ["event_name": "x", "event_type": "conversion"], 400, "external_event_id"),
            .init("POST /conversions", sale("k", [.init("interval", "weekly")]), 400, #""field":"interval""#),
            .init("POST /conversions", sale("k", [.init("product_ids", "p")]), 400, #""field":"product_ids""#),
            .init(
                "POST /conversions",
                ["external_event_id": "k", "sale_amount": 1],
                400,
                #""field":"sale_amount_currency""#
            ),
        ]
        try double.walk(wrong, headers: key)
        #expect(double.bookings.count == names.count)
    }

    @Test func `referrals are made, listed by a cursor, changed and deleted`() throws {
        let double = make { $0.deletionStatus = 204 }
        let rows: [DoubleRow] = [
            .init("POST /referrals", ["affiliate_id": "tom", "email": "a@example.com"], 201, #""id":"ref_2""#),
            .init("POST /referrals", ["affiliate_id": "tom", "email": "a@example.com"], 409, "DUPLICATE_ERROR"),
            .init("GET /referrals?limit=1", nil, 200, #""has_more":true"#),
            .init("GET /referrals?limit=1&starting_after=ref_user_2", nil, 200, #""email":"a@example.com""#),
            .init("GET /referrals?starting_after=ref_9", nil, 400, #""field":"starting_after""#),
            .init("GET /referrals?external_user_id=user_2", nil, 200, #""id":"ref_user_2""#),
            .init("PUT /referrals/ref_2", ["customer_id": "cus_9"], 200, #""customer_id":"cus_9""#),
            .init("PUT /referrals/ref_user_2", ["customer_id": "cus_9"], 409, "DUPLICATE_ERROR"),
            .init("POST /conversions", sale("k", [.init("customer_id", "cus_9")]), 201, #""referral_id":"ref_2""#),
            .init("GET /referrals/ref_2", nil, 200, #""status":"customer""#),
            .init("PUT /referrals/ref_2", ["customer_id": .null], 200, #""customer_id":null"#),
            .init("POST /conversions", sale("k2", [.init("customer_id", "cus_9")]), 400, "No referral found"),
            .init("DELETE /referrals/ref_2", nil, 204), .init("DELETE /referrals/ref_2", nil, 404, "NOT_FOUND"),
            .init("GET /referrals?status=deleted", nil, 200, #""data":[]"#),
        ]
        try double.walk(rows, headers: key)
    }

    @Test func `what the references leave open can be switched`() throws {
        let double = make {
            $0.noReferralStatus = 422
            $0.overRefundStatus = 409
            $0.refusesOtherAmount = true
            $0.wantsKnownIdentifiers = true
            $0.hasIncentive = false
            $0.rejectedUsers = ["user_9"]
            $0.keepsEmail = false
            $0.heedsCase = false
            $0.sourceIsSilent = true
        }
        let click = JSONValue.Member("referral_id", "click_1")
        let track: JSONValue = ["event": "PURCHASE", "messageId": "m", "userId": "cus_1"]
        let rows: [DoubleRow] = [
            .init("POST /conversions", sale("k", [.init("customer_id", "cus_9")]), 422, "No referral found"),
            .init("POST /conversions", sale("k", [click, .init("customer_id", "cus_9")]), 422, "No referral found"),
            .init("POST /conversions", sale("k", [click]), 201, #""earning_id":null"#),
            .init("POST /conversions", sale("k", .number("5"), [click]), 409, "another amount"),
            .init("POST /conversions/com_1/refund", ["amount": 100], 409, "DUPLICATE_ERROR"),
            .init(
                "POST /signups",
                ["click_id": "click_2", "external_user_id": "user_9", "email": "a@example.com"],
                201,
                #""email":null,"customer_id":null,"subscription_id":null,"status":"rejected""#
            ),
            .init("POST /sources/segment/events", track, 400, #""field":"sale_amount""#),
            .init(
                "POST /sources/custom/events",
                ["event": "seen", "messageId": "m", "context": ["traits": ["externalUserId": "user_2"]]],
                201,
                #"{"success":true}"#
            ),
            .init(
                "POST /sources/custom/events",
                ["event": "seen", "messageId": "n", "userId": "user_2"],
                422,
                "No referral found"
            ),
        ]
        try double.walk(rows, headers: key)
    }

    @Test func `too many calls in a minute are refused until the minute is over`() throws {
        let double = make { $0.callsPerMinuteMax = 2 }
        let answers = try (1...3).map { _ in try double.ask("GET /commissions", headers: key) }
        #expect(answers.map(\.status) == [200, 200, 429])
        #expect(answers.map { $0.headers["X-RateLimit-Remaining"] } == ["1", "0", "0"])
        #expect(answers.last?.headers["Retry-After"] == "60")
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
