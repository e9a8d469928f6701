// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributaryTesting

@Suite struct SampleBuyerTests {
    @Test func `corrections of a sample add up to its payment`() throws {
        let buyer = SampleBuyer(Customer(user: "u"), Attribution())
        let total = Money(minor: 11_900, try #require(Currency("EUR")))
        let payment = buyer.payment("in_1", total)
        let end = Step.End(.delivered, reason: "stored")
        let part = try #require(buyer.correction("re_1", of: payment, ended: end, from: 0, to: 4000))
        let rest = try #require(buyer.correction("re_2", of: payment, ended: end, from: 4000, to: 11_900, earlier: 1))
        let amounts = [part, rest].compactMap { $0.sale?.difference(.gross)?.minor }
        #expect(amounts == [4000, 7900])
        #expect(rest.sale?.isFull == true)
    }
}
