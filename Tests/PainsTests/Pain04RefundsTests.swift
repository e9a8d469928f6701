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

/// Refunds cannot be matched to the sale.
@Suite(.timeLimit(.minutes(2))) struct Pain04RefundsTests {
    @Test func `a refund that names another object than the sale finds it, at every platform`() async throws {
        let shop = try Installation()
        let ada = Purchase()
        // Sold as an invoice, tied to a payment intent by an event of its own, refunded by the payment intent.
        try await shop.stripe("checkout.session.completed", ada.session(subscription: true))
        try await shop.stripe("invoice.paid", ada.invoice(1))
        try await shop.stripe("invoice_payment.paid", ada.tie(1))
        try await shop.deliver()
        try await shop.stripe("refund.created", ada.refund("re_1", 2000, of: "pi_ada_1"))
        try await shop.deliver()
        for platform in Installation.four { #expect(shop.books(platform) == ["99.00 EUR, 79.00 left"], "\(platform)") }
    }

    /// The platform stores the sale and its answer, with the id that a refund needs, is lost.
    @Test(arguments: ["affonso", "tapfiliate", "dub", "tolt"])
    func `the platform's own id is regained where its answer was lost`(_ platform: String) async throws {
        let shop = try Installation([platform])
        let ada = Purchase(metadata: ["user_id": "user_ada", "click_id": "click_1", "ref": "sarah123"])
        try await shop.engine.lead(
            Lead(id: "l", user: "user_ada", click: "click_1", params: [.init("ref", "sarah123")])
        )
        .expectStored()
        try await shop.deliver()
        let front = try #require(shop.platforms[platform])
        front.begin(FaultPlan([.init(.resetAfter, .range(1...1))]))
        try await shop.stripe("checkout.session.completed", ada.session())
        for _ in 0..<5 { try await shop.pass(.seconds(60)) }
        front.begin(FaultPlan())
        try await shop.stripe("refund.created", ada.refund("re_1", 9900))
        for _ in 0..<5 { try await shop.pass(.seconds(60)) }
        #expect(shop.books(platform) == ["99.00 EUR, 0.00 left"], "\(platform)")
    }

    @Test func `a refund that comes before its sale waits for it`() async throws {
        let shop = try Installation()
        let ada = Purchase()
        try await shop.stripe("refund.created", ada.refund("re_1", 2000))
        try await shop.deliver()
        for platform in Installation.four {
            #expect(try await shop.fates(platform) == ["refund.succeeded blocked by sale"], "\(platform)")
        }
        try await shop.pass(.seconds(86_400))
        try await shop.stripe("checkout.session.completed", ada.session())
        try await shop.deliver()
        for platform in Installation.four { #expect(shop.books(platform) == ["99.00 EUR, 79.00 left"], "\(platform)") }
    }
}
