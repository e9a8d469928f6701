// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryDelivery

@Suite struct RetryScheduleTests {
    @Test func `the longest waits double from one second to one hour`() {
        var schedule = RetrySchedule()
        var waits: [Duration] = []
        for _ in 1...14 {
            guard case .retry(let wait) = schedule.attemptFailed(elapsed: .zero, random: .max) else { break }
            waits.append(wait)
        }
        let seconds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]
        #expect(waits == seconds.map { .seconds($0) })
    }

    @Test(arguments: [
        (UInt64.min, Duration.zero), (.max / 4, .milliseconds(4000)), (.max / 2, .milliseconds(8000)),
        (.max, .milliseconds(16_000)),
    ])
    func `the random number chooses anything between nothing and the bound`(random: UInt64, wait: Duration) {
        var schedule = RetrySchedule(failures: 4)
        #expect(schedule.attemptFailed(elapsed: .zero, random: random) == .retry(after: wait))
    }

    @Test func `attempts end at their number, and late reports change nothing`() {
        var schedule = RetrySchedule(plan: .init(attemptsMax: 3))
        #expect(schedule.attemptFailed(elapsed: .zero, random: .max) == .retry(after: .seconds(1)))
        #expect(schedule.attemptFailed(elapsed: .seconds(1), random: .max) == .retry(after: .seconds(2)))
        #expect(schedule.attemptFailed(elapsed: .seconds(3), random: .max) == .abandon(attempts: 3))
        #expect(schedule.attemptFailed(elapsed: .seconds(4), random: .max) == .ignore)
        #expect(schedule.attemptEnded() == .ignore)
        #expect(schedule.state == .closed)
    }

    @Test func `a success ends the schedule and counts its attempts`() {
        var schedule = RetrySchedule()
        _ = schedule.attemptFailed(elapsed: .zero, random: 0)
        #expect(schedule.attemptEnded() == .finish(attempts: 2))
        #expect(schedule.attemptEnded() == .ignore)
    }

    @Test func `the last attempt comes at the horizon and not beyond it`() {
        var schedule = RetrySchedule(failures: 80)
        let almost: Duration = .seconds(72 * 3600 - 10)
        #expect(schedule.attemptFailed(elapsed: almost, random: .max) == .retry(after: .seconds(10)))
        #expect(schedule.attemptFailed(elapsed: .seconds(72 * 3600), random: .max) == .abandon(attempts: 82))
    }

    @Test(arguments: [
        // (asked, random, wait): kept in full, spread by a tenth or a second, bounded by an hour and its tenth
        (Duration.seconds(60), UInt64.min, Duration.seconds(60)), (.seconds(60), .max, .seconds(66)),
        (.milliseconds(10), .max, .milliseconds(1010)), (.seconds(315_360_000), .min, .seconds(3600)),
        (.seconds(315_360_000), .max, .seconds(3960)), (.zero, .max, .seconds(1)), (.seconds(-5), .max, .seconds(1)),
    ])
    func `what the platform asks for is kept, spread and bounded`(asked: Duration, random: UInt64, wait: Duration) {
        var schedule = RetrySchedule()
        #expect(schedule.attemptFailed(elapsed: .zero, random: random, asked: asked) == .retry(after: wait))
    }

    @Test func `a longer wait of our own wins over what the platform asks for`() {
        var schedule = RetrySchedule(failures: 10)
        let action = schedule.attemptFailed(elapsed: .zero, random: .max, asked: .seconds(5))
        #expect(action == .retry(after: .seconds(1024)))
    }

    @Test func `a schedule goes on where a store left it, however often it failed`() {
        var schedule = RetrySchedule(failures: .max - 1)
        #expect(schedule.attemptFailed(elapsed: .zero, random: .max) == .abandon(attempts: .max))
        var other = RetrySchedule(failures: 1_000_000)
        #expect(other.attemptFailed(elapsed: .zero, random: .max) == .retry(after: .seconds(3600)))
    }

    @Test func `a plan without any wait still ends`() {
        var schedule = RetrySchedule(plan: .init(first: .zero, longest: .zero, attemptsMax: 2))
        #expect(schedule.attemptFailed(elapsed: .zero, random: .max) == .retry(after: .zero))
        #expect(schedule.attemptFailed(elapsed: .zero, random: .max) == .abandon(attempts: 2))
    }
}
