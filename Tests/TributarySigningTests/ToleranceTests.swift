// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributarySigning

@Suite struct ToleranceTests {
    static let edges: [(milliseconds: Int64, refusal: Refusal?)] = [
        (0, nil), (299_000, nil), (300_000, nil), (300_001, .staleTimestamp), (301_000, .staleTimestamp),
        (-299_000, nil), (-300_000, nil), (-300_001, .futureTimestamp), (-301_000, .futureTimestamp),
        (86_400_000, .staleTimestamp), (-86_400_000, .futureTimestamp),
    ]

    @Test(arguments: [Provider.stripe, .standardWebhooks, .paddle, .polar], edges)
    func `a signature counts for five minutes to either side`(
        provider: Provider,
        edge: (milliseconds: Int64, refusal: Refusal?)
    ) throws {
        let now = Timestamp(unixMilliseconds: Provider.now.unixMilliseconds + edge.milliseconds)
        let verdict = try provider.verdict(provider.webhook(), now: now)
        #expect(verdict == edge.refusal.map { .refused($0) } ?? .genuine(signedAt: Provider.now))
    }

    @Test(arguments: [(10_000, nil), (10_001, .staleTimestamp), (-10_001, .futureTimestamp)] as [(Int64, Refusal?)])
    func `a declared tolerance and unit are kept to`(milliseconds: Int64, refusal: Refusal?) throws {
        let signedAt = Timestamp(unixMilliseconds: 1_700_000_000_123)
        let now = Timestamp(unixMilliseconds: signedAt.unixMilliseconds + milliseconds)
        let verdict = try Provider.custom.verdict(Provider.custom.webhook(at: signedAt), now: now)
        #expect(verdict == refusal.map { .refused($0) } ?? .genuine(signedAt: signedAt))
    }

    @Test func `the age is judged only after the signature was found right`() throws {
        let late = Timestamp(unixSeconds: 1_800_000_000)
        let headers = try Provider.stripe.webhook()
        #expect(try Provider.stripe.verdict(headers, [], now: late) == .refused(.signatureMismatch))
        #expect(try Provider.stripe.verdict(headers, now: late) == .refused(.staleTimestamp))
    }

    @Test func `extreme clocks and timestamps give a verdict`() throws {
        for clock in [Int64.min, -1, 0, Int64.max] {
            let verdict = try Provider.stripe.verdict(
                Provider.stripe.webhook(),
                now: Timestamp(unixMilliseconds: clock)
            )
            #expect(verdict == .refused(clock == .max ? .staleTimestamp : .futureTimestamp))
        }
        let far = Timestamp(unixSeconds: 999_999_999_999_999)
        let headers = try Provider.stripe.webhook(at: far)
        #expect(try Provider.stripe.verdict(headers, now: far).isGenuine)
        #expect(try Provider.stripe.verdict(headers, now: Timestamp(unixMilliseconds: .min)).isGenuine == false)
    }
}
