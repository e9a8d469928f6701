// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Wakes one waiting task early: new work rings, the worker waits for the ring or for a time, whichever comes first.
///
/// A ring while nobody waits is kept, and many rings are one.
package final class Doorbell: Sendable {
    private enum State {
        /// Nobody waits and nobody has rung.
        case quiet
        /// Somebody has rung; the next wait returns at once.
        case rung
        /// One task waits.
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.quiet)

    package init() {}

    /// Wakes the waiting task, or the next one that waits.
    package func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            switch state {
            case .quiet, .rung:
                state = .rung
                return nil
            case .waiting(let continuation):
                state = .quiet
                return continuation
            }
        }
        waiter?.resume()
    }

    /// Waits for a ring, at most that long; returns at once when the task is cancelled.
    package func wait(atMost limit: Duration) async {
        await withTaskGroup { group in
            group.addTask { await self.waitForRing() }
            // A cancelled sleep is one that ended early; either way the wait is over.
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func waitForRing() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goOn = state.withLock { state -> Bool in
                    switch state {
                    case .rung:
                        state = .quiet
                        return true
                    case .quiet where Task.isCancelled: return true
                    case .quiet:
                        state = .waiting(continuation)
                        return false
                    case .waiting: preconditionFailure("a doorbell has one listener")
                    }
                }
                if goOn { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard case .waiting(let continuation) = state else { return nil }
                state = .quiet
                return continuation
            }
            waiter?.resume()
        }
    }
}
