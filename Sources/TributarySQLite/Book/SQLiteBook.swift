// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// The ledger's books in an SQLite database, within the transaction that its owner has open.
///
/// Used on the writer's thread alone. What it remembers between calls is forgotten when a transaction is rolled back.
final class SQLiteBook: LedgerBook {
    typealias Failure = StoreError

    let connection: Connection

    /// The events of the current submission as text, made ready by the caller's own thread.
    var prepared: [TextBytes] = []

    private var scopes: [Scope: Int64] = [:]
    private var scopesByID: [Int64: Scope] = [:]
    private var mappings: [MappingStamp: Int64] = [:]
    private var sinks: [String: Int64] = [:]
    private var sinkNames: [Int64: String] = [:]
    private var counts: [Int64: (accepted: Int64, filtered: Int64)] = [:]
    private var lastEvent: (number: Int64, event: StoredEvent)?

    init(_ connection: Connection) { self.connection = connection }

    /// Forgets everything that a rollback may have undone.
    func forget() {
        scopes = [:]
        scopesByID = [:]
        mappings = [:]
        sinks = [:]
        sinkNames = [:]
        counts = [:]
        lastEvent = nil
        prepared = []
    }

    /// Forgets the event that was read last, before it is changed.
    func forgetLastEvent() { lastEvent = nil }

    /// Writes the counters that the transaction has added to; the last thing before its commit.
    func flush() throws(StoreError) {
        for (sink, count) in counts {
            try connection.run(
                "UPDATE sink SET accepted = accepted + ?, filtered = filtered + ? WHERE id = ?",
                count.accepted,
                count.filtered,
                sink
            )
        }
        counts.removeAll(keepingCapacity: true)
    }

    // MARK: Short numbers for long names

    /// The number of a scope.
    func id(of scope: Scope) throws(StoreError) -> Int64 {
        if let known = scopes[scope] { return known }
        try connection.run("INSERT OR IGNORE INTO scope (source, live) VALUES (?, ?)", scope.source, scope.isLive)
        let id = try connection.first(
            "SELECT id FROM scope WHERE source = ? AND live = ?",
            scope.source,
            scope.isLive,
            read: { row throws(StoreError) in row.int(0) }
        )
        let found = try present(id)
        scopes[scope] = found
        scopesByID[found] = scope
        return found
    }

    /// The scope of a number.
    func scope(_ id: Int64) throws(StoreError) -> Scope {
        if let known = scopesByID[id] { return known }
        let scope = try connection.first(
            "SELECT source, live FROM scope WHERE id = ?",
            id,
            read: { row throws(StoreError) in Scope(source: row.text(0), isLive: row.int(1) != 0) }
        )
        let found = try present(scope)
        scopesByID[id] = found
        return found
    }

    /// The number of a sink.
    func id(ofSink name: String) throws(StoreError) -> Int64 {
        if let known = sinks[name] { return known }
        try connection.run("INSERT OR IGNORE INTO sink (name) VALUES (?)", name)
        let id = try connection.first(
            "SELECT id FROM sink WHERE name = ?",
            name,
            read: { row throws(StoreError) in row.int(0) }
        )
        let found = try present(id)
        guard found < 1 << DeliveryNumber.sinkBits else {
            throw StoreError(.unusable, "more than \(1 << DeliveryNumber.sinkBits) sinks were ever configured")
        }
        sinks[name] = found
        sinkNames[found] = name
        return found
    }

    /// The name of a sink.
    func sinkName(_ id: Int64) throws(StoreError) -> String {
        if let known = sinkNames[id] { return known }
        let name = try connection.first(
            "SELECT name FROM sink WHERE id = ?",
            id,
            read: { row throws(StoreError) in row.text(0) }
        )
        let found = try present(name)
        sinkNames[id] = found
        return found
    }

    func id(of stamp: MappingStamp) throws(StoreError) -> Int64 {
        if let known = mappings[stamp] { return known }
        try connection.run(
            "INSERT OR IGNORE INTO mapping (name, version, hash) VALUES (?, ?, ?)",
            stamp.name,
            stamp.version,
            stamp.contentHash
        )
        let id = try connection.first(
            "SELECT id FROM mapping WHERE name = ? AND version = ? AND hash = ?",
            stamp.name,
            stamp.version,
            stamp.contentHash,
            read: { row throws(StoreError) in row.int(0) }
        )
        let found = try present(id)
        mappings[stamp] = found
        return found
    }

