// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TributaryServer

@Suite struct ThrottleTests {
    @Test func `one passes in each interval, and says how many were held back`() {
        let throttle = Throttle(every: .seconds(1))
        let start = ContinuousClock().now
        #expect(throttle.pass(at: start) == 0)
        #expect(throttle.pass(at: start + .milliseconds(400)) == nil)
        #expect(throttle.pass(at: start + .milliseconds(999)) == nil)
        #expect(throttle.pass(at: start + .seconds(1)) == 2)
        #expect(throttle.pass(at: start + .seconds(9)) == 0)
    }
}
