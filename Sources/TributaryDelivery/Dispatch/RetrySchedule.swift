// SPDX-License-Identifier: Apache-2.0

/// Decides when a delivery is tried again, and when no more.
///
/// A pure value: elapsed time and randomness are given to it, the wait is given back. The state is one number, so that a
/// store can keep it and ``init(plan:failures:)`` can go on after a restart.
public struct RetrySchedule: Sendable, Hashable {
    /// The bounds of a schedule.
    public struct Plan: Sendable, Hashable {
        /// Upper bound of the wait after the first failure; it doubles with each further one.
        public var first: Duration

        /// Upper bound of every wait that we choose ourselves.
        public var longest: Duration

        /// Upper bound of every wait that a platform asks for.
        public var longestAsked: Duration

        /// Time since the first attempt after which no further one is planned.
        ///
        /// 72 hours outlast a weekend during which nobody repairs the platform.
        public var horizon: Duration

        /// Most attempts, or `nil` for as many as fit before the horizon.
        public var attemptsMax: Int?

        /// Creates a plan; without arguments, tries for 72 hours, waiting at most one hour in between.
        public init(
            first: Duration = .seconds(1),
            longest: Duration = .seconds(3600),
            longestAsked: Duration = .seconds(3600),
            horizon: Duration = .seconds(72 * 3600),
            attemptsMax: Int? = nil
        ) {
            self.first = first
            self.longest = longest
            self.longestAsked = longestAsked
            self.horizon = horizon
            self.attemptsMax = attemptsMax
        }
    }

    /// Where a delivery stands.
    public enum State: Sendable, Hashable {
        /// So many attempts failed. Can transition to itself with one more, and to closed.
        case trying(failures: Int)
        /// Delivered or given up. Stays.
        case closed
    }

    /// What to do now.
    public enum Action: Sendable, Hashable {
        /// Try again after this time.
        case retry(after: Duration)
        /// Give up: so many attempts failed.
        case abandon(attempts: Int)
        /// Done: this many attempts were made.
        case finish(attempts: Int)
        /// The delivery was closed before; a late report changes nothing.
        case ignore
    }

    /// Where the delivery stands.
    public private(set) var state: State

    private let plan: Plan

    /// Creates a schedule.
    ///
    /// - Parameters:
    ///   - plan: Its bounds.
    ///   - failures: Attempts that failed already, as a store remembers them.
    public init(plan: Plan = Plan(), failures: Int = 0) {
        self.plan = plan
        state = .trying(failures: min(max(0, failures), .max - 1))
    }

    /// Records that an attempt failed in a way that another one may mend.
    ///
    /// Waits with full jitter: any time between zero and the bound is equally likely, so that a thousand deliveries
    /// which failed together do not come back together. A wait that the platform asked for is kept in full and spread
    /// by up to a tenth, or ``Plan/first`` if that is longer. The last wait ends at the horizon rather than beyond it,
    /// unless the platform asked for more.
    ///
    /// - Parameters:
    ///   - elapsed: Time since the first attempt began.
    ///   - random: Uniformly distributed over all 64-bit numbers.
    ///   - asked: What ``ClientAnswer/retryAfter(now:longest:)`` read from the answer.
    /// - Returns: `retry`, `abandon`, or `ignore` when the delivery is closed.
    public mutating func attemptFailed(elapsed: Duration, random: UInt64, asked: Duration? = nil) -> Action {
        guard case .trying(let before) = state else { return .ignore }
        let failures = before + 1
        guard elapsed < plan.horizon, failures < plan.attemptsMax ?? .max else {
            state = .closed
            return .abandon(attempts: failures)
        }
        state = .trying(failures: failures)
        let chosen = min(Self.part(of: bound(after: failures), random), plan.horizon - elapsed)
        guard let asked, asked > .zero else { return .retry(after: chosen) }
        let kept = min(asked, plan.longestAsked)
        return .retry(after: max(chosen, kept + Self.part(of: max(kept / 10, plan.first), random)))
    }

    /// Records that an attempt ended the delivery, whatever its outcome is called.
    public mutating func attemptEnded() -> Action {
        guard case .trying(let failures) = state else { return .ignore }
        state = .closed
        return .finish(attempts: failures + 1)
    }

    /// `first`, doubled for each failure after the first, at most `longest`.
    private func bound(after failures: Int) -> Duration {
        var bound = max(plan.first, .milliseconds(1))
        var left = failures - 1
        while left > 0, bound < plan.longest {
            bound *= 2
            left -= 1
        }
        return min(bound, plan.longest)
    }

    /// The part of a duration that a random number stands for, in whole milliseconds.
    private static func part(of duration: Duration, _ random: UInt64) -> Duration {
        let (seconds, attoseconds) = duration.components
        let milliseconds = max(0, min(seconds, 1 << 40) * 1000 + attoseconds / 1_000_000_000_000_000)
        let scaled = random.multipliedFullWidth(by: UInt64(milliseconds) + 1).high
        return .milliseconds(Int64(scaled))
    }
}
