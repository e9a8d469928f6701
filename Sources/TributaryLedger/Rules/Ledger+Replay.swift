// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a journaled webhook means by a mapping that was mended, beside what it meant when it came.
public struct ReplayPlan: Sendable, Hashable {
    /// What was decided before; `nil` where the webhook is new, because its id is read otherwise now.
    public var before: JournalOutcome?
    /// What is decided now.
    public var after: JournalOutcome
    /// Events that were not there before and are entered; those that tell known money again are its siblings.
    public var fresh: [Event]
    /// Events that are not entered: the webhook counted as other money before, and nothing says that it is the same.
    public var conflicts: [Event]
    /// Events of before that the mapping would not emit any more; they stay.
    public var gone: [Event]

    /// Compares.
    ///
    /// - Parameters:
    ///   - outcome: What was decided before.
    ///   - events: The events of before.
    ///   - submission: What the webhook means now.
    public init(before outcome: JournalOutcome?, _ events: [Event], now submission: Submission) {
        before = outcome
        after = submission.outcome
        fresh = []
        conflicts = []
        gone = events.filter { event in
            !submission.events.contains { $0.kind == event.kind && $0.key == event.key }
        }
        for event in submission.events where !events.contains(event) {
            let same = events.filter { $0.kind == event.kind }
            let isMoney = event.kind.movement != .none
            let isTold = same.contains { !$0.references.isDisjoint(with: event.references) }
            let rooms = submission.events.count { $0.kind == event.kind }
            if isMoney, !isTold, same.count >= rooms { conflicts.append(event) } else { fresh.append(event) }
        }
    }

    /// Whether anything is different.
    public var isChange: Bool { before != after || !fresh.isEmpty || !conflicts.isEmpty || !gone.isEmpty }
}

/// What replaying a webhook did.
public struct Replay: Sendable, Hashable {
    /// The journal's number of the webhook.
    public var number: Int64
    /// What is different.
    public var plan: ReplayPlan
    /// What became of ``ReplayPlan/fresh``, in its order.
    public var dispositions: [Settlement.Disposition]
    /// Names of the sinks that have something new to send because of it.
    public var wakes: Set<String>
}

extension Ledger {
    /// Enters what a journaled webhook means by a mended mapping, as far as that is new.
    ///
    /// The keys are the same, so nothing counts twice; what was entered or sent before stays. Replaying twice changes
    /// nothing.
    ///
    /// - Parameters:
    ///   - submission: What the webhook means now.
    ///   - now: The time: what has to wait for something begins to wait now.
    /// - Returns: what was done.
    /// - Throws: what the book throws.
    public mutating func replay(_ submission: Submission, at now: Timestamp) throws(Book.Failure) -> Replay {
        wakes = []
        let scope = Scope(source: submission.source, isLive: submission.live != false)
        let journal = try book.journal(submission, in: scope)
        let stored = journal.isNew ? nil : try book.judged(journal.number)
        let plan = ReplayPlan(before: stored?.outcome, stored?.events ?? [], now: submission)
        if journal.isNew, submission.events.isEmpty {
            for sink in policy.sinks { try book.count(sink.name, accepted: 1, filtered: 1) }
        }
        if let stored, plan.isChange, stored.outcome != plan.after || stored.mapping != submission.mapping {
            try book.rejudge(journal.number, submission.mapping, submission.outcome)
        }
        var dispositions: [Settlement.Disposition] = []
        for (offset, event) in plan.fresh.enumerated() {
            let entry = EventEntry(
                webhook: journal.number,
                position: (stored?.events.count ?? 0) + offset,
                scope: scope,
                receivedAt: now
            )
            dispositions.append(try enter(event, as: entry))
        }
        return Replay(number: journal.number, plan: plan, dispositions: dispositions, wakes: wakes)
    }
}

extension Event {
    /// Its key and aliases.
    fileprivate var references: Set<Reference> { Set([key] + aliases) }
}
