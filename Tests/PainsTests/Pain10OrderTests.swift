// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryMapping
import TributaryModel
import TributaryServer
import TributarySigning
import TributaryTesting

@testable import TributaryCommand
@testable import TributaryCommandTests

/// Events arrive out of order or too fast.
@Suite(.timeLimit(.minutes(3))) struct Pain10OrderTests {
    /// A subscription's life, as Stripe tells it.
    private static func life() -> [(type: String, object: JSONValue)] {
        let ada = Purchase()
        return [
            ("checkout.session.completed", ada.session(subscription: true)), ("invoice.paid", ada.invoice(1)),
            ("invoice_payment.paid", ada.tie(1)), ("invoice.paid", ada.invoice(2)),
            ("invoice_payment.paid", ada.tie(2)), ("refund.created", ada.refund("re_1", 2000, of: "pi_ada_1")),
            ("refund.created", ada.refund("re_2", 1000, of: "pi_ada_1")),
            ("refund.created", ada.refund("re_3", 9900, of: "pi_ada_2")),
        ]
    }

    @Test(arguments: 0..<12)
    func `whatever the order of arrival, the books are the same`(_ round: Int) async throws {
        let platforms = ["affonso", "tapfiliate", "dub"]
        let shop = try Installation(platforms)
        var told = Self.life()
        if round == 0 { told.reverse() } else { told.shuffle() }
        for (type, object) in told {
            try await shop.stripe(type, object)
            if Bool.random() { try await shop.deliver() }
        }
        for _ in 0..<4 { try await shop.pass(.seconds(1900)) }
        for platform in platforms {
            let order = told.map(\.type)
            #expect(
                shop.books(platform).sorted() == ["99.00 EUR, 0.00 left", "99.00 EUR, 69.00 left"],
                "\(platform) \(order)"
            )
        }
        try await shop.expectBalance()
    }

    @Test func `a sale that comes before its lead goes out behind it`() async throws {
        let shop = try Installation(["affitor", "dub"])
        let bare = Purchase(metadata: ["user_id": "user_ada"])
        try await shop.stripe("checkout.session.completed", bare.session())
        let params: [Attribution.Parameter] = [.init("affitor_click_id", "clk_1"), .init("dubClickId", "dub_1")]
        try await shop.engine.lead(Lead(id: "l", user: "user_ada", params: params)).expectStored()
        try await shop.deliver()
        for platform in ["affitor", "dub"] {
            #expect(shop.books(platform) == ["99.00 EUR"], "\(platform)")
            #expect(
                try await shop.records(platform).map { "\($0.event.kind.rawValue) \($0.attempts)" }.sorted()
                    == ["customer.created 1", "payment.succeeded 1"],
                "each in one call, because none came too early"
            )
        }
    }

    @Test func `a sale that the platform finds no customer for yet is tried again, so often and no more`() async throws
    {
        var rules = DubDouble.Rules()
        rules.salesBeforeLead = 2
        let shop = try Installation(
            ["dub"],
            settings: ["dub": [.init("lead_mode", "async")]],
            doubles: ["dub": DubDouble(rules) { .now }]
        )
        try await shop.engine.lead(Lead(id: "l", user: "user_ada", params: [.init("dubClickId", "dub_1")]))
            .expectStored()
        let bare = Purchase(metadata: ["user_id": "user_ada"])
        try await shop.stripe("checkout.session.completed", bare.session())
        for _ in 0..<10 { try await shop.pass(.seconds(1800)) }
        #expect(shop.books("dub") == ["99.00 EUR"])
        let attempts = try #require(try await shop.records("dub", .paymentSucceeded).first?.attempts)
        #expect((2...4).contains(attempts), "\(attempts)")
    }

    @Test func `a late event of an earlier time does not undo a later one`() async throws {
        let shop = try Installation(["affonso"])
        let ada = Purchase()
        try await shop.stripe("checkout.session.completed", ada.session())
        try await shop.stripe("charge.refunded", ada.charge(refunded: 9900))
        try await shop.deliver()
        // An older running sum, and the sale once more.
        try await shop.stripe("charge.refunded", ada.charge(refunded: 2000))
        try await shop.stripe("checkout.session.async_payment_succeeded", ada.session())
        try await shop.deliver()
        #expect(shop.books("affonso") == ["99.00 EUR, 0.00 left"])
    }
}
