// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

@Suite struct AttributionKeysTests {
    private static let own = "tbc_0123456789abcdef0123456789abcdef"
    private static let other = "tbc_fedcba9876543210fedcba9876543210"

    private static func attribution(_ params: [Attribution.Parameter]) -> Attribution {
        var event = Event(
            id: "evt_1",
            source: "stripe",
            kind: .paymentSucceeded,
            key: Reference("invoice", "in_1"),
            time: Timestamp(unixSeconds: 0),
            provider: ProviderFacts(name: "stripe", event: "evt_1", type: "invoice.paid")
        )
        event.attribution.params = params
        AttributionKeys().apply(to: &event)
        return event.attribution
    }

    @Test(arguments: ["tributary_click", "click_id", "affonso_referral", "affitor_click_id", "ref"])
    func `our own click id is understood under whatever name the merchant kept it`(name: String) {
        let found = Self.attribution([.init(name, Self.own + ".1790000000.signature"), .init("via", "sarah")])
        #expect(found.landing == Self.own)
        #expect(found.click == nil)
        #expect(found.code == "sarah")
        #expect(found.params.map(\.name) == ["via"])
    }

    @Test func `of two own click ids the one under its own name counts`() {
        let found = Self.attribution([.init("click_id", Self.other), .init("tributary_click", Self.own)])
        #expect(found.landing == Self.own)
        #expect(found.params.isEmpty)
    }

    @Test func `a platform's click id stays what it is`() {
        let found = Self.attribution([.init("click_id", "tbc_short")])
        #expect(found.landing == nil)
        #expect(found.click == "tbc_short")
    }
}
