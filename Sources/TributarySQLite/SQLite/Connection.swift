// SPDX-License-Identifier: Apache-2.0

import CSQLite
import Tributary
import TributaryModel

/// One open SQLite database; used by one thread at a time, and closed when the last reference goes.
///
/// This file and `Statement.swift` are the only ones in which a `sqlite3_*` function is called. SQL is always a
/// `StaticString`, so that no value can become part of it, and is prepared once for the life of the connection.
@safe final class Connection {
    /// What a connection may do.
    enum Access {
        /// Read and write, checkpoint, create the file.
        case write
        /// Read alone: it neither writes nor checkpoints.
        case read
    }

    private let handle: OpaquePointer
    private let walPagesCell: UnsafeMutablePointer<Int32>
    private var statements: [UInt: Statement] = [:]

    /// Opens a database file.
    init(path: String, _ access: Access) throws(StoreError) {
        var opened: OpaquePointer?
        let mode =
            switch access {
            case .write: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .read: SQLITE_OPEN_READONLY
            }
        let flags = mode | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            unsafe sqlite3_close_v2(opened)
            throw StoreError(sqlite: code, doing: "open the database")
        }
        unsafe handle = opened
        unsafe walPagesCell = .allocate(capacity: 1)
        unsafe walPagesCell.initialize(to: 0)
        unsafe sqlite3_busy_timeout(handle, 2000)
        unsafe sqlite3_extended_result_codes(handle, 1)
        // Also switches automatic checkpoints off; PRAGMA wal_autocheckpoint would switch this off in turn.
        if access == .write { unsafe csqlite_watch_wal(handle, walPagesCell) }
    }

    deinit {
        for statement in statements.values { statement.finalize() }
        unsafe sqlite3_close_v2(handle)
        unsafe walPagesCell.deallocate()
    }

    /// Length of the write-ahead log after the last commit, in pages.
    var walPages: Int { unsafe Int(walPagesCell.pointee) }

    /// Whether no transaction is open; SQLite ends one by itself after some errors.
    var isIdle: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }

    /// How many rows the last statement changed.
    var changes: Int { unsafe Int(sqlite3_changes(handle)) }

    /// The number of the row inserted last.
    var lastInsertedRow: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

    /// SQLite's version, for the log: some have known faults.
    static var libraryVersion: String { unsafe String(cString: sqlite3_libversion()) }

    /// Runs any number of statements that take no values and whose rows are of no interest.
    func execute(_ sql: StaticString) throws(StoreError) {
        let code = unsafe sqlite3_exec(handle, sql.description, nil, nil, nil)
        guard code == SQLITE_OK else { throw StoreError(sqlite: code, doing: Self.verb(of: sql)) }
    }

    /// Runs one statement with its values bound in order.
    func run<each Value: Bindable>(_ sql: StaticString, _ values: repeat each Value) throws(StoreError) {
        let statement = try statement(sql)
        defer { statement.reset() }
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: statement, at: index)
        }
        while try statement.step() {}
    }

    /// The first row of a query, as `read` makes it, or `nil` where there is none.
    func first<Result, each Value: Bindable>(
        _ sql: StaticString,
        _ values: repeat each Value,
        read: (Statement) throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        let statement = try statement(sql)
        defer { statement.reset() }
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: statement, at: index)
        }
        guard try statement.step() else { return nil }
        return try read(statement)
    }

    /// All rows of a query, as `read` makes them; the query itself bounds their number.
    func all<Result, each Value: Bindable>(
        _ sql: StaticString,
        _ values: repeat each Value,
        read: (Statement) throws(StoreError) -> Result
    ) throws(StoreError) -> [Result] {
        let statement = try statement(sql)
        defer { statement.reset() }
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: statement, at: index)
        }
        var results: [Result] = []
        while try statement.step() { results.append(try read(statement)) }
        return results
    }

    /// Moves what it can from the write-ahead log to the database file.
    func checkpoint() throws(StoreError) {
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        // Busy: a reader still needs a part of the log; the next checkpoint takes it.
        guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY else {
            throw StoreError(sqlite: code, doing: "checkpoint")
        }
    }

    /// Moves the whole log to the database file and empties it, so that no old page stays readable in it.
    ///
    /// - Returns: whether it is empty; where a reader still needs a part of it, it is not.
    func emptyLog() throws(StoreError) -> Bool {
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY else {
            throw StoreError(sqlite: code, doing: "checkpoint")
        }
        return code == SQLITE_OK
    }

    private func statement(_ sql: StaticString) throws(StoreError) -> Statement {
        // A literal has one address for the life of the process.
        let key = unsafe UInt(bitPattern: sql.utf8Start)
        if let known = statements[key] { return known }
        var prepared: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = unsafe sqlite3_prepare_v3(handle, sql.description, -1, flags, &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else {
            throw StoreError(sqlite: code, doing: "prepare " + Self.verb(of: sql))
        }
        let statement = unsafe Statement(prepared, verb: Self.verb(of: sql))
        statements[key] = statement
        return statement
    }

    /// The statement without its values, short enough for an error: `INSERT INTO webhook`.
    private static func verb(of sql: StaticString) -> String {
        sql.description.split(separator: " ").prefix(3).joined(separator: " ")
    }
}

@available(*, unavailable)
extension Connection: Sendable {}
