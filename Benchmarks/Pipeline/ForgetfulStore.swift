// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// A store that says of everything that it is stored, so that the engine's own work can be measured.
struct ForgetfulStore: Store {
    func settle(_ submission: Submission, under policy: LedgerPolicy) async throws(StoreError) -> Settlement {
        Settlement(status: .stored, number: 1)
    }

    func lease(_ request: LeaseRequest) async throws(StoreError) -> [LeasedDelivery] { [] }

    func renew(_ tokens: [LeaseToken], until: Timestamp) async throws(StoreError) {}

    func finish(
        _ token: LeaseToken,
        _ result: AttemptResult,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> FinishReceipt { FinishReceipt(held: false) }

    func tick(at now: Timestamp, under policy: LedgerPolicy) async throws(StoreError) -> Set<String> { [] }

    func nextDue(for sink: String) async throws(StoreError) -> Timestamp? { nil }

    func deliveries(_ query: DeliveryQuery) async throws(StoreError) -> [DeliveryRecord] { [] }

    func webhooks(_ query: WebhookQuery) async throws(StoreError) -> [WebhookRecord] { [] }

    func balances(under policy: LedgerPolicy) async throws(StoreError) -> [SinkBalance] { [] }

    func observe(_ observations: [Observation]) async throws(StoreError) {}

    func observations() async throws(StoreError) -> [Observation] { [] }

    func tallies() async throws(StoreError) -> [OutcomeTally] { [] }

    func journal(_ query: JournalQuery) async throws(StoreError) -> [WebhookRecord] { [] }

    func events(after number: Int64, limit: Int) async throws(StoreError) -> [StoredEvent] { [] }

    func replay(
        _ submission: Submission,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> Replay { throw StoreError(.unusable, "it keeps nothing") }

    func retry(
        _ deliveries: [Int64],
        isDryRun: Bool,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> [Retry] { [] }

    func forget(
        _ erasure: Erasure,
        at now: Timestamp,
        under policy: LedgerPolicy
    ) async throws(StoreError) -> ErasureReport { ErasureReport() }

    func isReady() async -> Bool { true }

    func close() async {}
}
