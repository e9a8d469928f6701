// SPDX-License-Identifier: Apache-2.0

import Tributary

/// Opens a database, knows whether it is ours, and brings it to the newest form.
enum Opening {
    /// The writing connection, ready to be used.
    static func connection(path: String) throws(StoreError) -> Connection {
        let connection = try Connection(path: path, .write)
        do throws(StoreError) {
            try prepare(connection, path: path)
        } catch {
            // 26 is SQLITE_NOTADB: the first page is not that of a database.
            guard error.code == .failed, error.detail.hasSuffix("(SQLite code 26)") else { throw error }
            throw StoreError(.unusable, "\(path) is not a database")
        }
        return connection
    }

    private static func prepare(_ connection: Connection, path: String) throws(StoreError) {
        let identity = try number("PRAGMA application_id", connection)
        let version = try number("PRAGMA user_version", connection)
        let tables = try number("SELECT count(*) FROM sqlite_schema", connection)
        guard identity == Schema.applicationID || (tables == 0 && identity == 0) else {
            throw StoreError(.unusable, "\(path) is a database of another program")
        }
        guard version <= Schema.migrations.count else {
            throw StoreError(
                .newerSchema,
                "\(path) has schema \(version), this release knows \(Schema.migrations.count); run the newer release"
            )
        }
        // Read first: nothing may be changed in a file that is not ours.
        let mode = try connection.first(
            "PRAGMA journal_mode = WAL",
            read: { row throws(StoreError) in row.text(0) }
        )
        // A failed fsync makes SQLite stay in its old mode without an error; then commits would not be what we promise.
        guard mode == "wal" else {
            throw StoreError(.failed, "the database stays in journal mode \(mode ?? "unknown"); WAL is needed")
        }
        try connection.execute(
            """
            PRAGMA synchronous = FULL; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -32768; PRAGMA trusted_schema = OFF;
            """
        )
        for step in Schema.migrations.dropFirst(Int(version)) { try migrate(connection, step) }
        // The log gets its first page here, so that its name is in the directory when that is made durable.
        try connection.execute("UPDATE probe SET count = count + 1 WHERE id = 1")
    }

    private static func migrate(_ connection: Connection, _ step: StaticString) throws(StoreError) {
        try connection.execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            try connection.execute(step)
            try connection.execute("COMMIT")
        } catch {
            // The error that matters is the first one; an open transaction ends with the connection.
            try? connection.execute("ROLLBACK")
            throw error
        }
    }

    private static func number(_ sql: StaticString, _ connection: Connection) throws(StoreError) -> Int64 {
        try connection.first(sql, read: { row throws(StoreError) in row.int(0) }) ?? 0
    }
}
