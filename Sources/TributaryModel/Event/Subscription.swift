// SPDX-License-Identifier: Apache-2.0

/// The subscription that an event belongs to.
public struct Subscription: Sendable, Hashable {
    /// The unit of a billing period.
    public enum Interval: String, Sendable, Hashable, CaseIterable {
        /// Calendar days.
        case day
        /// Seven days.
        case week
        /// Calendar months.
        case month
        /// Calendar years.
        case year
    }

    /// The provider's id.
    public var ref: String?

    /// The unit of a billing period.
    public var interval: Interval?

    /// How many units one period has; 3 with ``Interval/month`` is a quarter.
    public var intervalCount: Int64?

    /// When the trial ends or ended.
    public var trialEnd: Timestamp?

    /// Creates a subscription; what is not known stays `nil`.
    public init(
        ref: String? = nil,
        interval: Interval? = nil,
        intervalCount: Int64? = nil,
        trialEnd: Timestamp? = nil
    ) {
        self.ref = ref
        self.interval = interval
        self.intervalCount = intervalCount
        self.trialEnd = trialEnd
    }

    /// Whether nothing is known.
    public var isEmpty: Bool { ref == nil && interval == nil && intervalCount == nil && trialEnd == nil }
}
