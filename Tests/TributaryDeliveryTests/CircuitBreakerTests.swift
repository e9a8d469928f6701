// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryDelivery

@Suite struct CircuitBreakerTests {
    private enum Report {
        case succeeded
        case failed
        case refused
        case dropped
    }

    private func permitted(_ breaker: inout CircuitBreaker) throws -> CircuitBreaker.Permit {
        let permit = breaker.permit()
        return try #require(permit)
    }

    /// Makes one call with that report.
    private func call(
        _ breaker: inout CircuitBreaker,
        _ report: Report,
        gives action: CircuitBreaker.Action,
        location: Testing.SourceLocation = #_sourceLocation
    ) throws {
        let permit = try permitted(&breaker)
        let given =
            switch report {
            case .succeeded: breaker.succeeded(permit)
            case .failed: breaker.failed(permit)
            case .refused: breaker.refused(permit)
            case .dropped: breaker.dropped(permit)
            }
        #expect(given == action, sourceLocation: location)
    }

    private func opened() throws -> CircuitBreaker {
        var breaker = CircuitBreaker(.init(failuresMax: 1))
        let permit = try permitted(&breaker)
        #expect(breaker.failed(permit) == .open(probeAfter: .seconds(5)))
        return breaker
    }

    @Test func `failures in a row open the circuit, a success in between does not`() throws {
        var breaker = CircuitBreaker(.init(failuresMax: 3))
        for isSuccess in [false, false, true, false, false] {
            let permit = try permitted(&breaker)
            #expect((isSuccess ? breaker.succeeded(permit) : breaker.failed(permit)) == .none)
        }
        let last = try permitted(&breaker)
        #expect(breaker.failed(last) == .open(probeAfter: .seconds(5)))
        #expect(breaker.state == .open(probesFailed: 0))
        #expect(breaker.permit() == nil)
    }

    @Test func `half of a full window failing opens the circuit`() throws {
        var breaker = CircuitBreaker(.init(failuresMax: 100, window: 10, failurePercentMax: 50))
        var actions: [CircuitBreaker.Action] = []
        for number in 0..<10 {
            let permit = try permitted(&breaker)
            actions.append(number.isMultiple(of: 2) ? breaker.succeeded(permit) : breaker.failed(permit))
        }
        #expect(actions == [CircuitBreaker.Action](repeating: .none, count: 9) + [.open(probeAfter: .seconds(5))])
    }

    @Test func `less than half of a window, however long, leaves it closed`() throws {
        var breaker = CircuitBreaker(.init(failuresMax: 100, window: 64, failurePercentMax: 50))
        for number in 0..<1000 {
            let permit = try permitted(&breaker)
            #expect((number.isMultiple(of: 3) ? breaker.failed(permit) : breaker.succeeded(permit)) == .none)
        }
    }

    @Test func `one probe at a time decides, and waits double up to their bound`() throws {
        var breaker = try opened()
        for seconds in [10, 20, 40, 80, 160, 300, 300] {
            #expect(breaker.waitEnded() == .probe)
            let probe = try permitted(&breaker)
            #expect(probe.isProbe)
            #expect(breaker.permit() == nil)
            #expect(breaker.failed(probe) == .open(probeAfter: .seconds(seconds)))
        }
        #expect(breaker.waitEnded() == .probe)
        try call(&breaker, .succeeded, gives: .close)
        #expect(breaker.permit()?.isProbe == false)
    }

    @Test func `a circuit that closed starts over with its shortest wait`() throws {
        var breaker = try opened()
        _ = breaker.waitEnded()
        try call(&breaker, .failed, gives: .open(probeAfter: .seconds(10)))
        _ = breaker.waitEnded()
        try call(&breaker, .succeeded, gives: .close)
        try call(&breaker, .failed, gives: .open(probeAfter: .seconds(5)))
    }

    @Test func `a refused key pauses at once and until told otherwise`() throws {
        var breaker = CircuitBreaker()
        try call(&breaker, .refused, gives: .pause(probeAfter: .seconds(1800)))
        #expect(breaker.permit() == nil)
        #expect(breaker.resume() == .close)
        #expect(breaker.permit() != nil)
        #expect(breaker.resume() == .none)
    }

    @Test func `a pause probes rarely and ends only with a success`() throws {
        var breaker = CircuitBreaker()
        try call(&breaker, .refused, gives: .pause(probeAfter: .seconds(1800)))
        #expect(breaker.waitEnded() == .probe)
        try call(&breaker, .refused, gives: .pause(probeAfter: .seconds(1800)))
        #expect(breaker.waitEnded() == .probe)
        try call(&breaker, .failed, gives: .pause(probeAfter: .seconds(1800)))
        #expect(breaker.waitEnded() == .probe)
        try call(&breaker, .succeeded, gives: .close)
    }

    @Test func `a probe that was not made gives its place back`() throws {
        var breaker = try opened()
        _ = breaker.waitEnded()
        try call(&breaker, .dropped, gives: .probe)
        let next = try permitted(&breaker)
        #expect(next.isProbe)
        #expect(breaker.refused(next) == .pause(probeAfter: .seconds(1800)))
        _ = breaker.waitEnded()
        try call(&breaker, .dropped, gives: .probe)
        #expect(breaker.permit() != nil)
    }

    @Test func `reports of calls from before the change come too late`() throws {
        var breaker = CircuitBreaker(.init(failuresMax: 1))
        let permits = try (0..<5).map { _ in try permitted(&breaker) }
        #expect(breaker.failed(permits[0]) == .open(probeAfter: .seconds(5)))
        #expect(breaker.failed(permits[1]) == .none)
        _ = breaker.waitEnded()
        #expect(breaker.succeeded(permits[2]) == .none)
        #expect(breaker.refused(permits[3]) == .none)
        #expect(breaker.dropped(permits[4]) == .none)
        #expect(breaker.state == .halfOpen(probesFailed: 0, isProbing: false))
    }

    @Test func `a wait that ends when nothing waits changes nothing`() {
        var breaker = CircuitBreaker()
        #expect(breaker.waitEnded() == .none)
        #expect(breaker.state == .closed)
    }
}
