// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryMapping

/// What is shown of a webhook that nobody has looked at, and what is not.
@Suite struct SeenTextTests {
    @Test(arguments: [
        "invoice.paid", "subscription_cycle", "2024-09-30.acacia", "v4", "20240930", "PAYMENT.CAPTURE.REVERSED",
        "charge.dispute.funds_withdrawn", "order:refunded", "a", "application/x-ndjson",
    ])
    func `a name of the provider's is shown`(_ text: String) { #expect(SeenText.shown(text) == text) }

    @Test(arguments: [
        ("buyer@example.com", "a text of 17 to 32 bytes"), ("Ada Lovelace", "a text of 9 to 16 bytes"),
        ("4242424242424242", "a text of 9 to 16 bytes"), ("+491751234567", "a text of 9 to 16 bytes"),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "a text of 17 to 32 bytes"),
        ("cus_NffrFeUfNV2Hib", "a text of 17 to 32 bytes"),
        ("", "an empty text"), ("é", "a text of 2 bytes"), ("?", "a text of 1 byte"),
        (String(repeating: "a", count: 25), "a text of 17 to 32 bytes"),
        (String(repeating: "a.", count: 40), "a text of 65 to 128 bytes"),
        ("line\nbreak", "a text of 9 to 16 bytes"),
    ])
    func `what may be a person's is a shape`(_ text: String, _ shape: String) { #expect(SeenText.shown(text) == shape) }

    private func survey(_ text: String) throws -> FieldSurvey {
        let document = try JSONDocument(parsing: Array(text.utf8))
        return FieldSurvey(document, at: document.root)
    }

    @Test func `a field is a path with open positions and the shape of its value`() throws {
        let found = try survey(
            """
            {"id":"evt_1","n":-12,"f":1.5,"b":true,"z":null,"e":[],"o":{},"a b":1,"x-y":1,
             "lines":[{"amount":1},{"amount":2,"tax":[3,"x"]}],"metadata":{"name":"Ada"},"notes":[],
             "buyer@example.com":{"k":1},"42":1}
            """
        )
        #expect(
            found.shapes == [
                "$.id": "a text of 5 to 8 bytes", "$.n": "a whole number", "$.f": "a number with decimals",
                "$.b": "true or false", "$.z": "null", "$.e": "an empty list", "$.o": "an empty object",
                "$.*": "a whole number", "$['x-y']": "a whole number", "$.lines[*].amount": "a whole number",
                "$.lines[*].tax[*]": "a text of 1 byte", "$.metadata": "the merchant's own",
                "$.notes": "the merchant's own", "$.*.k": "a whole number",
            ]
        )
        #expect(!found.isCut)
    }

    @Test func `a survey is bounded in breadth, depth and length`() throws {
        let broad = "[" + Array(repeating: "1", count: 5_000).joined(separator: ",") + "]"
        #expect(try survey(broad).isCut)
        let deep = String(repeating: #"{"a":"#, count: 60) + "1" + String(repeating: "}", count: 60)
        #expect(try survey(deep).isCut)
        #expect(try survey(deep).shapes.isEmpty)
    }
}
