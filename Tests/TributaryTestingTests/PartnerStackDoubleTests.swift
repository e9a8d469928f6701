// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributaryServer
import TributaryTesting

@Suite struct PartnerStackDoubleTests {
    private let keys: HeaderFields = ["Authorization": "Basic cGtfdGVzdDpza190ZXN0"]

    private func make(_ change: (inout PartnerStackDouble.Rules) -> Void = { _ in }) -> PartnerStackDouble {
        var rules = PartnerStackDouble.Rules()
        change(&rules)
        let double = PartnerStackDouble(rules) { noon }
        double.seed(.sample)
        return double
    }

    private static let customer: JSONValue = ["customer_key": "user_7", "partner_key": "sarah123"]

    private func sale(_ key: JSONValue, _ amount: JSONValue = 9990, customer: JSONValue = "user_7") -> JSONValue {
        ["customer_external_key": customer, "key": key, "amount": amount, "currency": "EUR"]
    }

    @Test func `the rule table holds, row by row`() throws {
        let double = make()
        let both: JSONValue = ["customer_key": "a", "customer_email": "b", "amount": 1, "currency": "EUR"]
        let part: JSONValue = [
            "customer_external_key": "user_7", "key": "part", "amount": -3330, "currency": "EUR",
            "metadata": ["sale": "sale"],
        ]
        let rows: [DoubleRow] = [
            .init("POST /customers", [:], 400, "customer_key is required"),
            .init("POST /customers", ["customer_key": "u", "partner_key": "x"], 404, "Partner not found"),
            .init("POST /customers", Self.customer, 200, #""partner_key":"sarah123""#),
            .init("POST /customers", Self.customer, 409, "Conflict"),
            .init("POST /transactions", both, 400, "exactly one"),
            .init("POST /transactions", sale("sale", "9990"), 400, "amount"),
            .init("POST /transactions", sale("sale", 50_000_000_001), 400, "amount"),
            .init("POST /transactions", sale("abc"), 400, "length"),
            .init("POST /transactions", sale("sale", customer: "user_9"), 404, "Customer not found"),
            .init("POST /transactions", sale("sale"), 200, #""key":"sale""#),
            .init("POST /transactions", sale("sale"), 409, "Conflict"), .init("POST /transactions", part, 200),
            .init("GET /transactions?limit=1", nil, 200, #""has_more":true"#),
            .init("GET /transactions?limit=1&starting_after=part", nil, 200, #""has_more":false"#),
            .init("GET /transactions?min_created=1784462400001", nil, 200, #""items":[]"#),
            .init("GET /customers", nil, 200, "user_7"), .init("GET /deals", nil, 404, "Not found"),
        ]
        try double.walk(rows, headers: keys)
        #expect(double.bookings.map(\.remaining.minor) == [6660])
    }

    @Test func `what the references leave open is switchable`() throws {
        try make { $0.repeatedKey = .refused }.walk(
            [.init("POST /customers", Self.customer, 200), .init("POST /customers", Self.customer, 400, "already")],
            headers: keys
        )
        let first = make { $0.repeatedKey = .first }
        try first.walk(
            [
                .init("POST /customers", Self.customer, 200), .init("POST /customers", Self.customer, 200),
                .init("POST /transactions", sale("sale"), 200),
                .init("POST /transactions", sale("sale", 1), 200, "9990"),
            ],
            headers: keys
        )
        #expect(first.bookings.count == 1)
        try make { $0.hasEnvelope = false }.walk([.init("GET /customers", nil, 200, #"{"items":[]"#)], headers: keys)
        try make { $0.needsEmail = true }.walk([.init("POST /customers", Self.customer, 400, "email")], headers: keys)
    }

    @Test func `each interface takes its own credentials`() throws {
        let double = make {
            $0.keys = ("pk_test", Secret("sk_test"))
            $0.conversionToken = Secret("t")
        }
        try double.walk([.init("GET /customers", nil, 200)], headers: keys)
        for value in ["", "Basic x", "Bearer t"] {
            #expect(try double.ask("GET /customers", headers: ["Authorization": value]).status == 401)
        }
        let body: JSONValue = ["xid": "click_1", "customer_key": "user_7"]
        #expect(try double.ask("POST /conversion/xid", body, headers: keys).status == 401)
        let token: HeaderFields = ["Authorization": "Bearer t"]
        try double.walk(
            [
                .init("POST /conversion/xid", ["customer_key": "user_7"], 400, "required"),
                .init("POST /conversion/xid", ["xid": "click_old", "customer_key": "user_7"], 404, "xid not found"),
                .init("POST /conversion/xid", body, 200, "sarah123"),
            ],
            headers: token
        )
    }
}
