// SPDX-License-Identifier: Apache-2.0

public import Tributary

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

    /// Deliveries, newest first.
    public func deliveries(_ query: DeliveryQuery) async throws(StoreError) -> [DeliveryRecord] {
        try await reader.read { book throws(StoreError) in try book.records(query) }
    }
}
