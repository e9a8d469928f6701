// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributaryServer
import TributaryTesting

@Suite struct RefersionDoubleTests {
    private let keys: HeaderFields = ["Refersion-Public-Key": "pub_1", "Refersion-Secret-Key": "sec_1"]

    private func make(_ change: (inout RefersionDouble.Rules) -> Void = { _ in }) -> RefersionDouble {
        var rules = RefersionDouble.Rules()
        change(&rules)
        let double = RefersionDouble(rules) { noon }
        double.seed(.sample)
        return double
    }

    private static let paid = "POST /tracker/orders/paid"
    private static let cancel = "POST /v2/conversion/cancel"

    private func order(_ id: JSONValue, cart: JSONValue = "click_1", price: JSONValue = .number("9.50")) -> JSONValue {
        [
            "order_id": id, "cart_id": cart, "currency_code": "EUR",
            "items": [["sku": "mug", "price": price, "quantity": 2]],
        ]
    }

    private func items(_ price: String, sku: JSONValue = "mug") -> JSONValue {
        ["order_id": "1", "items": [["sku": sku, "price": .number(price), "quantity": 1]]]
    }

    @Test func `the rule table holds, row by row`() throws {
        let double = make()
        let coupon: JSONValue = [
            "order_id": "3", "discount_code": "SARAH10", "currency_code": "EUR",
            "items": [["sku": "mug", "price": 1, "quantity": 1]],
        ]
        let rows: [DoubleRow] = [
            .init(Self.paid, nil, 404, "no body"), .init(Self.paid, [:], 400, "order_id"),
            .init(Self.paid, ["order_id": "1"], 422, "currency_code"),
            .init(Self.paid, order("1", price: "9.50"), 422, "items"),
            .init(Self.paid, order("1", price: -1), 422, "items"),
            .init(Self.paid, order("1"), 200, #""conversion_id":"1001""#),
            .init(Self.paid, order("1"), 200, #""conversion_id":"1001""#),
            .init(Self.paid, order("2", cart: "click_x"), 200, #""conversion_id":null"#),
            .init(Self.paid, coupon, 200, #""conversion_id":"1003""#),
            .init(Self.cancel, [:], 400, "order_id"), .init(Self.cancel, ["order_id": "1"], 400, "items"),
            .init(Self.cancel, ["order_id": "2", "items": []], 422, "Order not found"),
            .init(Self.cancel, items("1", sku: "pen"), 422, "SKU not found"),
            .init(Self.cancel, items("9.50"), 200, "conversion_id"),
            .init(Self.cancel, items("9.50"), 422, "canceled already"),
            .init("POST /conversion/totals", [:], 200, "total_conversions"), .init("GET /conversion/totals", nil, 404),
            .init("POST /affiliate/list", [:], 404),
        ]
        try double.walk(rows, headers: keys)
        #expect(double.bookings.map(\.remaining.minor) == [950, 100])
    }

    @Test func `what the references leave open is switchable`() throws {
        let silent = make { $0.orderAnswer = .silent }
        try silent.walk(
            [.init(Self.paid, order("1"), 200, "received"), .init(Self.paid, order("2", cart: "x"), 200, "received")],
            headers: keys
        )
        #expect(silent.bookings.count == 1)
        for (repeated, status) in [(RefersionDouble.Rules.RepeatedOrder.refused, 400), (.conflict, 409)] {
            try make { $0.repeatedOrder = repeated }.walk(
                [.init(Self.paid, order("1"), 200), .init(Self.paid, order("1"), status)],
                headers: keys
            )
        }
        let twice = make { $0.refusesRepeatedCancellation = false }
        try twice.walk(
            [
                .init(Self.paid, order("1"), 200), .init(Self.cancel, items("1"), 200),
                .init(Self.cancel, items("1"), 200),
            ],
            headers: keys
        )
        #expect(twice.bookings.map(\.remaining.minor) == [1700])
    }

    @Test func `wrong keys are refused`() throws {
        let double = make { $0.keys = ("pub_1", Secret("sec_1")) }
        for headers: HeaderFields in [[:], ["Refersion-Public-Key": "pub_1", "Refersion-Secret-Key": "x"]] {
            #expect(try double.ask(Self.paid, order("1"), headers: headers).status == 401)
        }
        try double.walk([.init(Self.paid, order("1"), 200)], headers: keys)
    }
}
