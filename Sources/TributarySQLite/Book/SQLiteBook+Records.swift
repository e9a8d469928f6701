// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// The most records that one query gives.
private let recordsMax = 10_000

// What people and metrics look at; runs on the reading connection.
extension SQLiteBook {
    /// Deliveries, newest first.
    func records(_ query: DeliveryQuery) throws(StoreError) -> [DeliveryRecord] {
        let limit = max(0, min(query.limit, recordsMax))
        let rows =
            if let number = query.number {
                try delivery(number).map { [$0] } ?? []
            } else if let sale = query.correcting {
                try rows(correcting: sale)
            } else if let webhook = query.webhook {
                try rows(of: webhook)
            } else if query.sink == nil, query.state == nil, query.ends == nil {
                try connection.all(
                    "SELECT * FROM delivery WHERE number < ? ORDER BY number DESC LIMIT ?",
                    query.before ?? .max,
                    limit,
                    read: row
                )
            } else {
                try rows(inStatesOf: query, limit)
            }
        var records: [DeliveryRecord] = []
        for row in rows where records.count < limit {
            let record = DeliveryRecord(row, try sentEvent(of: row))
            if query.takes(record) { records.append(record) }
        }
        return records
    }

    private func rows(of webhook: Int64) throws(StoreError) -> [DeliveryRow] {
        let bits = EventEntry.positionBits + DeliveryNumber.sinkBits
        return try connection.all(
            "SELECT * FROM delivery WHERE number BETWEEN ? AND ? ORDER BY number DESC LIMIT ?",
            webhook << bits,
            webhook << bits | (1 << bits - 1),
            recordsMax,
            read: row
        )
    }

    /// The deliveries of a sale's corrections, of which there are few.
    private func rows(correcting sale: Int64) throws(StoreError) -> [DeliveryRow] {
        var found: [DeliveryRow] = []
        for correction in try corrections(of: sale) {
            found += try rows(of: correction.event >> EventEntry.positionBits).filter { $0.event == correction.event }
        }
        return found.sorted { $0.number > $1.number }
    }

    /// The newest of each sink and state in question, by the index that has each of them in order; then the newest of all.
    private func rows(inStatesOf query: DeliveryQuery, _ limit: Int) throws(StoreError) -> [DeliveryRow] {
        let states: [Int64] =
            switch query.ends.map({ _ in .ended }) ?? query.state {
            case .pending?: StateColumns.pending
            case .leased?: [StateColumns.leased]
            case .ended?: query.ends.map { $0.map { StateColumns.code(of: $0) }.sorted() } ?? StateColumns.ended
            case nil: StateColumns.pending + [StateColumns.leased] + StateColumns.ended
            }
        let sinks = try connection.all(
            "SELECT id FROM sink WHERE ?1 IS NULL OR name = ?1",
            query.sink,
            read: { row throws(StoreError) in row.int(0) }
        )
        var numbers: [Int64] = []
        for sink in sinks {
            for state in states {
                numbers += try connection.all(
                    """
                    SELECT number FROM delivery INDEXED BY delivery_state WHERE sink = ? AND state = ? AND number < ?
                    ORDER BY number DESC LIMIT ?
                    """,
                    sink,
                    state,
                    query.before ?? .max,
                    limit,
                    read: { row throws(StoreError) in row.int(0) }
                )
            }
        }
        numbers.sort(by: >)
        var rows: [DeliveryRow] = []
        for number in numbers.prefix(limit) { rows.append(try present(try delivery(number))) }
        return rows
    }

    /// Journaled webhooks, newest first.
    func records(_ query: WebhookQuery) throws(StoreError) -> [WebhookRecord] {
        let limit = max(0, min(query.limit, recordsMax))
        let scopes = try connection.all(
            "SELECT id FROM scope WHERE ?1 IS NULL OR source = ?1",
            query.source,
            read: { row throws(StoreError) in row.int(0) }
        )
        var numbers: [Int64] = []
        for scope in scopes { numbers += try webhooks(in: scope, query.key, limit) }
        var records: [WebhookRecord] = []
        for number in numbers.sorted(by: >).prefix(limit) { records.append(try record(ofWebhook: number)) }
        return records
    }

