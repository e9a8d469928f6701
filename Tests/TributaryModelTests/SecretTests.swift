// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@Suite struct SecretTests {
    @Test func `a secret shows itself to nobody who does not ask for it by name`() {
        let secret = Secret("whsec_planted")
        var dumped = ""
        dump(["key": secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
            #expect(!text.contains("planted") && !text.contains("119"))
        }
        #expect(secret.revealedText == "whsec_planted")
    }
}
