// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributaryServer
import TributaryTesting

@Suite struct AffitorDoubleTests {
    private let key: HeaderFields = ["Authorization": "Bearer aff_1"]

    private func make(_ change: (inout AffitorDouble.Rules) -> Void = { _ in }) -> AffitorDouble {
        var rules = AffitorDouble.Rules()
        change(&rules)
        let double = AffitorDouble(rules) { noon }
        double.seed(.sample)
        return double
    }

    private func sale(_ id: JSONValue, _ cents: JSONValue = 9990, _ more: [JSONValue.Member] = []) -> JSONValue {
        .object(
            [.init("transaction_id", id), .init("amount_cents", cents), .init("click_id", "click_1")] + more
        )
    }

    private static let track = "POST /api/v1/track/"

    @Test func `the rule table holds, row by row`() throws {
        let double = make()
        let lead: JSONValue = ["click_id": "click_1", "customer_key": "user_7"]
        let link: JSONValue = ["affiliate_url": "https://shop.example/?utm=1&aff=sarah123"]
        let rows: [DoubleRow] = [
            .init(Self.track + "click", [:], 400, "affiliate_url is required"),
            .init(Self.track + "click", ["affiliate_url": "shop"], 400, "Invalid affiliate_url"),
            .init(Self.track + "click", ["affiliate_url": "https://shop.example/"], 400, "No aff parameter"),
            .init(Self.track + "click", ["affiliate_url": "https://shop.example/?aff=x"], 400, "link not found"),
            .init(Self.track + "click", link, 200, #""click_id":"cust_42_1""#),
            .init(Self.track + "lead", [:], 400, "click_id or customer_key is required"),
            .init(Self.track + "lead", ["customer_key": "user_9"], 400, "Customer not found"),
            .init(Self.track + "lead", lead, 200, "Lead tracked successfully"),
            .init(Self.track + "lead", lead, 400, "Current status: lead"),
            .init(Self.track + "sale", sale(7), 400, "must be a string"),
            .init(Self.track + "sale", sale("t", 0), 400, "must be a positive integer"),
            .init(Self.track + "sale", sale("t", -5), 400, "must be a positive integer"),
            .init(Self.track + "sale", sale("t", .number("9.5")), 400, "must be a positive integer"),
            .init(Self.track + "sale", sale("t", "9990"), 400, "must be a positive integer"),
            .init(
                Self.track + "sale",
                ["transaction_id": "t", "amount_cents": 1, "customer_key": "user_9"],
                400,
                "Customer not found"
            ),
            .init(Self.track + "sale", sale("t"), 200, #""commission_id":1001"#),
            .init("POST /api/tracking/sale", sale("t"), 409, "Duplicate transaction_id"),
            .init(
                Self.track + "sale",
                sale("u", 100, [.init("additional_data", ["test_mode": true])]),
                200,
                "test_mode"
            ),
            .init(Self.track + "refund", [:], 400, "transaction_id is required"),
            .init(Self.track + "refund", ["transaction_id": "u"], 404, "Sale not found"),
            .init(
                Self.track + "refund",
                ["transaction_id": "t", "refund_amount_cents": 3330],
                200,
                #""status":"refunded","deductionAmount":6.66"#
            ),
            .init(Self.track + "refund", ["transaction_id": "t"], 200, #""status":"skipped""#),
            .init(Self.track + "sale", sale("v"), 200, "sale_id"),
            .init(Self.track + "refund", ["transaction_id": "v"], 200, #""status":"reversed""#),
            .init("GET /api/v1/programs/me/readiness", nil, 200, "integration_verified"),
            .init(Self.track + "nothing", [:], 404, "Not found"),
        ]
        try double.walk(rows, headers: key)
        #expect(double.bookings.map(\.remaining.minor) == [6660, 0])
    }

    @Test func `keys of the wrong kind are refused, and clicks need none`() throws {
        let double = make { $0.key = Secret("aff_1") }
        for token in ["", "Bearer ", "Bearer affk_1", "Bearer aff_2"] {
            let response = try double.ask(Self.track + "sale", sale("t"), headers: ["Authorization": token])
            #expect(response.status == 401)
        }
        #expect(try double.ask(Self.track + "click", [:], headers: [:]).status == 400)
    }

    @Test func `what the references leave open is switchable`() throws {
        let old: JSONValue = ["transaction_id": "t", "amount_cents": 1, "click_id": "click_old"]
        try make().walk([.init(Self.track + "sale", old, 200, #""attributed":false"#)], headers: key)
        let stored = make { $0.expiredClick = .withoutCommission }
        try stored.walk([.init(Self.track + "sale", old, 200, #""sale_id":1,"commission_id":null"#)], headers: key)
        #expect(stored.bookings.isEmpty)
        let strict = make { $0.currencies = ["USD"] }
        let euro = sale("t", 1, [.init("currency", "EUR")])
        try strict.walk([.init(Self.track + "sale", euro, 400, "currency")], headers: key)
        let object = make { $0.conflictBody = .object }
        try object.walk(
            [
                .init(Self.track + "sale", sale("t"), 200),
                .init(Self.track + "sale", sale("t"), 409, #""statusCode":409"#),
            ],
            headers: key
        )
    }

    @Test func `words, forms and gates are switchable`() throws {
        let nobody: JSONValue = ["transaction_id": "t", "amount_cents": 1, "customer_key": "user_9"]
        for stranger in AffitorDouble.Rules.Stranger.allCases {
            let double = make {
                $0.stranger = stranger
                $0.errorBody = .object
            }
            try double.walk([.init(Self.track + "sale", nobody, 400, stranger.rawValue)], headers: key)
            try double.walk([.init(Self.track + "sale", nobody, 400, #"{"error":{"status":400,"#)], headers: key)
        }
        let link: JSONValue = ["affiliate_url": "https://shop.example/?aff=sarah123"]
        let inactive = make { $0.inactivePartners = ["sarah123"] }
        try inactive.walk([.init(Self.track + "click", link, 200, "Referral link is inactive")], headers: key)
        let test: JSONValue = ["transaction_id": "t", "amount_cents": 1, "click_id": "click_1"]
        let marked = JSONValue.object((test.members ?? []) + [.init("additional_data", ["test_mode": true])])
        let careless = make { $0.booksTestSales = true }
        try careless.walk([.init(Self.track + "sale", marked, 200, "commission_id")], headers: key)
        let unready = make {
            $0.gates = ["payout": "fail"]
            $0.wrapsReadiness = true
        }
        let line = "GET /api/v1/programs/me/readiness"
        try unready.walk([.init(line, nil, 200, #"{"data":{"gates":{"profile":"pass""#)], headers: key)
        try unready.walk([.init(line, nil, 200, #""payout":"fail""#)], headers: key)
    }

    @Test func `a failed commission uses the key up`() throws {
        let double = make { $0.commissionFailsEvery = 1 }
        try double.walk(
            [
                .init(Self.track + "sale", sale("t"), 500, "Failed to create commission"),
                .init(Self.track + "sale", sale("t"), 409),
                .init(Self.track + "refund", ["transaction_id": "t"], 200, "no_commission"),
            ],
            headers: key
        )
        #expect(double.bookings.isEmpty)
    }

    @Test func `the eleventh chain test of an hour is refused`() throws {
        let double = make()
        let line = "POST /api/v1/cli/test-event"
        let responses = try (1...11).map { _ in try double.ask(line, ["type": "chain"], headers: key) }
        #expect(responses.map(\.status) == Array(repeating: 200, count: 10) + [429])
        #expect(responses.last?.headers["Retry-After"] == "1800")
    }
}