    /// What must be there, or the database is damaged.
    func present<Value>(_ value: Value?) throws(StoreError) -> Value {
        guard let value else {
            throw StoreError(.failed, "a row that others point to is missing; the database is damaged")
        }
        return value
    }
}

// MARK: The journal

extension SQLiteBook {
    func journal(_ submission: Submission, in scope: Scope) throws(StoreError) -> JournalEntry {
        let scopeID = try id(of: scope)
        try connection.run(
            """
            INSERT INTO webhook (scope, key, type, live, received, headers, mapping, outcome, rule, why)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            scopeID,
            submission.webhookKey,
            submission.type,
            submission.live,
            submission.receivedAt,
            StoredText.headers(submission.headers),
            try id(of: submission.mapping),
            submission.outcome.kind.rawValue,
            submission.outcome.rule,
            submission.outcome.why
        )
        guard connection.changes == 0 else {
            let number = connection.lastInsertedRow
            if !submission.body.isEmpty {
                try connection.run(
                    "INSERT INTO body VALUES (?, ?, ?)",
                    number,
                    submission.receivedAt,
                    Blob(bytes: submission.body)
                )
            }
            return JournalEntry(number: number, isNew: true)
        }
        let number = try connection.first(
            "SELECT number FROM webhook WHERE scope = ? AND key = ?",
            scopeID,
            submission.webhookKey,
            read: { row throws(StoreError) in row.int(0) }
        )
        return JournalEntry(number: try present(number), isNew: false)
    }

    func enter(_ event: Event, as entry: EventEntry) throws(StoreError) {
        let text = prepared.indices.contains(entry.position) ? prepared[entry.position] : StoredText.event(event)
        try connection.run(
            "INSERT INTO event (number, scope, kind, key, received, sibling, json) VALUES (?, ?, ?, ?, ?, ?, ?)",
            entry.number,
            try id(of: entry.scope),
            event.kind.rawValue,
            event.key.description,
            entry.receivedAt,
            entry.siblingOf,
            text
        )
    }

    func event(_ number: Int64) throws(StoreError) -> StoredEvent {
        if let lastEvent, lastEvent.number == number { return lastEvent.event }
        let stored = try connection.first(
            "SELECT scope, received, sibling, json FROM event WHERE number = ?",
            number
        ) { row throws(StoreError) in
            let entry = EventEntry(
                webhook: number >> EventEntry.positionBits,
                position: Int(number & (1 << EventEntry.positionBits - 1)),
                scope: try scope(row.int(0)),
                receivedAt: row.time(1),
                siblingOf: row.optionalInt(2)
            )
            return StoredEvent(try StoredText.event(row.bytes(3)), entry)
        }
        let found = try present(stored)
        lastEvent = (number, found)
        return found
    }

    func key(of event: Int64) throws(StoreError) -> Reference {
        let key = try connection.first(
            "SELECT key FROM event WHERE number = ?",
            event,
            read: { row throws(StoreError) in Reference(text: row.text(0)) }
        )
        return try present(key ?? nil)
    }

    func entered(_ kind: EventKind, _ key: Reference, in scope: Scope) throws(StoreError) -> Int64? {
        try connection.first(
            """
            SELECT number FROM event INDEXED BY event_told
            WHERE scope = ? AND kind = ? AND key = ? AND sibling IS NULL AND kind <> 'payment.succeeded'
            """,
            try id(of: scope),
            kind.rawValue,
            key.description,
            read: { row throws(StoreError) in row.int(0) }
        )
    }

    func count(_ sink: String, accepted: Int64, filtered: Int64) throws(StoreError) {
        let id = try id(ofSink: sink)
        var count = counts[id] ?? (0, 0)
        count.accepted += accepted
        count.filtered += filtered
        counts[id] = count
    }

    func dropBodies(receivedBefore time: Timestamp, limit: Int) throws(StoreError) -> Int {
        // The oldest stand together at the table's start, so nothing is searched; their pages are used again.
        try connection.run(
            "DELETE FROM body WHERE received < ? AND webhook IN (SELECT webhook FROM body ORDER BY webhook LIMIT ?)",
            time,
            limit
        )
        return connection.changes
    }
}
