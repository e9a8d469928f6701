// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributaryServer
import TributaryTesting

@Suite struct ToltDoubleTests {
    private let key: HeaderFields = ["Authorization": "Bearer key_1"]

    private func make(_ change: (inout ToltDouble.Rules) -> Void = { _ in }) -> ToltDouble {
        var rules = ToltDouble.Rules()
        change(&rules)
        let double = ToltDouble(rules) { noon }
        double.seed(.sample)
        return double
    }

    private func sale(_ charge: JSONValue, _ amount: JSONValue = 9990, customer: JSONValue = "cus_1") -> JSONValue {
        ["customer_id": customer, "charge_id": charge, "amount": amount]
    }

    @Test func `the rule table holds, row by row`() throws {
        let double = make()
        let customer: JSONValue = ["customer_id": "user_7", "partner_id": "part_sarah123", "email": "Ada@Example.com"]
        let rows: [DoubleRow] = [
            .init("POST /clicks", [:], 400, "validation_error"),
            .init("POST /clicks", ["param": "ref", "value": "nobody"], 400, "invalid_reference"),
            .init("POST /clicks", ["param": "ref", "value": "sarah123"], 201, #""partner_id":"part_sarah123""#),
            .init("POST /clicks", ["partner_id": "part_sarah123"], 201, "clk_2"),
            .init("POST /customers", ["customer_id": "user_7"], 400, #""field":"partner_id""#),
            .init("POST /customers", ["partner_id": "part_sarah123"], 400, #""field":"email""#),
            .init("POST /customers", ["customer_id": "u", "partner_id": "part_x"], 400, "invalid_reference"),
            .init("POST /customers", customer, 201, #""id":"cus_1""#),
            .init("POST /customers", customer, 409, "already_exists"),
            .init(
                "POST /customers",
                ["email": "ada@example.com", "customer_id": "u", "partner_id": "part_sarah123"],
                409
            ),
            .init("GET /customers?customer_id=user_7", nil, 200, #""status":"lead""#),
            .init("GET /customers?customer_id=user_9", nil, 200, #""data":[]"#),
            .init("POST /transactions", sale("c", -1), 400, #""field":"amount""#),
            .init("POST /transactions", sale("c", "9990"), 400, #""field":"amount""#),
            .init("POST /transactions", sale("c", .number("9.5")), 400, #""field":"amount""#),
            .init("POST /transactions", sale("c", customer: "user_7"), 400, "invalid_reference"),
            .init("POST /transactions", sale("c"), 201, #""amount":"9990""#),
            .init("POST /transactions", sale("c"), 409, "already_exists"),
            .init("POST /transactions", sale(.null), 201, "txn_2"),
            .init("POST /transactions", sale(.null), 201, "txn_3"),
            .init("GET /customers?customer_id=user_7", nil, 200, #""status":"active""#),
            .init("GET /transactions?charge_id=c", nil, 200, "txn_1"),
            .init("GET /transactions?limit=2", nil, 200, #""has_more":true,"next_cursor":"txn_2""#),
            .init("GET /transactions?limit=2&starting_after=txn_2", nil, 200, #""has_more":false"#),
            .init("GET /transactions?starting_after=txn_9", nil, 400, "invalid_cursor"),
            .init("POST /transactions/txn_9/refund", [:], 404, "not_found"),
            .init("POST /transactions/txn_1/refund", [:], 200, #""status":"refunded""#),
            .init("POST /transactions/txn_1/refund", [:], 409, "transaction_refunded"),
            .init("DELETE /customers/cus_1", nil, 200), .init("DELETE /customers/cus_1", nil, 404),
            .init("GET /partners", nil, 404, "not_found"),
        ]
        try double.walk(rows, headers: key)
        #expect(double.bookings.map(\.remaining.minor) == [0, 9990, 9990])
    }

    @Test func `what the references leave open is switchable`() throws {
        let click: JSONValue = ["customer_id": "u", "click_id": "click_1"]
        try make().walk([.init("POST /customers", click, 400, "partner_id")], headers: key)
        try make { $0.needsPartner = false }.walk(
            [
                .init("POST /customers", ["customer_id": "v", "click_id": "click_old"], 400, "invalid_reference"),
                .init("POST /customers", click, 201, "part_sarah123"),
            ],
            headers: key
        )
        let partner: JSONValue = ["customer_id": "u", "partner_id": "part_sarah123"]
        try make { $0.needsEmail = true }.walk([.init("POST /customers", partner, 400, "email")], headers: key)
        try make { $0.wrapsInLists = true }.walk([.init("POST /customers", partner, 201, #""data":[{"#)], headers: key)
        let limited = make { $0.callsPerMinuteMax = 1 }
        try limited.walk([.init("GET /customers", nil, 200), .init("GET /customers", nil, 429)], headers: key)
    }

    @Test func `a wrong key is refused, and a body of more than a megabyte`() throws {
        let double = make { $0.key = Secret("key_1") }
        for token in ["", "Bearer ", "Bearer key_2"] {
            #expect(try double.ask("GET /customers", headers: ["Authorization": token]).status == 401)
        }
        let large = JSONValue.string(String(repeating: "x", count: 1_048_600))
        #expect(try double.ask("POST /customers", large, headers: key).status == 413)
    }
}
