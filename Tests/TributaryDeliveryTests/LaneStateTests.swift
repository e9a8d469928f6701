// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel

@testable import TributaryDelivery

/// Transcripts of one lane: what it may start, and what it learns from what ended.
@Suite struct LaneStateTests {
    private var state = LaneState(
        concurrencyMax: 2,
        breaker: CircuitBreaker(.init(failuresMax: 2, firstWait: .seconds(5), pausedWait: .seconds(60)))
    )
    private let start = Timestamp(unixSeconds: 1_790_000_000)

    private func token(_ number: Int64) -> LeaseToken { LeaseToken(delivery: number, number: 1) }

    private func outcome(_ step: Attempt.LastStep, calls: Int = 1) -> Attempt.Outcome {
        Attempt.Outcome(
            step: step,
            mayHaveArrived: false,
            status: nil,
            trail: Array(repeating: "call: 200", count: calls)
        )
    }

    private mutating func attempt(_ number: Int64, _ step: Attempt.LastStep, at now: Timestamp) -> DispatchEvent? {
        guard let permit = state.begin(token(number)) else {
            Issue.record("the lane gave no permit")
            return nil
        }
        return state.end(token(number), permit, outcome(step), sink: "s", at: now)
    }

    @Test mutating func `a lane starts no more than its limit and goes on when one has ended`() throws {
        #expect(state.grant(at: start) == .start(atMost: 2))
        let begun = state.begin(token(1))
        let first = try #require(begun)
        _ = state.begin(token(2))
        #expect(state.grant(at: start) == .full)
        _ = state.end(token(1), first, outcome(.end(.init(.delivered, reason: ""))), sink: "s", at: start)
        #expect(state.grant(at: start) == .start(atMost: 1))
        #expect(state.tokens == [token(2)])
    }

    @Test mutating func `failures open the circuit, one probe closes it`() {
        let failure = Attempt.LastStep.retry(.init(reason: "status 500"))
        #expect(attempt(1, failure, at: start) == nil)
        let until = start.advanced(by: .seconds(5))
        #expect(attempt(2, failure, at: start) == .opened(sink: "s", until: until))
        #expect(state.grant(at: start) == .wait(until: until))
        #expect(state.grant(at: until) == .start(atMost: 1))
        #expect(attempt(3, .end(.init(.delivered, reason: "")), at: until) == .closed(sink: "s"))
        #expect(state.grant(at: until) == .start(atMost: 2))
    }

    @Test mutating func `a platform that asks for quiet is left alone, and is not called broken`() {
        for number in 1...5 {
            let limited = Attempt.LastStep.retry(.init(reason: "status 429", after: .seconds(30)))
            let now = start.advanced(by: .seconds(Int64(number) * 60))
            #expect(attempt(Int64(number), limited, at: now) == nil)
            #expect(state.grant(at: now) == .wait(until: now.advanced(by: .seconds(30))))
        }
    }

    @Test mutating func `a refused key pauses the lane at once`() {
        let refused = Attempt.LastStep.retry(.init(reason: "401", scope: .credentials))
        let until = start.advanced(by: .seconds(60))
        #expect(attempt(1, refused, at: start) == .paused(sink: "s", until: until))
        #expect(state.grant(at: start.advanced(by: .seconds(59))) == .wait(until: until))
        #expect(state.grant(at: until) == .start(atMost: 1))
    }

    @Test mutating func `what concerns one delivery alone says nothing against the sink`() {
        for number in 1...9 {
            let late = Attempt.LastStep.retry(.init(reason: "customer not known yet", scope: .delivery))
            #expect(attempt(Int64(number), late, at: start) == nil)
        }
        #expect(state.grant(at: start) == .start(atMost: 2))
    }
}
