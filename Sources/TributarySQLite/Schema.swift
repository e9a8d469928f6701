// SPDX-License-Identifier: Apache-2.0

import Tributary

/// The tables, and the way from every released form of them to the newest.
enum Schema {
    /// Says that a database is ours: `TRB1` in ASCII, in the file's header.
    static let applicationID: Int64 = 0x5452_4231

    /// One step for each release that changed the tables; the count of those taken is the file's `user_version`.
    ///
    /// Steps are only ever added. Each is run in one transaction together with the new version.
    static let migrations: [StaticString] = [firstRelease, observations, waits]

    /// What is seen in operation, and the few webhooks of the journal that ask for a person.
    private static let observations: StaticString = """
        CREATE TABLE observation (
          kind TEXT NOT NULL, source TEXT NOT NULL, type TEXT NOT NULL, place TEXT NOT NULL, text TEXT NOT NULL,
          sample TEXT NOT NULL, mapping TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
          count INTEGER NOT NULL, PRIMARY KEY (kind, source, type, place, text)) STRICT, WITHOUT ROWID;
        CREATE INDEX webhook_odd ON webhook (scope, type, outcome, rule, why, mapping, received)
          WHERE outcome IN ('unmapped', 'incomplete', 'invalid');
        PRAGMA user_version = 2;
        """

    /// Waits for what a delivery builds on are counted by themselves.
    private static let waits: StaticString = """
        ALTER TABLE delivery ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
        PRAGMA user_version = 3;
        """

    /// Times are Unix milliseconds, money is minor units; texts that hold JSON are named in the code that writes them.
    private static let firstRelease: StaticString = """
        CREATE TABLE scope (
          id INTEGER PRIMARY KEY, source TEXT NOT NULL, live INTEGER NOT NULL, UNIQUE (source, live)) STRICT;
        CREATE TABLE mapping (
          id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, hash TEXT NOT NULL,
          UNIQUE (name, version, hash)) STRICT;
        CREATE TABLE sink (
          id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
          accepted INTEGER NOT NULL DEFAULT 0, filtered INTEGER NOT NULL DEFAULT 0) STRICT;

        CREATE TABLE webhook (
          number INTEGER PRIMARY KEY, scope INTEGER NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL, live INTEGER,
          received INTEGER NOT NULL, headers TEXT, mapping INTEGER NOT NULL,
          outcome TEXT NOT NULL, rule TEXT, why TEXT) STRICT;
        CREATE UNIQUE INDEX webhook_key ON webhook (scope, key);
        CREATE TABLE body (webhook INTEGER PRIMARY KEY, received INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;

        CREATE TABLE event (
          number INTEGER PRIMARY KEY, scope INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
          received INTEGER NOT NULL, sibling INTEGER, json TEXT NOT NULL) STRICT;
        CREATE UNIQUE INDEX event_told ON event (scope, kind, key)
          WHERE sibling IS NULL AND kind <> 'payment.succeeded';

        CREATE TABLE link (
          scope INTEGER NOT NULL, reference TEXT NOT NULL, party INTEGER NOT NULL, payment INTEGER,
          had_trial INTEGER, first_payment INTEGER, first_payment_at INTEGER,
          PRIMARY KEY (scope, reference)) STRICT, WITHOUT ROWID;
        CREATE TABLE party (
          number INTEGER PRIMARY KEY, merged_into INTEGER, weight INTEGER NOT NULL,
          user TEXT, user_at INTEGER, customer TEXT, customer_at INTEGER, customer_scope INTEGER,
          has_paid INTEGER NOT NULL, touches TEXT, lapses_from INTEGER) STRICT;
        CREATE INDEX party_lapses ON party (lapses_from) WHERE lapses_from IS NOT NULL;
        CREATE TABLE purchase (
          party INTEGER NOT NULL, sink INTEGER NOT NULL, PRIMARY KEY (party, sink)) STRICT, WITHOUT ROWID;

        CREATE TABLE correction (
          event INTEGER PRIMARY KEY, sale INTEGER, kind TEXT NOT NULL, subject TEXT NOT NULL,
          amount INTEGER, cumulative INTEGER, joined INTEGER) STRICT;
        CREATE INDEX correction_sale ON correction (sale) WHERE sale IS NOT NULL;
        CREATE TABLE parked (
          scope INTEGER NOT NULL, reference TEXT NOT NULL, correction INTEGER NOT NULL,
          PRIMARY KEY (scope, reference, correction)) STRICT, WITHOUT ROWID;

        CREATE TABLE delivery (
          number INTEGER PRIMARY KEY, sink INTEGER NOT NULL, party INTEGER NOT NULL,
          rank INTEGER NOT NULL, time INTEGER NOT NULL, state INTEGER NOT NULL, until INTEGER,
          token INTEGER NOT NULL, attempts INTEGER NOT NULL, first_attempt INTEGER,
          may_have_arrived INTEGER NOT NULL, first_payment INTEGER NOT NULL,
          sale INTEGER, corrected_before INTEGER, corrected_after INTEGER, corrected INTEGER NOT NULL,
          reason TEXT, trail TEXT, receipt TEXT, sent TEXT) STRICT;
        CREATE INDEX delivery_ready ON delivery (sink, until) WHERE state < 3;
        CREATE INDEX delivery_queue ON delivery (party, sink, rank, time) WHERE state < 6;
        CREATE INDEX delivery_overdue ON delivery (until) WHERE state = 3 OR state = 4;
        CREATE INDEX delivery_state ON delivery (sink, state);

        CREATE TABLE probe (id INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT;
        INSERT INTO probe VALUES (1, 0);
        PRAGMA application_id = 0x54524231;
        PRAGMA user_version = 1;
        """
}
