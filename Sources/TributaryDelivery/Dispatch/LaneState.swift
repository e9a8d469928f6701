// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What a lane may do now: its circuit breaker, the waits that its platform asked for, and the leases it holds.
///
/// A pure value; the runner passes the time in and does what comes out.
struct LaneState: Sendable {
    /// Whether deliveries may be started.
    enum Grant: Sendable, Equatable {
        /// At most so many, at least one.
        case start(atMost: Int)
        /// None before that time.
        case wait(until: Timestamp)
        /// None before one of those under way has ended.
        case full
    }

    private var breaker: CircuitBreaker
    private var probeAt: Timestamp?
    private var heldUntil: Timestamp?
    private(set) var tokens: Set<LeaseToken> = []
    private let concurrencyMax: Int

    init(concurrencyMax: Int, breaker: CircuitBreaker = CircuitBreaker()) {
        self.concurrencyMax = concurrencyMax
        self.breaker = breaker
    }

    /// Says whether deliveries may be started.
    mutating func grant(at now: Timestamp) -> Grant {
        if let heldUntil {
            if now < heldUntil { return .wait(until: heldUntil) }
            self.heldUntil = nil
        }
        if let probeAt, now >= probeAt {
            self.probeAt = nil
            _ = breaker.waitEnded()
        }
        switch breaker.state {
        case .closed:
            let free = concurrencyMax - tokens.count
            return free > 0 ? .start(atMost: free) : .full
        case .halfOpen(_, isProbing: false), .pausedProbe(isProbing: false): return .start(atMost: 1)
        case .halfOpen(_, isProbing: true), .pausedProbe(isProbing: true): return .full
        case .open, .paused: return .wait(until: probeAt ?? now)
        }
    }

    /// Begins a delivery; `nil` when the breaker says no after all.
    mutating func begin(_ token: LeaseToken) -> CircuitBreaker.Permit? {
        guard let permit = breaker.permit() else { return nil }
        tokens.insert(token)
        return permit
    }

    /// Ends a delivery and learns about the sink from it.
    ///
    /// - Returns: what changed for the sink as a whole, for logs.
    mutating func end(
        _ token: LeaseToken,
        _ permit: CircuitBreaker.Permit,
        _ outcome: Attempt.Outcome,
        sink: String,
        at now: Timestamp
    ) -> DispatchEvent? {
        tokens.remove(token)
        let action: CircuitBreaker.Action
        switch outcome.step {
        case .end: action = outcome.trail.isEmpty ? breaker.dropped(permit) : breaker.succeeded(permit)
        case .retry(let retry):
            switch retry.scope {
            case .delivery: action = breaker.succeeded(permit)
            case .credentials: action = breaker.refused(permit)
            case .platform:
                if let after = retry.after, after > .zero {
                    // A platform that says when to come back works; it only wants fewer calls.
                    heldUntil = max(heldUntil ?? now, now.advanced(by: after))
                    action = breaker.succeeded(permit)
                } else {
                    action = breaker.failed(permit)
                }
            }
        }
        switch action {
        case .none, .probe: return nil
        case .close: return .closed(sink: sink)
        case .open(let wait):
            let until = now.advanced(by: wait)
            probeAt = until
            return .opened(sink: sink, until: until)
        case .pause(let wait):
            let until = now.advanced(by: wait)
            probeAt = until
            return .paused(sink: sink, until: until)
        }
    }

    /// Ends a delivery of which nothing was sent.
    mutating func drop(_ token: LeaseToken, _ permit: CircuitBreaker.Permit) {
        tokens.remove(token)
        _ = breaker.dropped(permit)
    }
}
