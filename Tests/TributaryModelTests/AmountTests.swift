// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@Suite struct AmountTests {
    @Test(
        arguments: [
            (8000, 3000, 9520, 2521), (100, 1, 3, 33), (100, 2, 3, 67), (1, 1, 2, 1), (-1, 1, 2, -1), (5, 0, 9, 0),
            (Int64.max, 1, 1, Int64.max),
        ] as [(Int64, Int64, Int64, Int64)]
    )
    func `a share is rounded half away from zero`(amount: Int64, part: Int64, whole: Int64, share: Int64) throws {
        let euro = try #require(Currency("EUR"))
        let result = Money(minor: amount, euro).share(Money(minor: part, euro), of: Money(minor: whole, euro))
        #expect(result?.minor == share)
    }

    @Test func `a share of nothing, or across currencies, does not exist`() throws {
        let (euro, yen) = (try #require(Currency("EUR")), try #require(Currency("JPY")))
        let one = Money(minor: 1, euro)
        #expect(one.share(one, of: Money(minor: 0, euro)) == nil)
        #expect(one.share(Money(minor: 1, yen), of: one) == nil)
    }

    @Test func `the bases take off tax, then shipping, and prefer what the provider calls revenue`() throws {
        let euro = try #require(Currency("EUR"))
        var event = Event(
            id: "e",
            source: "s",
            kind: .paymentSucceeded,
            key: Reference("invoice", "in_1"),
            time: Timestamp(unixSeconds: 0),
            provider: ProviderFacts(name: "acme", event: "e", type: "paid")
        )
        #expect(event.amount(.gross) == nil)
        event.total = Money(minor: 12_000, euro)
        #expect(event.amount(.net)?.minor == 12_000)
        event.tax = Money(minor: 1900, euro)
        event.shipping = Money(minor: 500, euro)
        #expect(event.amount(.gross)?.minor == 12_000)
        #expect(event.amount(.exTax)?.minor == 10_100)
        #expect(event.amount(.net)?.minor == 9600)
        event.revenue = Money(minor: 9500, euro)
        #expect(event.amount(.net)?.minor == 9500)
    }
}
