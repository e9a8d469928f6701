// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributaryServer
import TributaryTesting

@Suite struct FirstPromoterDoubleTests {
    private let key: HeaderFields = ["Authorization": "Bearer fp_1", "ACCOUNT-ID": "acc_1"]

    private func make(_ change: (inout FirstPromoterDouble.Rules) -> Void = { _ in }) -> FirstPromoterDouble {
        var rules = FirstPromoterDouble.Rules()
        change(&rules)
        let double = FirstPromoterDouble(rules) { noon }
        double.seed(.sample)
        return double
    }

    private func sale(_ id: String, _ amount: JSONValue = 9990, _ more: [JSONValue.Member] = []) -> JSONValue {
        .object([.init("uid", "user_7"), .init("event_id", .string(id)), .init("amount", amount)] + more)
    }

    @Test func `the rule table holds, row by row`() throws {
        let double = make()
        let (signup, sell, refund) = ("POST /track/signup", "POST /track/sale", "POST /track/refund")
        let back: JSONValue = ["uid": "user_7", "event_id": "r1", "amount": 3333, "sale_event_id": "s1"]
        let rows: [DoubleRow] = [
            .init(signup, ["tid": "click_1"], 400, "Email and uid can not be blank"),
            .init(signup, ["uid": "user_7"], 400, "Tid and ref_id"),
            .init(signup, ["uid": "user_7", "tid": "test"], 404, "Visitor invalid"),
            .init(signup, ["uid": "user_7", "tid": "click_old"], 404, "Visitor invalid"),
            .init(signup, ["uid": "user_7", "ref_id": "nobody"], 404, "Visitor invalid"),
            .init(sell, sale("s1"), 404, "not_found"),
            .init(signup, ["uid": "user_7", "tid": "click_1"], 200, #""etype":"signup""#),
            .init(signup, ["uid": "user_7", "tid": "click_1"], 422, "there is already a signup event"),
            .init(sell, ["event_id": "s1", "amount": 1], 400, "blank"), .init(sell, sale("s1", 0), 400, "Amount blank"),
            .init(sell, sale("s1", "12"), 400, "Amount blank"), .init(sell, sale(""), 400, "Event id"),
            .init(sell, sale("s1", 1, [.init("currency", "XXY")]), 422, "validation_error"),
            .init(sell, sale("s1"), 200, #""commission_type":"sale""#),
            .init(sell, sale("s1"), 409, "The 'sale' event with the id 's1' already exists"),
            .init(refund, ["uid": "user_8", "event_id": "r1", "amount": 1], 204),
            .init(refund, ["uid": "user_7", "event_id": "r1"], 400, "Amount blank"),
            .init(refund, back, 200, #""amount_cents":-3333"#),
            .init(refund, back, 409, "The 'refund' event with the id 'r1' already exists"),
            .init("POST /track/cancellation", ["uid": "user_8"], 404),
            .init("POST /track/cancellation", [:], 400, "blank"),
            .init("POST /track/cancellation", ["uid": "user_7"], 200, #""state":"cancelled""#),
            .init(
                sell,
                ["email": "a@example.com", "event_id": "s2", "amount": 5, "promo_code": "SARAH10"],
                200,
                #""id":2"#
            ),
            .init("GET /company/commissions?per_page=5", nil, 422, "per_page"),
            .init("GET /company/commissions?per_page=20", nil, 200, #""sale_amount":-3333"#),
            .init("GET /company/referrals/user_7?find_by=uid", nil, 200, #""id":1"#),
            .init("GET /company/referrals/a@example.com?find_by=email", nil, 200, #""id":2"#),
            .init("DELETE /company/referrals", [:], 422, "ids"),
            .init("DELETE /company/referrals", ["ids": [1]], 200, "completed"),
            .init("GET /company/referrals/user_7?find_by=uid", nil, 404, "not_found"),
            .init("DELETE /company/referrals", ["ids": [1, 2, 3, 4, 5, 6]], 202, "in_progress"),
            .init("POST /track/nothing", [:], 404, "not_found"), .init("GET /nothing", nil, 404, "not_found"),
        ]
        try double.walk(rows, headers: key)
        #expect(double.bookings.map(\.remaining.minor) == [6657, 5])
    }

    @Test func `both headers are needed`() throws {
        let double = make {
            $0.key = Secret("fp_1")
            $0.account = "acc_1"
        }
        let wrong: [HeaderFields] = [
            [:], ["Authorization": "Bearer fp_1"], ["ACCOUNT-ID": "acc_1"],
            ["Authorization": "Bearer fp_2", "ACCOUNT-ID": "acc_1"],
            ["Authorization": "Bearer fp_1", "ACCOUNT-ID": "acc_2"],
        ]
        for headers in wrong {
            #expect(try double.ask("POST /track/sale", sale("s1"), headers: headers).status == 401)
        }
        #expect(try double.ask("POST /track/sale", sale("s1"), headers: key).status == 404)
    }

    @Test func `what the references leave open is switchable`() throws {
        let first = sale("s1", 100, [.init("tid", "click_1")])
        let banned = make { $0.banned = ["sarah123"] }
        try banned.walk([.init("POST /track/sale", first, 404, "banned")], headers: key)
        let denying = make { $0.deniesCommissions = true }
        try denying.walk([.init("POST /track/sale", first, 200, #""status":"denied""#)], headers: key)
        #expect(denying.bookings.map(\.remaining.minor) == [0])
        let plain = make {
            $0.strangerRefundStatus = 404
            $0.repeatedSignupStatus = 409
            $0.wrapsLists = true
            $0.callsPerMinuteMax = 5
        }
        let signup: JSONValue = ["uid": "user_7", "tid": "click_1"]
        try plain.walk(
            [
                .init("POST /track/refund", ["uid": "x", "event_id": "r", "amount": 1], 404),
                .init("POST /track/signup", signup, 200), .init("POST /track/signup", signup, 409),
                .init("POST /track/sale", sale("s1"), 200), .init("GET /company/commissions", nil, 200, #"{"data":["#),
                .init("GET /company/commissions", nil, 429, "too_many_requests"),
            ],
            headers: key
        )
    }
}
