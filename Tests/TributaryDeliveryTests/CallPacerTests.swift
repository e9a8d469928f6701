// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import Tributary

@testable import TributaryDelivery

@Suite struct CallPacerTests {
    private let start = ContinuousClock().now

    @Test(arguments: [(300, 10), (600, 20), (3000, 100), (7, 3), (1, 1)])
    func `no window ever sees more calls than its limit, and none is left unused`(minute: Int, burst: Int) {
        let rate = CallRate.perMinute(minute, burst: burst)
        var pacer = CallPacer(rate)
        var now = start
        var times: [ContinuousClock.Instant] = []
        let count = minute * 2 + minute / 2 + 1
        for _ in 0..<(count * 4) where times.count < count {
            switch pacer.reserve(atMost: 32, at: now) {
            case .places(let places):
                for _ in 0..<places {
                    #expect(pacer.depart(at: now, hasPlace: true) == nil)
                    times.append(now)
                }
            case .wait(let time): now += time
            }
        }
        for limit in rate.limits {
            for index in times.indices where index + limit.calls < times.count {
                let span = times[index].duration(to: times[index + limit.calls])
                #expect(span >= limit.window, "\(limit.calls) calls and one more within \(span)")
            }
        }
        let whole = start.duration(to: now)
        #expect(times.count >= count)
        #expect(whole >= .seconds(120) && whole < .seconds(190), "took \(whole)")
    }

    @Test func `a place that was taken counts until it is given back`() {
        var pacer = CallPacer(CallRate([.init(3, within: .seconds(1))]))
        #expect(pacer.reserve(atMost: 2, at: start) == .places(2))
        #expect(pacer.reserve(atMost: 32, at: start) == .places(1))
        #expect(pacer.reserve(atMost: 32, at: start + .seconds(5)) == .wait(.milliseconds(10)))
        pacer.giveBack(2)
        #expect(pacer.reserve(atMost: 32, at: start + .seconds(5)) == .places(2))
    }

    @Test func `a call that waits in the middle of its attempt comes before new deliveries`() {
        var pacer = CallPacer(CallRate([.init(1, within: .seconds(1))]))
        #expect(pacer.depart(at: start, hasPlace: false) == nil)
        #expect(pacer.depart(at: start, hasPlace: false) == .seconds(1))
        pacer.wait(true)
        let later = start + .seconds(1)
        #expect(pacer.reserve(atMost: 1, at: later) == .wait(.milliseconds(10)))
        #expect(pacer.depart(at: later, hasPlace: false) == nil)
        pacer.wait(false)
        #expect(pacer.reserve(atMost: 1, at: later + .seconds(1)) == .places(1))
    }

    @Test func `a hold lets nothing leave, and a shorter one does not end it`() {
        var pacer = CallPacer()
        #expect(pacer.reserve(atMost: 32, at: start) == .places(32))
        pacer.hold(for: .seconds(10), at: start)
        pacer.hold(for: .seconds(1), at: start)
        #expect(pacer.reserve(atMost: 1, at: start + .seconds(9)) == .wait(.seconds(1)))
        #expect(pacer.depart(at: start + .seconds(9), hasPlace: true) == .seconds(1))
        #expect(pacer.depart(at: start + .seconds(10), hasPlace: true) == nil)
    }
}

@Suite(.timeLimit(.minutes(1))) struct CallPaceTests {
    private static let call = Call("sale", url: "https://platform.example/sale")

    private func status(_ result: Exchange.Result) -> Int? {
        if case .answer(let answer) = result { answer.status } else { nil }
    }

    @Test func `an answer that grants no more calls in this period holds the lane until the next one`() async {
        let pace = CallPace(nil) { _ in .answer(Answer(status: 200, retryAfter: .milliseconds(300))) }
        #expect(pace.reserve(atMost: 8) == .places(8))
        let attempt = pace.attempt()
        #expect(status(await attempt.perform(Self.call)) == 200)
        guard case .wait(let time) = pace.reserve(atMost: 8) else {
            Issue.record("places were granted in spite of the hold")
            return
        }
        #expect(time > .milliseconds(200) && time <= .milliseconds(300))
        let clock = ContinuousClock()
        let begin = clock.now
        _ = await attempt.perform(Self.call)
        #expect(clock.now - begin > .milliseconds(200))
    }

    @Test func `a hold is bounded, whatever the platform says`() async {
        let pace = CallPace(nil) { _ in .answer(Answer(status: 200, retryAfter: .seconds(3600))) }
        _ = await pace.attempt().perform(Self.call)
        guard case .wait(let time) = pace.reserve(atMost: 1) else {
            Issue.record("places were granted in spite of the hold")
            return
        }
        #expect(time <= .seconds(60))
    }

    @Test func `a call that would wait too long is put off as the platform would do it, and not made`() async {
        let made = Mutex(0)
        let pace = CallPace(CallRate([.init(1, within: .seconds(3600))])) { _ in
            made.withLock { $0 += 1 }
            return .answer(Answer(status: 200))
        }
        #expect(pace.reserve(atMost: 8) == .places(1))
        let attempt = pace.attempt()
        #expect(status(await attempt.perform(Self.call)) == 200)
        guard case .answer(let answer) = await attempt.perform(Self.call), let after = answer.retryAfter else {
            Issue.record("the call was not put off")
            return
        }
        #expect(answer.status == 429)
        #expect(after > .seconds(3590) && after <= .seconds(3600))
        #expect(made.withLock { $0 } == 1)
    }

    @Test func `a cancelled wait makes no call and gives its place back`() async {
        let made = Mutex(0)
        let pace = CallPace(CallRate([.init(2, within: .seconds(30))])) { _ in
            made.withLock { $0 += 1 }
            return .answer(Answer(status: 200, retryAfter: .seconds(20)))
        }
        #expect(pace.reserve(atMost: 2) == .places(2))
        _ = await pace.attempt().perform(Self.call)
        let waiting = pace.attempt()
        let task = Task { await waiting.perform(Self.call) }
        try? await Task.sleep(for: .milliseconds(50))
        task.cancel()
        #expect(await task.value == .failure(CallFailure(code: "canceled", mayHaveArrived: false)))
        waiting.end()
        #expect(made.withLock { $0 } == 1)
    }

    @Test func `an attempt without a call gives its place back`() {
        let pace = CallPace(CallRate([.init(1, within: .seconds(30))])) { _ in .answer(Answer(status: 200)) }
        #expect(pace.reserve(atMost: 1) == .places(1))
        pace.attempt().end()
        #expect(pace.reserve(atMost: 1) == .places(1))
    }
}
