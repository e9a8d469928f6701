// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

// The index of each search is named: the planner has no statistics and would at times take one that reads every row, and
// a search that a named index cannot answer is an error when it is prepared instead of a slow store.
extension SQLiteBook {
    func number(of event: Int64, to sink: String) throws(StoreError) -> Int64 {
        DeliveryNumber.of(event: event, sink: try id(ofSink: sink))
    }

    func plan(_ row: DeliveryRow, sent: Event?) throws(StoreError) {
        let state = StateColumns(row.state)
        try connection.run(
            """
            INSERT INTO delivery (number, sink, party, rank, time, state, until, token, attempts, first_attempt,
              may_have_arrived, first_payment, sale, corrected_before, corrected_after, corrected, reason, trail,
              receipt, sent, waits)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            row.number,
            try id(ofSink: row.sink),
            row.party,
            row.rank.rawValue,
            row.time,
            state.state,
            state.until,
            row.token,
            row.attempts,
            row.firstAttemptAt,
            row.mayHaveArrived,
            row.isFirstPayment,
            row.change?.sale,
            row.change?.before,
            row.change?.after,
            row.corrected,
            row.reason,
            StoredText.lines(row.trail),
            StoredText.pairs(row.receipt),
            sent.map { StoredText.event($0) },
            row.waits
        )
    }

    func save(_ row: DeliveryRow) throws(StoreError) {
        let state = StateColumns(row.state)
        try connection.run(
            """
            UPDATE delivery SET state = ?, until = ?, token = ?, attempts = ?, first_attempt = ?, may_have_arrived = ?,
              first_payment = ?, sale = ?, corrected_before = ?, corrected_after = ?, corrected = ?, reason = ?,
              trail = ?, receipt = ?, waits = ? WHERE number = ?
            """,
            state.state,
            state.until,
            row.token,
            row.attempts,
            row.firstAttemptAt,
            row.mayHaveArrived,
            row.isFirstPayment,
            row.change?.sale,
            row.change?.before,
            row.change?.after,
            row.corrected,
            row.reason,
            StoredText.lines(row.trail),
            StoredText.pairs(row.receipt),
            row.waits,
            row.number
        )
    }

    func reopen(_ row: DeliveryRow) throws(StoreError) {
        try connection.run("UPDATE delivery SET party = ? WHERE number = ?", row.party, row.number)
        try save(row)
    }

    func keep(_ sent: Event, of delivery: Int64) throws(StoreError) {
        try connection.run("UPDATE delivery SET sent = ? WHERE number = ?", StoredText.event(sent), delivery)
    }

    func delivery(_ number: Int64) throws(StoreError) -> DeliveryRow? {
        try connection.first("SELECT * FROM delivery WHERE number = ?", number, read: row)
    }

    func sentEvent(of row: DeliveryRow) throws(StoreError) -> Event {
        let sent = try connection.first(
            "SELECT sent FROM delivery WHERE number = ? AND sent IS NOT NULL",
            row.number,
            read: { row throws(StoreError) in try StoredText.event(row.bytes(0)) }
        )
        if let sent { return sent }
        return try event(row.event).event
    }

    func due(_ sink: String, at now: Timestamp, limit: Int) throws(StoreError) -> [DeliveryRow] {
        try connection.all(
            """
            SELECT * FROM delivery INDEXED BY delivery_ready WHERE sink = ? AND state < 3 AND until <= ?
            ORDER BY until, number LIMIT ?
            """,
            try id(ofSink: sink),
            now,
            limit,
            read: row
        )
    }

    func nextDue(_ sink: String) throws(StoreError) -> Timestamp? {
        try connection.first(
            """
            SELECT until FROM delivery INDEXED BY delivery_ready WHERE sink = ? AND state < 3 ORDER BY until LIMIT 1
            """,
            try id(ofSink: sink),
            read: { row throws(StoreError) in row.time(0) }
        )
    }

    func overdue(at now: Timestamp, limit: Int) throws(StoreError) -> [DeliveryRow] {
        try connection.all(
            """
            SELECT * FROM delivery INDEXED BY delivery_overdue WHERE (state = 3 OR state = 4) AND until <= ?
            ORDER BY until, number LIMIT ?
            """,
            now,
            limit,
            read: row
        )
    }

    func unattributed(_ party: Int64, limit: Int) throws(StoreError) -> [DeliveryRow] {
        try connection.all(
            """
            SELECT * FROM delivery INDEXED BY delivery_queue WHERE party = ? AND state < 6 AND state = 3
            ORDER BY number LIMIT ?
            """,
            party,
            limit,
            read: row
        )
    }

    func ahead(of row: DeliveryRow, notTriedBefore time: Timestamp) throws(StoreError) -> DeliveryRow? {
        try connection.first(
            """
            SELECT * FROM delivery INDEXED BY delivery_queue
            WHERE party = ? AND sink = ? AND state < 6 AND state < 3
              AND (rank, time, number) < (?, ?, ?) AND (first_attempt IS NULL OR first_attempt >= ?)
            ORDER BY rank, time, number LIMIT 1
            """,
            row.party,
            try id(ofSink: row.sink),
            row.rank.rawValue,
            row.time,
            row.number,
            time,
            read: self.row
        )
    }

    func untriedBehind(_ row: DeliveryRow, limit: Int) throws(StoreError) -> [DeliveryRow] {
        try connection.all(
            """
            SELECT * FROM delivery INDEXED BY delivery_queue
            WHERE party = ? AND sink = ? AND state < 6 AND state = 0 AND attempts = 0
              AND (rank, time, number) > (?, ?, ?) ORDER BY rank, time, number LIMIT ?
            """,
            row.party,
            try id(ofSink: row.sink),
            row.rank.rawValue,
            row.time,
            row.number,
            limit,
            read: self.row
        )
    }

    func queue(_ sink: String, party: Int64, limit: Int) throws(StoreError) -> [DeliveryRow] {
        try connection.all(
            """
            SELECT * FROM delivery INDEXED BY delivery_queue
            WHERE party = ? AND sink = ? AND state < 6 AND state < 3 ORDER BY rank, time, number LIMIT ?
            """,
            party,
            try id(ofSink: sink),
            limit,
            read: row
        )
    }

    func hasBought(_ party: Int64, at sink: String) throws(StoreError) -> Bool {
        try connection.first(
            "SELECT 1 FROM purchase WHERE party = ? AND sink = ?",
            party,
            try id(ofSink: sink),
            read: { _ throws(StoreError) in true }
        ) ?? false
    }

    func setBought(_ party: Int64, at sink: String) throws(StoreError) {
        try connection.run("INSERT OR IGNORE INTO purchase VALUES (?, ?)", party, try id(ofSink: sink))
    }

    /// A row of `SELECT * FROM delivery`, whose columns stand as ``Schema`` creates them.
    func row(_ columns: Statement) throws(StoreError) -> DeliveryRow {
        let number = columns.int(0)
        var row = DeliveryRow(
            number: number,
            event: DeliveryNumber.event(number),
            sink: try sinkName(columns.int(1)),
            party: columns.int(2),
            rank: try present(DeliveryRow.Rank(rawValue: columns.int(3))),
            time: columns.time(4),
            state: try present(
                StateColumns.state(
                    columns.int(5),
                    until: columns.optionalTime(6),
                    hasChange: columns.optionalInt(12) != nil
                )
            ),
            reason: columns.optionalText(16)
        )
        row.token = columns.int(7)
        row.attempts = columns.int(8)
        row.firstAttemptAt = columns.optionalTime(9)
        row.mayHaveArrived = columns.int(10) != 0
        row.isFirstPayment = columns.int(11) != 0
        if let sale = columns.optionalInt(12) {
            row.change = .init(sale: sale, before: columns.int(13), after: columns.int(14))
        }
        row.corrected = columns.int(15)
        row.trail = try StoredText.lines(columns.bytes(17))
        row.receipt = try StoredText.pairs(columns.bytes(18))
        row.waits = columns.int(20)
        return row
    }
}
