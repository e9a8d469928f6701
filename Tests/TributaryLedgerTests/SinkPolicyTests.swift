// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

@Suite struct SinkPolicyTests {
    @Test func `metadata of another platform attributes nothing to a sink`() {
        var event = Event(
            id: "evt_1",
            source: "stripe",
            kind: .paymentSucceeded,
            key: Reference("invoice", "in_1"),
            time: Timestamp(unixSeconds: 0),
            provider: ProviderFacts(name: "stripe", event: "evt_1", type: "invoice.paid")
        )
        event.attribution.params = [.init("affitor_click_id", "cust_1")]
        let affonso = SinkPolicy(name: "affonso", kinds: [.paymentSucceeded], parameters: ["affonso_referral"])
        let affitor = SinkPolicy(name: "affitor", kinds: [.paymentSucceeded], parameters: ["affitor_click_id"])
        #expect(!affonso.isAttributed(event))
        #expect(affitor.isAttributed(event))
    }
}
