// SPDX-License-Identifier: Apache-2.0

import CSQLite
import Tributary
import TributaryModel

/// One prepared statement of a ``Connection``, which owns it; while rows are read, also the current row.
@safe final class Statement {
    private let handle: OpaquePointer
    private let verb: String

    /// Wraps a prepared statement.
    @unsafe init(_ handle: OpaquePointer, verb: String) {
        unsafe self.handle = handle
        self.verb = verb
    }

    /// Frees the statement; only its connection does, at its own end.
    func finalize() { unsafe sqlite3_finalize(handle) }

    /// Makes it ready to be run again; also ends the read that an unfinished query holds.
    func reset() { unsafe sqlite3_reset(handle) }

    /// Runs to the next row.
    ///
    /// - Returns: whether there is one.
    func step() throws(StoreError) -> Bool {
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw StoreError(sqlite: code, doing: verb)
        }
    }

    // MARK: Values in, counted from 1

    fileprivate func bind(_ value: Int64, at index: Int32) throws(StoreError) {
        try check(unsafe sqlite3_bind_int64(handle, index, value))
    }

    fileprivate func bindNull(at index: Int32) throws(StoreError) {
        try check(unsafe sqlite3_bind_null(handle, index))
    }

    fileprivate func bind(text: String, at index: Int32) throws(StoreError) {
        var text = text
        let code = text.withUTF8 { bytes in
            unsafe csqlite_bind_text_copy(handle, index, bytes.baseAddress ?? Self.nothing, UInt64(bytes.count))
        }
        try check(code)
    }

    fileprivate func bind(utf8: [UInt8], at index: Int32) throws(StoreError) {
        let code = unsafe utf8.withUnsafeBufferPointer { bytes in
            unsafe csqlite_bind_text_copy(handle, index, bytes.baseAddress ?? Self.nothing, UInt64(bytes.count))
        }
        try check(code)
    }

    fileprivate func bind(blob: [UInt8], at index: Int32) throws(StoreError) {
        // A null pointer would bind NULL instead of no bytes.
        let code = unsafe blob.withUnsafeBufferPointer { bytes in
            unsafe csqlite_bind_blob_copy(handle, index, bytes.baseAddress ?? Self.nothing, UInt64(bytes.count))
        }
        try check(code)
    }

    private func check(_ code: Int32) throws(StoreError) {
        guard code == SQLITE_OK else { throw StoreError(sqlite: code, doing: verb) }
    }

    /// An address for empty values: a null pointer would bind NULL.
    private static var nothing: UnsafePointer<UInt8> { unsafe emptyLiteral.utf8Start }

    // MARK: Columns out, counted from 0

    /// Whether the column is NULL.
    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// An integer column; NULL is 0.
    func int(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    /// An integer column that may be NULL.
    func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

    /// A time column.
    func time(_ column: Int32) -> Timestamp { Timestamp(unixMilliseconds: int(column)) }

    /// A time column that may be NULL.
    func optionalTime(_ column: Int32) -> Timestamp? { isNull(column) ? nil : time(column) }

    /// A text column; NULL is empty.
    func text(_ column: Int32) -> String {
        unsafe String(decoding: buffer(column), as: UTF8.self)
    }

    /// A text column that may be NULL.
    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// The bytes of a text or blob column; NULL is empty.
    func bytes(_ column: Int32) -> [UInt8] { unsafe Array(buffer(column)) }

    private func buffer(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        // The order matters: asking for the bytes first fixes the form that is counted after it.
        let start = unsafe sqlite3_column_blob(handle, column)?.assumingMemoryBound(to: UInt8.self)
        return unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }
}

private let emptyLiteral: StaticString = ""

@available(*, unavailable)
extension Statement: Sendable {}

/// A value that can be bound to a statement.
protocol Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StoreError)
}

extension Int64: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StoreError) { try statement.bind(self, at: index) }
}

extension Int: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StoreError) {
        try statement.bind(Int64(self), at: index)
    }
}

extension Bool: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StoreError) {
        try statement.bind(self ? 1 : 0, at: index)
    }
}

extension String: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StoreError) {
        try statement.bind(text: self, at: index)
    }
}

extension Timestamp: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StoreError) {
        try statement.bind(unixMilliseconds, at: index)
    }
}

/// UTF-8 bytes that are stored as text.
struct TextBytes: Bindable {
    let utf8: [UInt8]

    func bind(to statement: Statement, at index: Int32) throws(StoreError) {
        try statement.bind(utf8: utf8, at: index)
    }
}

/// Bytes that are stored as they are.
struct Blob: Bindable {
    let bytes: [UInt8]

    func bind(to statement: Statement, at index: Int32) throws(StoreError) {
        try statement.bind(blob: bytes, at: index)
    }
}

extension Optional: Bindable where Wrapped: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StoreError) {
        switch self {
        case .some(let value): try value.bind(to: statement, at: index)
        case .none: try statement.bindNull(at: index)
        }
    }
}
