// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel

@Suite struct IdentifiersTests {
    @Test func `a platform's own metadata key goes before the event's common field`() {
        var event = Event(
            id: "evt_1",
            source: "stripe",
            kind: .paymentSucceeded,
            key: Reference("invoice", "in_1"),
            time: Timestamp(unixSeconds: 0),
            provider: ProviderFacts(name: "stripe", event: "evt_1", type: "invoice.paid")
        )
        event.attribution.click = "common"
        event.attribution.params = [
            .init("other_click", "theirs"), .init("our_click", ""), .init("our_click_id", "ours"),
        ]
        event.customer.ref = "cus_1"
        let identifiers = Identifiers(of: event, parameters: ["our_click": .click, "our_click_id": .click])
        #expect(identifiers[.click] == "ours")
        #expect(identifiers[.customer] == "cus_1")
        #expect(identifiers[.user] == nil)
    }
}
