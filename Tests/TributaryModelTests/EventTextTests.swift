// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@Suite struct EventTextTests {
    @Test func `metadata with a repeated name is written as an object that can be read back`() throws {
        var event = Event(
            id: "evt_1",
            source: "stripe",
            kind: .paymentSucceeded,
            key: Reference("invoice", "in_1"),
            time: Timestamp(unixSeconds: 0),
            provider: ProviderFacts(name: "stripe", event: "evt_1", type: "invoice.paid")
        )
        event.attribution.params = [.init("ref", "first"), .init("ref", "second"), .init("other", "x")]
        let read = try Event(cloudEvent: event.cloudEvent)
        #expect(read.attribution.params == [.init("ref", "first"), .init("other", "x")])
    }
}
