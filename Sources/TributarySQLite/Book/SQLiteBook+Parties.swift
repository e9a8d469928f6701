// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

extension SQLiteBook {
    func link(_ reference: Reference, in scope: Scope) throws(StoreError) -> Link? {
        try connection.first(
            "SELECT party, payment FROM link WHERE scope = ? AND reference = ?",
            try id(of: scope),
            reference.description,
            read: { row throws(StoreError) in Link(party: row.int(0), payment: row.optionalInt(1)) }
        )
    }

    func bind(_ reference: Reference, in scope: Scope, to link: Link) throws(StoreError) {
        try connection.run(
            """
            INSERT INTO link (scope, reference, party, payment) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET party = excluded.party, payment = excluded.payment
            """,
            try id(of: scope),
            reference.description,
            link.party,
            link.payment
        )
    }

    func party(_ number: Int64) throws(StoreError) -> Party {
        let party = try connection.first(
            "SELECT * FROM party WHERE number = ?",
            number,
            read: { row throws(StoreError) in try self.party(row) }
        )
        return try present(party)
    }

    func add(_ party: Party) throws(StoreError) -> Int64 {
        try connection.run(
            """
            INSERT INTO party (merged_into, weight, user, user_at, customer, customer_at, customer_scope, has_paid,
              touches, lapses_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            party.mergedInto,
            party.weight,
            party.user?.value,
            party.user?.time,
            party.customer?.value,
            party.customer?.time,
            try scopeID(of: party),
            party.hasPaid,
            StoredText.touches(party.touches),
            party.lapsesFrom
        )
        return connection.lastInsertedRow
    }

    func save(_ party: Party) throws(StoreError) {
        try connection.run(
            """
            UPDATE party SET merged_into = ?, weight = ?, user = ?, user_at = ?, customer = ?, customer_at = ?,
              customer_scope = ?, has_paid = ?, touches = ?, lapses_from = ? WHERE number = ?
            """,
            party.mergedInto,
            party.weight,
            party.user?.value,
            party.user?.time,
            party.customer?.value,
            party.customer?.time,
            try scopeID(of: party),
            party.hasPaid,
            StoredText.touches(party.touches),
            party.lapsesFrom,
            party.number
        )
    }

    private func scopeID(of party: Party) throws(StoreError) -> Int64? {
        guard let scope = party.customerScope else { return nil }
        return try id(of: scope)
    }

    private func party(_ row: Statement) throws(StoreError) -> Party {
        var party = Party()
        party.number = row.int(0)
        party.mergedInto = row.optionalInt(1)
        party.weight = row.int(2)
        if let user = row.optionalText(3) { party.user = Party.Dated(user, at: row.time(4)) }
        if let customer = row.optionalText(5) { party.customer = Party.Dated(customer, at: row.time(6)) }
        if let scope = row.optionalInt(7) { party.customerScope = try self.scope(scope) }
        party.hasPaid = row.int(8) != 0
        party.touches = try StoredText.touches(row.bytes(9))
        return party
    }

    func move(_ lesser: Int64, to greater: Int64) throws(StoreError) {
        try connection.run(
            "UPDATE delivery INDEXED BY delivery_queue SET party = ? WHERE party = ? AND state < 6",
            greater,
            lesser
        )
        try connection.run(
            "INSERT OR IGNORE INTO purchase SELECT ?, sink FROM purchase WHERE party = ?",
            greater,
            lesser
        )
        try connection.run("DELETE FROM purchase WHERE party = ?", lesser)
    }

    func lapsed(before time: Timestamp, limit: Int) throws(StoreError) -> [Party] {
        try connection.all(
            """
            SELECT * FROM party INDEXED BY party_lapses WHERE lapses_from IS NOT NULL AND lapses_from < ?
            ORDER BY lapses_from LIMIT ?
            """,
            time,
            limit,
            read: { row throws(StoreError) in try self.party(row) }
        )
    }

    // A subscription's facts stand with its link, which every event of it reads and keeps warm anyway.
    func subscription(_ ref: String, in scope: Scope) throws(StoreError) -> SubscriptionFacts? {
        try connection.first(
            """
            SELECT had_trial, first_payment, first_payment_at FROM link
            WHERE scope = ? AND reference = ? AND had_trial IS NOT NULL
            """,
            try id(of: scope),
            Reference("subscription", ref).description
        ) { row throws(StoreError) in
            SubscriptionFacts(
                hadTrial: row.int(0) != 0,
                firstPayment: row.optionalInt(1),
                firstPaymentAt: row.optionalTime(2)
            )
        }
    }

    func save(_ facts: SubscriptionFacts, of ref: String, in scope: Scope) throws(StoreError) {
        try connection.run(
            """
            UPDATE link SET had_trial = ?, first_payment = ?, first_payment_at = ? WHERE scope = ? AND reference = ?
            """,
            facts.hadTrial,
            facts.firstPayment,
            facts.firstPaymentAt,
            try id(of: scope),
            Reference("subscription", ref).description
        )
        _ = try present(connection.changes == 1 ? true : nil)
    }
}

// MARK: Corrections

extension SQLiteBook {
    func save(_ correction: Correction) throws(StoreError) {
        try connection.run(
            "INSERT OR REPLACE INTO correction VALUES (?, ?, ?, ?, ?, ?, ?)",
            correction.event,
            correction.sale,
            correction.kind.rawValue,
            correction.subject,
            correction.amount,
            correction.cumulative,
            correction.joined
        )
    }

    func corrections(of sale: Int64) throws(StoreError) -> [Correction] {
        try connection.all(
            """
            SELECT * FROM correction INDEXED BY correction_sale
            WHERE sale IS NOT NULL AND sale = ? ORDER BY joined, event
            """,
            sale,
            read: { row throws(StoreError) in try self.correction(row) }
        )
    }

    func park(_ correction: Int64, under reference: Reference, in scope: Scope) throws(StoreError) {
        try connection.run(
            "INSERT OR IGNORE INTO parked VALUES (?, ?, ?)",
            try id(of: scope),
            reference.description,
            correction
        )
    }

    func takeParked(under reference: Reference, in scope: Scope) throws(StoreError) -> [Correction] {
        let scopeID = try id(of: scope)
        let text = reference.description
        let waiting = try connection.all(
            """
            SELECT correction.* FROM parked JOIN correction ON correction.event = parked.correction
            WHERE parked.scope = ? AND parked.reference = ? AND correction.sale IS NULL ORDER BY correction.event
            """,
            scopeID,
            text,
            read: { row throws(StoreError) in try self.correction(row) }
        )
        try connection.run("DELETE FROM parked WHERE scope = ? AND reference = ?", scopeID, text)
        return waiting
    }

    private func correction(_ row: Statement) throws(StoreError) -> Correction {
        Correction(
            event: row.int(0),
            sale: row.optionalInt(1),
            joined: row.optionalInt(6),
            kind: try present(EventKind(rawValue: row.text(2))),
            subject: row.text(3),
            amount: row.optionalInt(4),
            cumulative: row.optionalInt(5)
        )
    }
}
