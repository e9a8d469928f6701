// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
import TributaryModel

/// What became of a journaled webhook that went through the present mapping again.
public enum ReplayResult: Sendable, Hashable {
    /// One part for each event of the body.
    case mapped([Part])
    /// Its body is not kept any more, or was kept with the first of its batch.
    case noBody
    /// The provider instance that it came in on is not configured any more.
    case noProvider(String)
    /// The present mapping cannot read it.
    case unreadable(String)

    /// One event of the provider within a body.
    public struct Part: Sendable, Hashable {
        /// The journal's number; `nil` on a dry run, where the webhook is new because its id is read otherwise now.
        public var number: Int64?
        /// What is different.
        public var plan: ReplayPlan
        /// What became of the new events; empty on a dry run.
        public var dispositions: [Settlement.Disposition]
        /// Names of the sinks that have something new to send because of it.
        public var wakes: Set<String>
    }
}

extension Engine {
    /// Lets a journaled webhook go through the present mapping again.
    ///
    /// The webhook was proven when it came; its keys are the same, so that nothing counts twice.
    ///
    /// - Parameters:
    ///   - record: The webhook, with its body.
    ///   - isDryRun: Whether to find out only what would change.
    /// - Returns: what changed.
    /// - Throws: what the store throws.
    public func replay(_ record: WebhookRecord, isDryRun: Bool) async throws(StoreError) -> ReplayResult {
        let journaled = record.submission
        guard let intake = intakes[journaled.source] else { return .noProvider(journaled.source) }
        guard !journaled.body.isEmpty else { return .noBody }
        let webhook = Webhook(provider: journaled.source, headers: journaled.headers, body: journaled.body)
        let submissions: [Submission]
        switch intake.admit(webhook, at: journaled.receivedAt, isReplay: true) {
        case .admitted(let admitted): submissions = admitted
        case .unreadable(let reason): return .unreadable(reason)
        }
        var parts: [ReplayResult.Part] = []
        for var submission in submissions {
            // The body stays where it is.
            submission.body = []
            if isDryRun {
                let known = try await self.record(of: submission, beside: record)
                let plan = ReplayPlan(
                    before: known?.submission.outcome,
                    known?.submission.events ?? [],
                    now: submission
                )
                parts.append(.init(number: known?.number, plan: plan, dispositions: [], wakes: []))
            } else {
                let replay = try await store.replay(submission, at: now(), under: policy)
                parts.append(
                    .init(
                        number: replay.number,
                        plan: replay.plan,
                        dispositions: replay.dispositions,
                        wakes: replay.wakes
                    )
                )
            }
        }
        return .mapped(parts)
    }

    private func record(
        of submission: Submission,
        beside record: WebhookRecord
    ) async throws(StoreError) -> WebhookRecord? {
        let isLive = submission.live != false
        if submission.webhookKey == record.submission.webhookKey, isLive == (record.submission.live != false) {
            return record
        }
        let query = WebhookQuery(source: submission.source, key: submission.webhookKey)
        return try await store.webhooks(query).first { ($0.submission.live != false) == isLive }
    }
}
