// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TributaryServer

@Suite struct AddressLimiterTests {
    @Test func `each address has its own ration, which is renewed after a minute`() {
        let limiter = AddressLimiter(perMinute: 2)
        let now = ContinuousClock.now
        #expect((0..<3).map { _ in limiter.wait("192.0.2.1", at: now) } == [nil, nil, 60])
        #expect(limiter.wait("192.0.2.2", at: now + .seconds(59)) == nil)
        #expect(limiter.wait("192.0.2.1", at: now + .seconds(59)) == 1)
        #expect(limiter.wait("192.0.2.1", at: now + .seconds(60)) == nil)
    }

    @Test func `an IPv6 address counts with its network`() {
        let limiter = AddressLimiter(perMinute: 1)
        let now = ContinuousClock.now
        #expect(limiter.wait("2001:db8:1:2::1", at: now) == nil)
        #expect(limiter.wait("2001:db8:1:2:ffff::9", at: now) == 60)
        #expect(limiter.wait("2001:db8:1:3::1", at: now) == nil)
    }

    @Test func `so many addresses that they cannot be told apart are let through no more`() {
        let limiter = AddressLimiter(perMinute: 1)
        let now = ContinuousClock.now
        for number in 0..<65_536 { #expect(limiter.wait("a\(number)", at: now) == nil) }
        #expect(limiter.wait("b", at: now) == 60)
    }
}
