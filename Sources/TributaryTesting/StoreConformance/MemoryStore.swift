// SPDX-License-Identifier: Apache-2.0

import Synchronization
public import Tributary
public import TributaryLedger
public import TributaryModel

/// A store in memory: for tests of what stands on a store, and the reference that other stores are compared with.
///
/// It keeps nothing beyond the process and searches where others have an index.
public final class MemoryStore: Store {
    private struct State {
        var ledger = Ledger(book: MemoryBook(), policy: LedgerPolicy(sinks: []))
        var observations: [Observation.Key: Observation] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Creates an empty store.
    public init() {}

    private func update<Value: Sendable>(
        _ policy: LedgerPolicy? = nil,
        _ work: (inout sending Ledger<MemoryBook>) -> sending Value
    ) throws(StoreError) -> Value {
        let value = state.withLock { state -> Value? in
            guard !state.isClosed else { return nil }
            if let policy { state.ledger.policy = policy }
            return work(&state.ledger)
        }
        guard let value else { throw StoreError(.closed, "the store was closed") }
        return value
    }

    /// Journals a webhook, enters its events and plans their deliveries.
    public func settle(
        _ submission: Submission,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> Settlement {
        try update(policy) { $0.settle(submission) }
    }

    /// Takes deliveries that are due, oldest first.
    public func lease(_ request: LeaseRequest) async throws(StoreError) -> [LeasedDelivery] {
        let grants = try update {
            $0.lease(request.sink, limit: request.limit, at: request.now, until: request.until)
        }
        return grants.map { LeasedDelivery($0) }
    }

    /// Prolongs leases; those that have lapsed and were taken by another stay lost.
    public func renew(_ tokens: [LeaseToken], until: Timestamp) async throws(StoreError) {
        try update { ledger in
            for token in tokens { ledger.renew(token.delivery, token: token.number, until: until) }
        }
    }

    /// Records what an attempt came to.
    ///
    /// - Returns: whether the token still held, and which sinks have something new to send because of it.
    public func finish(
        _ token: LeaseToken,
        _ result: AttemptResult,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> FinishReceipt {
        let wakes = try update(policy) {
            $0.finish(
                token.delivery,
                token: token.number,
                result.outcome,
                mayHaveArrived: result.mayHaveArrived,
                isWait: result.isWait,
                trail: result.trail,
                at: now
            )
        }
        return FinishReceipt(held: wakes != nil, wakes: wakes ?? [])
    }

    /// Lets time pass.
    public func tick(at now: Timestamp, under policy: LedgerPolicy) async throws(StoreError) -> Set<String> {
        var wakes: Set<String> = []
        while true {
            let report = try update(policy) { $0.tick(at: now, limit: 256) }
            wakes.formUnion(report.wakes)
            guard report.hasMore else { return wakes }
        }
    }

    /// The earliest time at which the sink has something to send, if it has anything to wait for.
    public func nextDue(for sink: String) async throws(StoreError) -> Timestamp? {
        try update { $0.book.nextDue(sink) }
    }

    /// Deliveries, newest first.
    public func deliveries(_ query: DeliveryQuery) async throws(StoreError) -> [DeliveryRecord] {
        try update { ledger in
            let book = ledger.book
            let records = book.deliveries.values.sorted { $0.number > $1.number }.map {
                DeliveryRecord($0, book.sentEvent(of: $0))
            }
            let found = records.filter(query.takes)
            return Array(found.prefix(max(0, min(query.limit, 10_000))))
        }
    }

    /// Journaled webhooks, newest first.
    public func webhooks(_ query: WebhookQuery) async throws(StoreError) -> [WebhookRecord] {
        try update { ledger in
            let book = ledger.book
            let found = book.webhooks.sorted { $0.key > $1.key }.filter { _, submission in
                submission.source == query.source ?? submission.source
                    && submission.webhookKey == query.key ?? submission.webhookKey
            }
            return found.prefix(max(0, min(query.limit, 10_000))).map { book.record(ofWebhook: $0.key, $0.value) }
        }
    }

    /// Journaled webhooks in the order in which they came.
    public func journal(_ query: JournalQuery) async throws(StoreError) -> [WebhookRecord] {
        try update { ledger in
            let book = ledger.book
            let found = book.webhooks.sorted { $0.key < $1.key }.filter { query.takes($0.value, number: $0.key) }
            return found.prefix(max(0, min(query.limit, 1000))).map { book.record(ofWebhook: $0.key, $0.value) }
        }
    }

    /// Events in the order of their numbers.
    public func events(after number: Int64, limit: Int) async throws(StoreError) -> [StoredEvent] {
        try update { ledger in
            let found = ledger.book.events.filter { $0.key > number }.sorted { $0.key < $1.key }
            return found.prefix(max(0, min(limit, 1000))).map(\.value)
        }
    }

    /// Enters what a journaled webhook means by a mended mapping, as far as that is new.
    public func replay(
        _ submission: Submission,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> Replay {
        try update(policy) { $0.replay(submission, at: now) }
    }

    /// Sends deliveries again that ended without being stored, as far as that makes sense.
    public func retry(
        _ deliveries: [Int64],
        isDryRun: Bool,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> [Retry] {
        try update(policy) { ledger in
            var retries: [Retry] = []
            for delivery in deliveries { retries.append(ledger.retry(delivery, isDryRun: isDryRun, at: now)) }
            return retries
        }
    }

    /// Erases a person.
    public func forget(
        _ erasure: Erasure,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> ErasureReport {
        try update(policy) { $0.forget(erasure, at: now) }
    }

    /// The conservation numbers: one row for each sink.
    public func balances(under policy: LedgerPolicy) async throws(StoreError) -> [SinkBalance] {
        try update { ledger in
            let book = ledger.book
            return policy.sinks.map { sink in
                let (accepted, filtered) = book.counters(of: sink.name)
                let ends = book.deliveries.values.filter { $0.sink == sink.name }.map(\.end)
                let ended = Int64(ends.count { $0 != nil })
                let delivered = Int64(ends.count { $0 == .delivered })
                return SinkBalance(
                    sink: sink.name,
                    accepted: accepted,
                    filtered: filtered,
                    delivered: delivered,
                    endedOtherwise: ended - delivered,
                    pending: Int64(ends.count) - ended
                )
            }
        }
    }

    /// Adds observations to what was seen before of the same.
    public func observe(_ observations: [Observation]) async throws(StoreError) {
        let isClosed = state.withLock { state in
            guard !state.isClosed else { return true }
            for observation in observations {
                if state.observations[observation.key] == nil {
                    state.observations[observation.key] = observation
                } else {
                    state.observations[observation.key]?.add(observation)
                }
            }
            return false
        }
        if isClosed { throw StoreError(.closed, "the store was closed") }
    }

    /// Everything that was observed, the newest first.
    public func observations() async throws(StoreError) -> [Observation] {
        let found = state.withLock { $0.isClosed ? nil : Array($0.observations.values) }
        guard let found else { throw StoreError(.closed, "the store was closed") }
        return found.sorted { $0.last > $1.last }
    }

    /// The journal's outcomes that ask for a person, summed up, the most frequent first.
    public func tallies() async throws(StoreError) -> [OutcomeTally] {
        try update { ledger in
            var tallies: [OutcomeTally] = []
            for (_, webhook) in ledger.book.webhooks.sorted(by: { $0.key < $1.key })
            where OutcomeTally.kinds.contains(webhook.outcome.kind) {
                let same = tallies.firstIndex { tally in
                    tally.source == webhook.source && tally.type == webhook.type && tally.outcome == webhook.outcome
                        && tally.mapping == webhook.mapping
                }
                if let same {
                    tallies[same].count += 1
                    tallies[same].first = min(tallies[same].first, webhook.receivedAt)
                    tallies[same].last = max(tallies[same].last, webhook.receivedAt)
                } else {
                    tallies.append(
                        OutcomeTally(
                            source: webhook.source,
                            type: webhook.type,
                            outcome: webhook.outcome,
                            mapping: webhook.mapping,
                            count: 1,
                            first: webhook.receivedAt,
                            last: webhook.receivedAt
                        )
                    )
                }
            }
            return tallies.sorted { ($0.count, $0.last) > ($1.count, $1.last) }
        }
    }

    /// Whether it is open.
    public func isReady() async -> Bool { state.withLock { !$0.isClosed } }

    /// Closes; later calls throw ``StoreError/Code/closed``.
    public func close() async { state.withLock { $0.isClosed = true } }
}

extension MemoryBook {
    /// A webhook with its events as they stand now, as a person looks at it.
    fileprivate func record(ofWebhook number: Int64, _ journaled: Submission) -> WebhookRecord {
        var submission = journaled
        let entered = entered(with: number)
        submission.events = entered.map(\.event)
        let dispositions = entered.map { event -> Settlement.Disposition in
            event.entry.siblingOf.map { .sibling(of: key(of: $0)) } ?? .entered
        }
        return WebhookRecord(number: number, submission: submission, dispositions: dispositions)
    }
}
