// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

/// A journaled webhook whose raw body is still kept.
public struct JournaledBody: Sendable, Hashable {
    /// The webhook's number in the store; rises with the order of arrival.
    public var number: Int64

    /// Name of the provider instance.
    public var source: String

    /// When it arrived.
    public var received: Timestamp

    /// The request's header fields, without those that prove it.
    public var headers: HeaderFields

    /// The bytes as they came.
    public var body: [UInt8]
}

/// How much of a mapping's journal a store has.
public struct JournalCount: Sendable, Hashable {
    /// Webhooks that were journaled.
    public var webhooks: Int

    /// How many of them still have their body.
    public var bodies: Int
}

extension SQLiteReader {
    /// Counts the webhooks that a mapping has mapped, whatever the provider instance is called.
    ///
    /// - Parameter mapping: Name of the mapping.
    /// - Returns: The counts.
    /// - Throws: ``StoreError`` where the file cannot be read as a store.
    public func journalCount(of mapping: String) async throws(StoreError) -> JournalCount {
        try await reader.read { book throws(StoreError) in try book.journalCount(of: mapping) }
    }

    /// A page of the webhooks that a mapping has mapped and whose body is still kept, oldest first.
    ///
    /// Each page is a read of its own, so that a long walk holds nothing up.
    ///
    /// - Parameters:
    ///   - mapping: Name of the mapping.
    ///   - number: The last webhook of the page before; 0 for the first page.
    ///   - limit: The most webhooks of the page.
    /// - Returns: The page; empty at the end.
    /// - Throws: ``StoreError`` where the file cannot be read as a store.
    public func journal(
        of mapping: String,
        after number: Int64,
        limit: Int
    ) async throws(StoreError) -> [JournaledBody] {
        try await reader.read { book throws(StoreError) in
            try book.journal(of: mapping, after: number, limit: limit)
        }
    }
}

extension SQLiteBook {
    fileprivate func journalCount(of mapping: String) throws(StoreError) -> JournalCount {
        let found = try connection.first(
            """
            SELECT count(*), count(b.webhook) FROM webhook w LEFT JOIN body b ON b.webhook = w.number
            WHERE w.mapping IN (SELECT id FROM mapping WHERE name = ?)
            """,
            mapping,
            read: { row throws(StoreError) in JournalCount(webhooks: Int(row.int(0)), bodies: Int(row.int(1))) }
        )
        return found ?? JournalCount(webhooks: 0, bodies: 0)
    }

    fileprivate func journal(
        of mapping: String,
        after number: Int64,
        limit: Int
    ) throws(StoreError) -> [JournaledBody] {
        // From the bodies, since those of old webhooks are gone.
        try connection.all(
            """
            SELECT b.webhook, s.source, w.received, w.headers, b.bytes
            FROM body b CROSS JOIN webhook w ON w.number = b.webhook JOIN scope s ON s.id = w.scope
            WHERE b.webhook > ? AND w.mapping IN (SELECT id FROM mapping WHERE name = ?)
            ORDER BY b.webhook LIMIT ?
            """,
            number,
            mapping,
            limit,
            read: { row throws(StoreError) in
                JournaledBody(
                    number: row.int(0),
                    source: row.text(1),
                    received: row.time(2),
                    headers: try StoredText.headers(row.bytes(3)),
                    body: row.bytes(4)
                )
            }
        )
    }
}
