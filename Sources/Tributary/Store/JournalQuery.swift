// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
public import TributaryModel

/// Which webhooks of the journal to walk through, the oldest first.
public struct JournalQuery: Sendable, Hashable {
    /// Only this provider instance.
    public var source: String?
    /// Only the webhook of this number.
    public var number: Int64?
    /// Only this event type.
    public var type: String?
    /// Only those that came since.
    public var since: Timestamp?
    /// Only these outcomes; `nil` for all.
    public var outcomes: Set<JournalOutcome.Kind>?
    /// Only those behind this number: the last one of the page before.
    public var after: Int64
    /// At most so many; 1,000 is the most that is given.
    public var limit: Int

    /// Creates a query.
    public init(
        source: String? = nil,
        number: Int64? = nil,
        type: String? = nil,
        since: Timestamp? = nil,
        outcomes: Set<JournalOutcome.Kind>? = nil,
        after: Int64 = 0,
        limit: Int = 100
    ) {
        self.source = source
        self.number = number
        self.type = type
        self.since = since
        self.outcomes = outcomes
        self.after = after
        self.limit = limit
    }

    /// Whether a webhook is one of those; for stores without an index.
    public func takes(_ submission: Submission, number: Int64) -> Bool {
        number > after && self.number ?? number == number && source ?? submission.source == submission.source
            && type ?? submission.type == submission.type && since ?? submission.receivedAt <= submission.receivedAt
            && outcomes?.contains(submission.outcome.kind) ?? true
    }
}
