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

/// The same sale is counted twice.
@Suite(.timeLimit(.minutes(2))) struct Pain05CountedTwiceTests {
    @Test func `the checkout and its first invoice are one sale`() async throws {
        let shop = try Installation()
        let ada = Purchase()
        try await shop.stripe("invoice.paid", ada.invoice(1, isOld: true), api: "2024-09-30.acacia")
        try await shop.stripe("checkout.session.completed", ada.session(subscription: true))
        try await shop.stripe("invoice.payment_succeeded", ada.invoice(1, isOld: true), api: "2024-09-30.acacia")
        try await shop.deliver()
        for platform in Installation.four { #expect(shop.books(platform) == ["99.00 EUR"], "\(platform)") }
    }

    @Test func `two types of webhooks that tell one payment are one sale, each with its ids`() async throws {
        let shop = try Installation()
        let ada = Purchase()
        try await shop.stripe("checkout.session.completed", ada.session())
        try await shop.stripe("checkout.session.async_payment_succeeded", ada.session())
        try await shop.deliver()
        for platform in Installation.four { #expect(shop.books(platform) == ["99.00 EUR"], "\(platform)") }
        try await shop.expectBalance()
    }

    @Test func `two endpoints at the provider that send the same events count each once`() async throws {
        let shop = try Installation()
        let ada = Purchase()
        for _ in 0..<2 { try await shop.stripe("checkout.session.completed", ada.session(), id: "evt_same") }
        try await shop.deliver()
        for platform in Installation.four { #expect(shop.books(platform) == ["99.00 EUR"], "\(platform)") }
    }

    @Test(arguments: ["affitor", "dub", "firstpromoter", "tolt", "partnerstack"])
    func `where the platform's own connection tells it of sales, we do not`(_ platform: String) async throws {
        let shop = try Installation([platform], settings: [platform: [.init("mode", "native")]])
        try await shop.stripe("checkout.session.completed", Purchase().session())
        try await shop.stripe("refund.created", Purchase().refund("re_1", 9900))
        try await shop.deliver()
        #expect(shop.books(platform) == [])
        #expect(!(try await shop.fates(platform)).joined().contains("delivered"))
    }

    @Test(arguments: ["affonso", "tapfiliate", "refersion", "trackdesk"])
    func `where it has no such connection, money is left out of what is sent`(_ platform: String) async throws {
        let send: JSONValue = platform == "refersion" ? ["refund.succeeded"] : ["customer.created"]
        let shop = try Installation(
            [platform],
            settings: [platform: [.init("send", send)] + (platform == "trackdesk" ? [.init("lead_type", "lead")] : [])]
        )
        try await shop.stripe("checkout.session.completed", Purchase().session())
        try await shop.deliver()
        #expect(shop.books(platform) == [])
    }

    @Test func `a pixel and the server that say one external id are one conversion`() async throws {
        let shop = try Installation(["tapfiliate"])
        let front = try #require(shop.platforms["tapfiliate"])
        // As the page's pixel tells it: the id is the token's name and the order's number, known to the page.
        let pixel: JSONValue = [
            "external_id": "backend:order:1001", "amount": 49, "currency": "EUR", "click_id": "tap_1",
        ]
        let transport = MemoryTransport(front) { .now }
        var call = Call("pixel", method: "POST", url: "https://api.tapfiliate.com/1.6/conversions/")
        call.headers.set("X-Api-Key", "public")
        call.headers.set("Content-Type", "application/json")
        call.body = pixel.encoded()
        let result = transport.perform(call)
        guard case .answer(let answer) = result, answer.status == 200 else {
            Issue.record("\(result)")
            return
        }
        let order = """
            { "id": "order-1001-paid", "type": "payment.succeeded", "subject": "order:1001", "data": {
              "total": { "amount": "49.00", "currency": "EUR" },
              "attribution": { "params": { "tapfiliate_click_id": "tap_1" } } } }
            """
        try await shop.engine.recordEvents(Array(order.utf8), from: "backend").expectStored()
        try await shop.deliver()
        #expect(shop.books("tapfiliate") == ["49.00 EUR"])
        #expect(try await shop.fates("tapfiliate") == ["payment.succeeded duplicate"])
    }
}
