// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributaryServer
import TributaryTesting

@Suite struct DubDoubleTests {
    private let key: HeaderFields = ["Authorization": "Bearer dub_1"]

    private func make(_ change: (inout DubDouble.Rules) -> Void = { _ in }) -> DubDouble {
        var rules = DubDouble.Rules()
        change(&rules)
        let double = DubDouble(rules) { noon }
        double.seed(.sample)
        return double
    }

    private func lead(_ click: String, _ user: JSONValue = "user_7", mode: String = "wait") -> JSONValue {
        ["clickId": .string(click), "eventName": "Sign Up", "customerExternalId": user, "mode": .string(mode)]
    }

    private func sale(_ invoice: String, _ amount: JSONValue = 9990, _ more: [JSONValue.Member] = []) -> JSONValue {
        .object(
            [
                .init("customerExternalId", "user_7"), .init("amount", amount), .init("currency", "eur"),
                .init("invoiceId", .string(invoice)),
            ] + more
        )
    }

    @Test func `the rule table holds, row by row`() throws {
        let double = make()
        let leadLine = "POST /track/lead"
        let saleLine = "POST /track/sale"
        let change = "PATCH /commissions/cm_1"
        let link: JSONValue = ["domain": "go.acme.example", "key": "sarah123"]
        let rows: [DoubleRow] = [
            .init("POST /track/click", ["key": "sarah123"], 422, "domain"),
            .init("POST /track/click", ["domain": "d", "key": "nobody"], 404, "Link not found"),
            .init("POST /track/click", link, 200, #""clickId":"dubclick1""#),
            .init("POST /track/click", link, 200, #""clickId":"dubclick1""#),
            .init(leadLine, ["eventName": "Sign Up", "customerExternalId": "user_7"], 422, "clickId"),
            .init(leadLine, lead("click_1", ""), 422, "customerExternalId"),
            .init(leadLine, lead("click_1", mode: "soon"), 422, "mode"),
            .init(leadLine, lead(""), 400, "clickId is empty"),
            .init(leadLine, lead("click_old"), 404, "not_found"),
            .init(saleLine, sale("in_0"), 200, #""customer":null,"sale":null"#),
            .init(saleLine, sale("in_0", 9990, [.init("clickId", "nothing")]), 404, "Click event not found"),
            .init(leadLine, lead("dubclick1"), 200, #""externalId":"user_7""#),
            .init(leadLine, lead(""), 200, #""id":"dubclick1""#),
            .init(saleLine, sale("in_1", "9990"), 422, "amount"), .init(saleLine, sale("in_1", -1), 422, "amount"),
            .init(saleLine, sale("in_1", 0), 200, #""sale":null"#),
            .init(saleLine, sale("in_1", 1, [.init("leadEventName", "Other")]), 404, "Lead event not found"),
            .init(saleLine, sale("in_1", 1, [.init("paymentProcessor", "cash")]), 422, "paymentProcessor"),
            .init(saleLine, sale("in_1"), 200, #""amount":9990,"currency":"usd""#),
            .init(saleLine, sale("in_1", 5), 200, #""amount":9990"#),
            .init("GET /commissions?invoiceId=in_1", nil, 200, #""id":"cm_1""#),
            .init("GET /commissions?invoiceId=in_2", nil, 200, "[]"),
            .init("GET /commissions?pageSize=101", nil, 422, "pageSize"),
            .init("GET /commissions?startingAfter=cm_9", nil, 422, "cursor"),
            .init("PATCH /commissions/cm_9", [:], 404, "not found"),
            .init(change, ["status": "paid"], 422, "status"), .init(change, ["saleAmount": -1], 422, "saleAmount"),
            .init(change, ["status": "pending"], 400, "already in the pending status"),
            .init(change, ["saleAmount": 6657, "currency": "eur"], 200, #""amount":6657"#),
            .init(change, ["modifySaleAmount": -657, "currency": "eur"], 200, #""amount":6000"#),
            .init(change, ["saleAmount": 0], 200, #""status":"refunded""#),
            .init(change, ["saleAmount": 5000], 200, #""status":"refunded""#),
            .init(change, ["status": "pending"], 200, #""amount":5000"#),
            .init("GET /customers?externalId=user_7", nil, 200, "cus_1"),
            .init("DELETE /customers/ext_user_7", nil, 200, "cus_1"),
            .init("DELETE /customers/ext_user_7", nil, 404, "not_found"),
            .init("GET /nothing", nil, 404, "not_found"),
        ]
        try double.walk(rows, headers: key)
        #expect(double.bookings.map(\.remaining.minor) == [5000])
    }

    @Test func `keys of the wrong kind are refused, and clicks need none`() throws {
        let double = make { $0.key = Secret("dub_1") }
        for token in ["", "Bearer ", "Bearer dub_pk_1", "Bearer dub_2"] {
            let response = try double.ask("POST /track/sale", sale("in_1"), headers: ["Authorization": token])
            #expect(response.status == 401)
        }
        let link: JSONValue = ["domain": "d", "key": "sarah123"]
        #expect(try double.ask("POST /track/click", link, headers: [:]).status == 200)
        let strict = make { $0.origins = ["https://acme.example"] }
        #expect(try strict.ask("POST /track/click", link, headers: [:]).status == 403)
        #expect(try strict.ask("POST /track/click", link, headers: ["Origin": "https://acme.example"]).status == 200)
    }

    @Test func `what differs between versions is switchable`() throws {
        let line = "POST /track/sale"
        let slow = make {
            $0.salesBeforeLead = 1
            $0.looksBeforeCommission = 1
        }
        try slow.walk(
            [
                .init("POST /track/lead", lead("click_1", mode: "async"), 200), .init(line, sale("in_1"), 404),
                .init(line, sale("in_1"), 200, "cus_1"), .init("GET /commissions?invoiceId=in_1", nil, 200, "[]"),
                .init("GET /commissions?invoiceId=in_1", nil, 200, "cm_1"),
            ],
            headers: key
        )
        let named = [JSONValue.Member("clickId", "click_old")]
        for (credits, status) in [(true, 404), (false, 200)] {
            let double = make { $0.creditsNamedClick = credits }
            try double.walk(
                [.init("POST /track/lead", lead("click_1"), 200), .init(line, sale("in_1", 1, named), status)],
                headers: key
            )
        }
        let forgetful = make { $0.remembersNobody = true }
        let found = sale("in_1", 1, [.init("clickId", "click_1")])
        try forgetful.walk(
            [.init(line, sale("in_1"), 200, "null"), .init(line, found, 200, #""sale":null"#)],
            headers: key
        )
        let limited = make { $0.callsPerMinuteMax = 1 }
        try limited.walk([.init(line, sale("in_1"), 200), .init(line, sale("in_1"), 429, "rate_limit")], headers: key)
    }
}
