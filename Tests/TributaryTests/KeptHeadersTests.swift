// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@testable import Tributary

struct KeptHeadersTests {
    @Test(arguments: [
        "Authorization", "AUTHORIZATION", "Proxy-Authenticate", "Cookie", "Set-Cookie", "Stripe-Signature",
        "webhook-signature",
        "X-Secret", "X-Access-Token", "x-api-key", "Verif-Hash", "Hash", "token", "X-keyed", "X-Forwarded-HasH",
    ])
    func `a field whose name speaks of proof is never kept`(_ name: String) {
        let fields: HeaderFields = ["Host": "shop.example.com", name: "do not keep"]
        #expect(fields.kept.fields.map(\.name) == ["Host"])
    }

    @Test(arguments: [
        "Content-Type", "User-Agent", "Content-Length", "X-Forwarded-For", "X-Request-Id", "webhook-id",
        "webhook-timestamp",
        "aut", "cooki", "ke", "signatur", "X-Tok-en", "",
        // With the bit that makes letters small these are no letters, or others.
        "K\u{5}Y", "has\u{8}",
    ])
    func `every other field is kept as it came`(_ name: String) {
        let fields: HeaderFields = [name: "a value", name: "another"]
        #expect(fields.kept == fields)
    }
}
