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

/// Zero- and three-decimal currencies.
@Suite(.timeLimit(.minutes(2))) struct Pain09CurrenciesTests {
    @Test func `every currency of ISO 4217 keeps its decimals from the text to the books and back`() async throws {
        let shop = try Installation(["affonso"], settings: ["affonso": [.init("organic", true)]])
        for code in Currency.allCodes {
            let currency = try #require(Currency(code))
            let money = Money(minor: 1_234_567, currency)
            let order = """
                { "id": "\(code)", "type": "payment.succeeded", "subject": "order:\(code)", "data": {
                  "total": { "amount": "\(money.majorText)", "currency": "\(code)" },
                  "attribution": { "params": { "affonso_referral": "ref_1" } } } }
                """
            try await shop.engine.recordEvents(Array(order.utf8), from: "backend").expectStored()
        }
        for stored in try await shop.store.events(after: 0, limit: 1000) {
            #expect(stored.event.total?.minor == 1_234_567)
        }
        for _ in 0..<3 { try await shop.pass(.seconds(30)) }
        let booked = shop.platforms["affonso"]?.double.bookings ?? []
        #expect(booked.count == Currency.allCodes.count)
        for booking in booked { #expect(booking.sale.minor == 1_234_567, "\(booking)") }
    }

    /// What Stripe writes for 12.34, or for 1234 where there are no decimals, and what it is.
    @Test(arguments: [
        ("eur", 1234, "12.34 EUR"), ("jpy", 1234, "1234 JPY"), ("kwd", 1230, "1.230 KWD"), ("isk", 1200, "12 ISK"),
        ("ugx", 1200, "12 UGX"), ("clp", 1234, "1234 CLP"), ("krw", 1234, "1234 KRW"), ("bhd", 1230, "1.230 BHD"),
    ])
    func `the provider's exceptions are undone where it is read`(_ code: String, _ minor: Int, _ text: String)
        async throws
    {
        let shop = try Installation(["affonso"])
        try await shop.stripe("checkout.session.completed", Purchase("ada", Int64(minor), currency: code).session())
        try await shop.deliver()
        #expect(shop.books("affonso") == [text])
    }

    @Test(arguments: ["affitor", "dub"])
    func `for three decimals there is a policy: refused in words, or sent as it stands`(_ platform: String) async throws
    {
        for policy in ["refuse", "iso_minor"] {
            let shop = try Installation([platform], settings: [platform: [.init("three_decimals", .string(policy))]])
            try await shop.stripe("checkout.session.completed", Purchase("ada", 1230, currency: "kwd").session())
            for _ in 0..<4 { try await shop.pass(.seconds(60)) }
            let record = try #require(try await shop.records(platform, .paymentSucceeded).first)
            if policy == "refuse" {
                #expect(record.state == .ended(.permanent) && record.reason?.contains("three") == true, "\(record)")
                #expect(shop.books(platform) == [])
            } else {
                #expect(record.state == .ended(.delivered), "\(record)")
                #expect(shop.platforms[platform]?.double.bookings.map(\.sale.minor) == [1230])
            }
        }
    }
}
