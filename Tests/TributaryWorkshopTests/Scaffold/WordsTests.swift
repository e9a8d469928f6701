// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TributaryWorkshop

@Suite struct WordsTests {
    @Test(
        arguments: [
            ("payment_intent", ["payment", "intent"]), ("TransactionId", ["transaction", "id"]),
            ("PAYMENT.CAPTURE.COMPLETED", ["payment", "capture", "completed"]), ("eventType", ["event", "type"]),
            ("subscription-invoices", ["subscription", "invoices"]), ("", []), ("last_4digits", ["last", "4digits"]),
        ]
    )
    func `a name falls into its words however it is written`(_ name: String, _ words: [String]) {
        #expect(Words.of(name) == words)
    }
}
