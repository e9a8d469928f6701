// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

// Replay and erasure on the writing connection, walks on the reading one.
extension SQLiteBook {
    func judged(_ webhook: Int64) throws(StoreError) -> JudgedWebhook {
        let record = try record(ofWebhook: webhook)
        return JudgedWebhook(
            mapping: record.submission.mapping,
            outcome: record.submission.outcome,
            events: record.submission.events
        )
    }

    func rejudge(_ webhook: Int64, _ mapping: MappingStamp, _ outcome: JournalOutcome) throws(StoreError) {
        try connection.run(
            "UPDATE webhook SET mapping = ?, outcome = ?, rule = ?, why = ? WHERE number = ?",
            try id(of: mapping),
            outcome.kind.rawValue,
            outcome.rule,
            outcome.why,
            webhook
        )
    }

    func replace(_ event: Int64, with erased: Event) throws(StoreError) {
        forgetLastEvent()
        try connection.run(
            "UPDATE event SET key = ?, json = ? WHERE number = ?",
            erased.key.description,
            StoredText.event(erased),
            event
        )
    }

    func unbind(_ reference: Reference, in scope: Scope) throws(StoreError) {
        try connection.run(
            "DELETE FROM link WHERE scope = ? AND reference = ?",
            try id(of: scope),
            reference.description
        )
    }

    func deliveries(of event: Int64) throws(StoreError) -> [DeliveryRow] {
        try connection.all(
            "SELECT * FROM delivery WHERE number BETWEEN ? AND ? ORDER BY number",
            DeliveryNumber.of(event: event, sink: 0),
            DeliveryNumber.of(event: event + 1, sink: 0) - 1,
            read: row
        )
    }

    func eraseContent(ofWebhook number: Int64) throws(StoreError) -> Bool {
        try connection.run("DELETE FROM body WHERE webhook = ?", number)
        let hadBody = connection.changes > 0
        try connection.run("UPDATE webhook SET headers = NULL WHERE number = ? AND headers IS NOT NULL", number)
        return hadBody || connection.changes > 0
    }

    /// Webhooks of the journal, the oldest first.
    func records(_ query: JournalQuery) throws(StoreError) -> [WebhookRecord] {
        let kinds = query.outcomes.map { $0.map(\.rawValue).sorted().joined(separator: " ") }
        let numbers = try connection.all(
            """
            SELECT number FROM webhook NOT INDEXED WHERE number > ?1 AND (?2 IS NULL OR number = ?2)
              AND (?3 IS NULL OR type = ?3) AND (?4 IS NULL OR received >= ?4)
              AND (?5 IS NULL OR instr(?5, outcome) > 0)
              AND (?6 IS NULL OR scope IN (SELECT id FROM scope WHERE source = ?6))
            ORDER BY number LIMIT ?7
            """,
            // One webhook is found by its number and not by a walk up to it.
            max(query.after, (query.number ?? 0) - 1),
            query.number,
            query.type,
            query.since,
            kinds,
            query.source,
            max(0, min(query.limit, walkedMax)),
            read: { row throws(StoreError) in row.int(0) }
        )
        var records: [WebhookRecord] = []
        for number in numbers { records.append(try record(ofWebhook: number)) }
        return records
    }

    /// How many webhooks came, by instance.
    func arrivals() throws(StoreError) -> [WebhookArrivals] {
        try connection.all(
            """
            SELECT s.source, s.live, count(*), min(w.received), max(w.received)
            FROM webhook w JOIN scope s ON s.id = w.scope GROUP BY w.scope ORDER BY s.source, s.live DESC
            """,
            read: { row throws(StoreError) in
                WebhookArrivals(
                    source: row.text(0),
                    isLive: row.int(1) != 0,
                    count: row.int(2),
                    first: row.time(3),
                    last: row.time(4)
                )
            }
        )
    }

    /// Events in the order of their numbers.
    func events(after number: Int64, limit: Int) throws(StoreError) -> [StoredEvent] {
        try connection.all(
            "SELECT number, scope, received, sibling, json FROM event WHERE number > ? ORDER BY number LIMIT ?",
            number,
            max(0, min(limit, walkedMax)),
            read: { row throws(StoreError) in
                let number = row.int(0)
                let entry = EventEntry(
                    webhook: number >> EventEntry.positionBits,
                    position: Int(number & (1 << EventEntry.positionBits - 1)),
                    scope: try self.scope(row.int(1)),
                    receivedAt: row.time(2),
                    siblingOf: row.optionalInt(3)
                )
                return StoredEvent(try StoredText.event(row.bytes(4)), entry)
            }
        )
    }
}

/// The most rows of one page of a walk.
private let walkedMax = 1000
