// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributaryServer
import TributaryTesting

@Suite struct TrackdeskDoubleTests {
    private func make(_ change: (inout TrackdeskDouble.Rules) -> Void = { _ in }) -> TrackdeskDouble {
        var rules = TrackdeskDouble.Rules()
        change(&rules)
        let double = TrackdeskDouble(rules) { noon }
        double.seed(.sample)
        return double
    }

    private static let line = "POST /tracking/conversion/v1"

    private func sale(_ id: JSONValue, _ value: JSONValue = "99.90", cid: JSONValue = "click_1") -> JSONValue {
        [
            "cid": cid, "conversionTypeCode": "sale", "amount": ["value": value], "customerId": "user_7",
            "externalId": id,
        ]
    }

    @Test func `the rule table holds, row by row`() throws {
        let double = make()
        let renewal: JSONValue = [
            "conversionTypeCode": "sale", "amount": ["value": "5"], "customerId": "user_7", "externalId": "4",
        ]
        let query = "?conversionTypeCode=sale&cid=click_1&amount.value=1.50&externalId=5"
        let rows: [DoubleRow] = [
            .init(Self.line, nil, 400, "Invalid body"), .init(Self.line, [:], 400, "conversionTypeCode"),
            .init(Self.line, sale("1", .number("99.90")), 400, "must be a string"),
            .init(Self.line, sale("1", "x"), 400, "must be a string"),
            .init(Self.line, sale("1", cid: "click_old"), 404, "CID not found"),
            .init(Self.line, renewal, 404, "CID not found"),
            .init(Self.line, sale("1"), 200, #""affiliateId":"sarah123""#),
            .init(Self.line, sale("1"), 400, "already exists"),
            .init(Self.line, ["cid": "click_1", "conversionTypeCode": "lead", "externalId": "1"], 200, "conv_2"),
            .init(Self.line, renewal, 200, "sarah123"),
            .init("GET /tracking/conversion/v1" + query, nil, 200, "sarah123"),
            .init("PUT /tracking/conversion/v1", [:], 405), .init("POST /tracking/click/v1", [:], 404, "Not found"),
        ]
        try double.walk(rows, headers: [:])
        #expect(double.bookings.map(\.sale.minor) == [9990, 500, 150])
    }

    @Test func `what the references leave open is switchable`() throws {
        let stored = make { $0.unknownClick = .stored }
        try stored.walk([.init(Self.line, sale("1", cid: "x"), 200, #""affiliateId":null"#)], headers: [:])
        #expect(stored.bookings.isEmpty)
        try make { $0.conversionAnswer = .empty }.walk([.init(Self.line, sale("1"), 204)], headers: [:])
        try make { $0.repeatedStatus = 409 }.walk(
            [.init(Self.line, sale("1"), 200), .init(Self.line, sale("1"), 409)],
            headers: [:]
        )
    }
}
