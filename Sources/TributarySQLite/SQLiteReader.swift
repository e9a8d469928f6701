// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryLedger
public import TributaryModel

/// Looks into a store's file without opening the store: also while a daemon has it open.
///
/// Only reads, and never checkpoints, so that the daemon's connection stays the only one that writes.
public struct SQLiteReader: Sendable {
    let reader: Reader

    /// Prepares reading; the file is opened by the first query.
    ///
    /// - Parameter path: The database file.
    public init(path: String) { reader = Reader(path: path) }

    /// Everything that was observed, the newest first.
    public func observations() async throws(StoreError) -> [Observation] {
        try await reader.read { book throws(StoreError) in try book.observations() }
    }

    /// The journal's outcomes that ask for a person, summed up, the most frequent first.
    public func tallies() async throws(StoreError) -> [OutcomeTally] {
        try await reader.read { book throws(StoreError) in try book.tallies() }
    }

    /// Journaled webhooks in the order in which they came, for walks through the journal.
    public func journal(_ query: JournalQuery) async throws(StoreError) -> [WebhookRecord] {
        try await reader.read { book throws(StoreError) in try book.records(query) }
    }

    /// Events in the order of their numbers.
    public func events(after number: Int64, limit: Int) async throws(StoreError) -> [StoredEvent] {
        try await reader.read { book throws(StoreError) in try book.events(after: number, limit: limit) }
    }

    /// How many webhooks of each provider instance came, real and test, and when.
    public func arrivals() async throws(StoreError) -> [WebhookArrivals] {
        try await reader.read { book throws(StoreError) in try book.arrivals() }
    }

    /// The conservation numbers of sinks.
    public func balances(of sinks: [String]) async throws(StoreError) -> [SinkBalance] {
        try await reader.read { book throws(StoreError) in
            var result: [SinkBalance] = []
            for sink in sinks { result.append(try book.balance(of: sink)) }
            return result
        }
    }

    /// Journaled webhooks, newest first.
    public func webhooks(_ query: WebhookQuery) async throws(StoreError) -> [WebhookRecord] {
        try await reader.read { book throws(StoreError) in try book.records(query) }
    }

    /// Deliveries, newest first.
    public func deliveries(_ query: DeliveryQuery) async throws(StoreError) -> [DeliveryRecord] {
        try await reader.read { book throws(StoreError) in try book.records(query) }
    }
}

/// How many webhooks of one provider instance came, and when.
public struct WebhookArrivals: Sendable, Hashable {
    /// The provider instance.
    public var source: String
    /// Whether they are about real money.
    public var isLive: Bool
    /// How many.
    public var count: Int64
    /// When the first one came.
    public var first: Timestamp
    /// When the last one came.
    public var last: Timestamp
}