    private func webhooks(in scope: Int64, _ key: String?, _ limit: Int) throws(StoreError) -> [Int64] {
        guard let key else {
            // From the newest on until there are enough; an instance that has long been silent costs a whole walk.
            return try connection.all(
                "SELECT number FROM webhook NOT INDEXED WHERE scope = ? ORDER BY number DESC LIMIT ?",
                scope,
                limit,
                read: { row throws(StoreError) in row.int(0) }
            )
        }
        return try connection.all(
            "SELECT number FROM webhook WHERE scope = ? AND key = ?",
            scope,
            key,
            read: { row throws(StoreError) in row.int(0) }
        )
    }

    func record(ofWebhook number: Int64) throws(StoreError) -> WebhookRecord {
        let found = try connection.first(
            """
            SELECT w.number, s.source, w.key, w.type, w.live, w.received, w.headers, b.bytes, m.name, m.version, m.hash,
              w.outcome, w.rule, w.why
            FROM webhook w JOIN scope s ON s.id = w.scope JOIN mapping m ON m.id = w.mapping
              LEFT JOIN body b ON b.webhook = w.number
            WHERE w.number = ?
            """,
            number,
            read: { row throws(StoreError) in try self.submission(row) }
        )
        var submission = try present(found)
        var dispositions: [Settlement.Disposition] = []
        for (event, sibling) in try events(of: number) {
            submission.events.append(event)
            if let sibling {
                dispositions.append(.sibling(of: try key(of: sibling)))
            } else {
                dispositions.append(.entered)
            }
        }
        return WebhookRecord(number: number, submission: submission, dispositions: dispositions)
    }

    /// The conservation numbers of a sink, from its counters and from the states of its deliveries.
    func balance(of sink: String) throws(StoreError) -> SinkBalance {
        var balance = SinkBalance(
            sink: sink,
            accepted: 0,
            filtered: 0,
            delivered: 0,
            endedOtherwise: 0,
            pending: 0
        )
        guard let id = try knownSink(sink) else { return balance }
        let counters = try connection.first(
            "SELECT accepted, filtered FROM sink WHERE id = ?",
            id,
            read: { row throws(StoreError) in (row.int(0), row.int(1)) }
        )
        (balance.accepted, balance.filtered) = counters ?? (0, 0)
        let counts = try connection.all(
            "SELECT state, count(*) FROM delivery WHERE sink = ? GROUP BY state",
            id,
            read: { row throws(StoreError) in (row.int(0), row.int(1)) }
        )
        for (state, count) in counts {
            if state < StateColumns.firstEnd {
                balance.pending += count
            } else if state == StateColumns.code(of: .delivered) {
                balance.delivered += count
            } else {
                balance.endedOtherwise += count
            }
        }
        return balance
    }

    private func knownSink(_ name: String) throws(StoreError) -> Int64? {
        try connection.first(
            "SELECT id FROM sink WHERE name = ? LIMIT 1",
            name,
            read: { row throws(StoreError) in row.int(0) }
        )
    }

    private func submission(_ row: Statement) throws(StoreError) -> Submission {
        Submission(
            source: row.text(1),
            webhookKey: row.text(2),
            type: row.text(3),
            live: row.optionalInt(4).map { $0 != 0 },
            receivedAt: row.time(5),
            headers: try StoredText.headers(row.bytes(6)),
            body: row.bytes(7),
            mapping: MappingStamp(name: row.text(8), version: row.text(9), contentHash: row.text(10)),
            outcome: JournalOutcome(
                try present(JournalOutcome.Kind(rawValue: row.text(11))),
                rule: row.optionalText(12),
                why: row.optionalText(13)
            ),
            events: []
        )
    }

    private func events(of webhook: Int64) throws(StoreError) -> [(Event, Int64?)] {
        let first = webhook << EventEntry.positionBits
        return try connection.all(
            "SELECT json, sibling FROM event WHERE number BETWEEN ? AND ? ORDER BY number",
            first,
            first | (1 << EventEntry.positionBits - 1),
            read: { row throws(StoreError) in (try StoredText.event(row.bytes(0)), row.optionalInt(1)) }
        )
    }
}
