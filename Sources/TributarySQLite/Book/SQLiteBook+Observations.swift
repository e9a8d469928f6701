// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger

/// What was seen in operation.
extension SQLiteBook {
    /// Adds to what was seen before of the same.
    func observe(_ observation: Observation) throws(StoreError) {
        let key = observation.key
        // The unquoted columns are those of the row that is there; see `Observation.add`.
        try connection.run(
            """
            INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (kind, source, type, place, text) DO UPDATE SET
              sample = iif(excluded.sample <> '' AND (excluded.last >= last OR sample = ''), excluded.sample, sample),
              mapping = iif(excluded.last >= last, excluded.mapping, mapping),
              first = min(first, excluded.first), last = max(last, excluded.last),
              count = iif(count > 9223372036854775807 - excluded.count, 9223372036854775807, count + excluded.count)
            """,
            key.kind.rawValue,
            key.source,
            key.type,
            key.place,
            key.text,
            observation.sample,
            observation.mapping,
            observation.first,
            observation.last,
            observation.count
        )
    }

    /// Everything that was observed, the newest first; nothing where the file is older than that.
    func observations() throws(StoreError) -> [Observation] {
        guard try knowsObservations() else { return [] }
        let found = try connection.all(
            """
            SELECT kind, source, type, place, text, sample, mapping, first, last, count FROM observation
            ORDER BY last DESC, kind, source, type, place, text LIMIT 100000
            """,
            read: { row throws(StoreError) in
                // A kind of a newer release is not ours to tell of.
                Observation.Kind(rawValue: row.text(0)).map { kind in
                    Observation(
                        Observation.Key(
                            kind,
                            source: row.text(1),
                            type: row.text(2),
                            place: row.text(3),
                            text: row.text(4)
                        ),
                        sample: row.text(5),
                        mapping: row.text(6),
                        first: row.time(7),
                        last: row.time(8),
                        count: row.int(9)
                    )
                }
            }
        )
        return found.compactMap(\.self)
    }

    /// The outcomes that ask for a person, the most frequent first.
    func tallies() throws(StoreError) -> [OutcomeTally] {
        // By the index that holds these few alone, or the whole journal would be read.
        guard try knowsObservations() else { return [] }
        return try connection.all(
            """
            SELECT w.source, w.type, w.outcome, w.rule, w.why, m.name, m.version, m.hash, w.count, w.first, w.last
            FROM (SELECT s.source AS source, o.type, o.outcome, o.rule, o.why, o.mapping, count(*) AS count,
                min(o.received) AS first, max(o.received) AS last
              FROM webhook o INDEXED BY webhook_odd JOIN scope s ON s.id = o.scope
              WHERE o.outcome IN ('unmapped', 'incomplete', 'invalid')
              GROUP BY 1, 2, 3, 4, 5, 6) w
              JOIN mapping m ON m.id = w.mapping
            ORDER BY w.count DESC, w.last DESC LIMIT 1000
            """,
            read: { row throws(StoreError) in
                OutcomeTally(
                    source: row.text(0),
                    type: row.text(1),
                    outcome: JournalOutcome(
                        try self.present(JournalOutcome.Kind(rawValue: row.text(2))),
                        rule: row.optionalText(3),
                        why: row.optionalText(4)
                    ),
                    mapping: MappingStamp(name: row.text(5), version: row.text(6), contentHash: row.text(7)),
                    count: row.int(8),
                    first: row.time(9),
                    last: row.time(10)
                )
            }
        )
    }

    /// Whether the tables are of the release that began to keep these; whoever only reads a file cannot change it.
    private func knowsObservations() throws(StoreError) -> Bool {
        let version = try connection.first("PRAGMA user_version", read: { row throws(StoreError) in row.int(0) })
        return (version ?? 0) >= 2
    }
}
