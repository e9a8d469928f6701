// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

/// What a dispatcher did, for metrics and logs.
public enum DispatchEvent: Sendable, Hashable {
    /// An attempt was made and its result is durable.
    case attempted(Attempted)
    /// The sink is not called for a while, because it fails.
    case opened(sink: String, until: Timestamp)
    /// The sink refuses our key; it is asked again at that time, or after a restart.
    case paused(sink: String, until: Timestamp)
    /// The sink is called again.
    case closed(sink: String)
    /// A result came too late: the lease had lapsed and the delivery was taken again.
    case fenced(sink: String, delivery: Int64)
    /// The store refuses for now, as it does on a full disk; told once until it works again.
    case refused(sink: String, reason: String)

    /// One attempt.
    public struct Attempted: Sendable, Hashable {
        /// The sink.
        public var sink: String
        /// The store's number of the delivery.
        public var delivery: Int64
        /// What was delivered.
        public var kind: EventKind
        /// Number of the attempt, from 1.
        public var attempt: Int
        /// What came of it.
        public var next: AttemptResult.Next
        /// HTTP status of the last answer.
        public var status: Int?
        /// How long it took, from the lease to the commit of its result.
        public var duration: Duration
    }
}
