// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets something happen at most so often, however often it is asked for; what is held back is counted.
///
/// For log lines that anybody on the network can cause.
final class Throttle: Sendable {
    private struct State {
        var next: ContinuousClock.Instant?
        var heldBack = 0
    }

    private let interval: Duration
    private let state = Mutex(State())

    init(every interval: Duration) { self.interval = interval }

    /// Asks for leave.
    ///
    /// - Parameter now: The present.
    /// - Returns: how many were held back since the last one that was let through; `nil` where this one is held back.
    func pass(at now: ContinuousClock.Instant) -> Int? {
        state.withLock { state in
            if let next = state.next, now < next {
                state.heldBack += 1
                return nil
            }
            defer { state = State(next: now + interval) }
            return state.heldBack
        }
    }
}
