// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import TributaryCommand
@testable import TributaryCommandTests

/// Amount unit mistakes (×100 or ÷100).
@Suite(.timeLimit(.minutes(3))) struct Pain08UnitsTests {
    /// Platforms that take any currency of an amount, one after the other.
    static let platforms = [
        "affitor", "affonso", "dub", "firstpromoter", "partnerstack", "refersion", "tapfiliate",
    ]

    private static func order(_ code: String, _ amount: String) -> String {
        """
        { "id": "\(code)", "type": "payment.succeeded", "subject": "order:\(code)", "data": {
          "total": { "amount": "\(amount)", "currency": "\(code)" }, "customer": { "user": "user_\(code)" },
          "lines": [{ "product": "pro", "quantity": 1, "total": { "amount": "\(amount)", "currency": "\(code)" } }],
          "attribution": { "click": "click_1", "code": "sarah123", "params": { "ps_xid": "click_1", "ref": "sarah123",
            "dubClickId": "click_1", "refersion_cart_id": "cart_\(code)", "cid": "click_1", "gspk": "sarah123" } } } }
        """
    }

    @Test(arguments: platforms)
    func `an amount in every currency of the world is the same at the platform, or is refused in words`(
        _ platform: String
    ) async throws {
        let shop = try Installation([platform])
        var expected: [String: Money] = [:]
        var generator = SystemRandomNumberGenerator()
        for code in Currency.allCodes {
            let currency = try #require(Currency(code))
            let money = Money(minor: Int64.random(in: 101...9_999_999, using: &generator), currency)
            expected[code] = money
            let lead = Lead(id: "l_\(code)", user: "user_\(code)", click: "click_1", params: [.init("ref", "sarah123")])
            try await shop.engine.lead(lead).expectStored()
            try await shop.engine.recordEvents(Array(Self.order(code, money.majorText).utf8), from: "b").expectStored()
        }
        for _ in 0..<4 { try await shop.pass(.seconds(30)) }
        let booked = Dictionary(
            grouping: shop.platforms[platform]?.double.bookings ?? [],
            by: \.sale.currency.code
        )
        for record in try await shop.records(platform, .paymentSucceeded) {
            let money = try #require(record.event.total)
            let code = money.currency.code
            switch record.state {
            case .ended(.delivered), .ended(.duplicate):
                #expect(booked[code]?.map(\.sale) == expected[code].map { [$0] }, "\(platform) \(code)")
            case .ended(.permanent):
                #expect(booked[code] == nil && record.reason?.isEmpty == false, "\(platform) \(code)")
                #expect(money.currency.exponent > 2, "only currencies of three decimals are refused: \(code)")
            default: Issue.record("\(platform) \(code): \(record.state) \(record.reason ?? "")")
            }
        }
        #expect(booked.count > 100, "\(platform): \(booked.count)")
    }

    @Test(arguments: ["tolt", "trackdesk"], ["EUR", "JPY", "USD", "CLP", "HUF"])
    func `where a program has one currency, amounts in it are the same there and others are refused`(
        _ platform: String,
        _ code: String
    ) async throws {
        let currency = try #require(Currency(code))
        var rules = TrackdeskDouble.Rules()
        rules.currency = currency
        let shop = try Installation(
            [platform],
            settings: [platform: [.init("program_currency", .string(code))]],
            doubles: platform == "trackdesk" ? ["trackdesk": TrackdeskDouble(rules, now: { .now })] : [:]
        )
        let money = Money(minor: 123_456, currency)
        for (code, amount) in [(code, money.majorText), ("SEK", "10.00")] {
            let lead = Lead(id: "l_\(code)", user: "user_\(code)", click: "click_1", params: [.init("ref", "sarah123")])
            try await shop.engine.lead(lead).expectStored()
            try await shop.engine.recordEvents(Array(Self.order(code, amount).utf8), from: "b").expectStored()
        }
        for _ in 0..<4 { try await shop.pass(.seconds(30)) }
        #expect(shop.platforms[platform]?.double.bookings.map(\.sale.minor) == [123_456])
        #expect(try await shop.records(platform, .paymentSucceeded).last?.state == .ended(.permanent))
    }

    @Test func `an amount a hundred times the median of its product raises an alarm`() async throws {
        let shop = try Installation(["affonso"])
        for (index, minor) in [990, 990, 990, 990, 990, 99_000].enumerated() {
            let buyer = Purchase("b\(index)", Int64(minor))
            try await shop.stripe("invoice.paid", buyer.invoice(1, metadata: buyer.metadata))
        }
        let run = try shop.run("doctor", "--offline", "--json")
        let findings = try JSONValue(parsing: Array(run.output.utf8)).elements ?? []
        let found = try #require(findings.first { $0["check"] == "amounts" }, "\(run.output)")
        #expect(found["remedy"]?.string?.contains("unit") == true, "\(found)")
        #expect(run.code == 1)
    }
}
