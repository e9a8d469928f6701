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

/// Webhook retries create duplicates, and every platform treats duplicates differently.
@Suite(.timeLimit(.minutes(2))) struct Pain06DuplicatesTests {
    @Test func `a webhook that is repeated five times, also across a restart, is one`() async throws {
        let shop = try Installation()
        for round in 0..<5 {
            let receipt = try await shop.stripe("checkout.session.completed", Purchase().session(), id: "evt_1")
            guard case .settled(let settlements) = receipt.result else {
                Issue.record("\(receipt)")
                return
            }
            #expect(settlements.map(\.status) == [round == 0 ? .stored : .repeated])
            try await shop.deliver()
            if round == 2 { try await shop.restart() }
        }
        for platform in Installation.four { #expect(shop.books(platform) == ["99.00 EUR"], "\(platform)") }
        #expect(try await shop.store.webhooks(WebhookQuery()).count == 1)
    }

    @Test func `the same money under another webhook's id is the same money`() async throws {
        let shop = try Installation()
        for id in ["evt_1", "evt_2", "evt_3"] {
            try await shop.stripe("checkout.session.completed", Purchase().session(), id: id)
        }
        try await shop.deliver()
        for platform in Installation.four { #expect(shop.books(platform) == ["99.00 EUR"], "\(platform)") }
        try await shop.expectBalance()
    }

    /// 409, 200 with the first body, a 4xx, a lookup: what each platform says the second time.
    @Test(
        arguments: ["affitor", "affonso", "dub", "firstpromoter", "tapfiliate", "tolt"],
        [FaultPlan.Fault.errorAfter(status: 500), .resetAfter]
    )
    func `a sale whose first answer was lost is there once and ends as stored`(
        _ platform: String,
        _ fault: FaultPlan.Fault
    ) async throws {
        let isAffitor = platform == "affitor"
        let shop = try Installation(
            [platform],
            settings: [platform: isAffitor ? [.init("duplicate_after_error", "accept")] : []]
        )
        try await shop.engine.lead(
            Lead(id: "l", user: "user_ada", click: "click_1", params: [.init("ref", "sarah123")])
        )
        .expectStored()
        try await shop.deliver()
        shop.platforms[platform]?.begin(FaultPlan([.init(fault, .range(1...1))]))
        let metadata: JSONValue = ["user_id": "user_ada", "click_id": "click_1", "ref": "sarah123"]
        try await shop.stripe("checkout.session.completed", Purchase(metadata: metadata).session())
        for _ in 0..<6 { try await shop.pass(.seconds(120)) }
        #expect(shop.books(platform) == ["99.00 EUR"])
        let end = try await shop.records(platform, .paymentSucceeded).first?.state
        #expect(end == .ended(.delivered) || end == .ended(.duplicate), "\(platform)")
    }
}
