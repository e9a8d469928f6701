// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension Attempt.Outcome {
    /// Decides what happens after an attempt, without clock and chance.
    ///
    /// - Parameters:
    ///   - leased: The delivery that was attempted.
    ///   - plan: When failed deliveries are tried again.
    ///   - random: Uniformly distributed over all 64-bit numbers, for the jitter of the wait.
    ///   - now: The time at which the attempt ended.
    /// - Returns: what the store is told.
    func result(
        for leased: LeasedDelivery,
        plan: RetrySchedule.Plan,
        random: UInt64,
        at now: Timestamp
    ) -> AttemptResult {
        func result(_ next: AttemptResult.Next) -> AttemptResult {
            AttemptResult(next, mayHaveArrived: mayHaveArrived, isWait: isWait, trail: trail)
        }
        switch step {
        case .end(let end): return result(.end(end))
        case .retry(let retry):
            if retry.scope == .credentials {
                // A wrong key is no fault of this delivery and must not use up its attempts; the paused lane holds it.
                return result(.retry(at: now, reason: retry.reason))
            }
            var schedule = RetrySchedule(plan: plan, failures: leased.delivery.attempt - 1)
            let elapsed = now.since(leased.firstAttemptAt)
            switch schedule.attemptFailed(elapsed: elapsed, random: random, asked: retry.after) {
            case .retry(let wait): return result(.retry(at: now.advanced(by: wait), reason: retry.reason))
            case .abandon(let attempts):
                let reason = "gave up after \(attempts) attempts, the last one: \(retry.reason)"
                return result(.end(.init(.needsHuman, reason: reason)))
            case .finish, .ignore: return result(.returned(at: now))
            }
        }
    }
}
