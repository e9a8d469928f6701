// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
public import TributaryModel

/// Where everything durable lives.
///
/// The rules are the ledger's; a store gives them a transaction and keeps what they decide. What a method returns is
/// committed. An I/O error is ``StoreError/Code/failed`` and final: the process must end and recover from what is durable.
public protocol Store: Sendable {
    /// Journals a webhook, enters its events and plans their deliveries, all in one transaction.
    ///
    /// Concurrent calls share one commit; each returns only after its own is durable.
    func settle(_ submission: Submission, under policy: LedgerPolicy) async throws(StoreError) -> Settlement

    /// Takes deliveries that are due, oldest first, and commits the start of an attempt for each.
    ///
    /// A lease that is neither finished nor renewed lapses, and its delivery is taken again, with a new token.
    func lease(_ request: LeaseRequest) async throws(StoreError) -> [LeasedDelivery]

    /// Prolongs leases; those that have lapsed and were taken by another stay lost.
    func renew(_ tokens: [LeaseToken], until: Timestamp) async throws(StoreError)

    /// Records what an attempt came to.
    ///
    /// - Returns: whether the token still held, and which sinks have something new to send because of it.
    func finish(
        _ token: LeaseToken,
        _ result: AttemptResult,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> FinishReceipt

    /// Lets time pass: ends grace times, lapses unused attributions and drops raw bodies that are past their retention.
    ///
    /// - Returns: names of the sinks that have something new to send because of it.
    func tick(at now: Timestamp, under policy: LedgerPolicy) async throws(StoreError) -> Set<String>

    /// The earliest time at which the sink has something to send, if it has anything to wait for.
    func nextDue(for sink: String) async throws(StoreError) -> Timestamp?

    /// Deliveries for people and machines to look at, newest first.
    func deliveries(_ query: DeliveryQuery) async throws(StoreError) -> [DeliveryRecord]

    /// Journaled webhooks for people and machines to look at, newest first.
    func webhooks(_ query: WebhookQuery) async throws(StoreError) -> [WebhookRecord]

    /// The conservation numbers: one row for each sink.
    func balances(under policy: LedgerPolicy) async throws(StoreError) -> [SinkBalance]

    /// Adds observations to what was seen before of the same; the store keeps no webhook waiting for it.
    func observe(_ observations: [Observation]) async throws(StoreError)

    /// Everything that was observed, the newest first; 100,000 is the most that is given.
    func observations() async throws(StoreError) -> [Observation]

    /// The journal's outcomes that ask for a person, summed up, the most frequent first; 1,000 is the most that is given.
    func tallies() async throws(StoreError) -> [OutcomeTally]

    /// Journaled webhooks in the order in which they came, for walks through the journal.
    func journal(_ query: JournalQuery) async throws(StoreError) -> [WebhookRecord]

    /// Events in the order of their numbers, from the one behind `number` on; 1,000 is the most that is given.
    func events(after number: Int64, limit: Int) async throws(StoreError) -> [StoredEvent]

    /// Enters what a journaled webhook means by a mended mapping, as far as that is new, in one transaction.
    func replay(
        _ submission: Submission,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> Replay

    /// Sends deliveries again that ended without being stored, as far as that makes sense, in one transaction.
    ///
    /// The caller gives a bounded number at a time.
    ///
    /// - Returns: what became of each, in order.
    func retry(
        _ deliveries: [Int64],
        isDryRun: Bool,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> [Retry]

    /// Erases a person in one transaction; nothing of what is erased can be read from the files afterwards.
    ///
    /// Keys stay, so that nothing is counted again. The caller gives a bounded number of events and webhooks at a time.
    func forget(
        _ erasure: Erasure,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> ErasureReport

    /// Whether a transaction can be committed right now.
    func isReady() async -> Bool

    /// Finishes what was begun and closes; later calls throw ``StoreError/Code/closed``.
    func close() async
}
