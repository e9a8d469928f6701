// SPDX-License-Identifier: Apache-2.0

/// A ration: so many at once, and so many each second on the long run.
struct TokenBucket: Sendable {
    private let capacity: Int
    private let interval: Duration
    private var tokens: Int
    private var counted: ContinuousClock.Instant?

    init(capacity: Int, perSecond: Int) {
        self.capacity = capacity
        interval = .seconds(1) / perSecond
        tokens = capacity
    }

    /// Takes one, if there is one left.
    mutating func take(at now: ContinuousClock.Instant) -> Bool {
        if let since = counted, since <= now {
            let earned = Int(min((now - since) / interval, Double(capacity)))
            tokens = min(capacity, tokens + earned)
            counted = tokens == capacity ? now : since + interval * earned
        } else {
            counted = now
        }
        guard tokens > 0 else { return false }
        tokens -= 1
        return true
    }
}
