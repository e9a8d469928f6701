// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Tributary
import TributaryModel

/// A second connection that only reads, on a thread of its own; opened when it is first needed.
final class Reader: Sendable {
    private let path: String
    private let queue = DispatchQueue(label: "tributary.sqlite.reader")

    // Both are touched by blocks on `queue` alone, which run one at a time.
    private nonisolated(unsafe) var book: SQLiteBook?
    private nonisolated(unsafe) var isClosed = false

    init(path: String) { self.path = path }

    /// Reads in one snapshot.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (SQLiteBook) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result = await withCheckedContinuation { answer in
            queue.async { [self] in answer.resume(returning: perform(work)) }
        }
        return try result.get()
    }

    /// Closes the connection.
    func close() async {
        await withCheckedContinuation { done in
            queue.async { [self] in
                unsafe isClosed = true
                unsafe book = nil
                done.resume()
            }
        }
    }

    private func perform<Value>(
        _ work: (SQLiteBook) throws(StoreError) -> Value
    ) -> Result<Value, StoreError> {
        do throws(StoreError) {
            guard unsafe !isClosed else { throw StoreError(.closed, "the store was closed") }
            let book = try opened()
            try book.connection.execute("BEGIN")
            let result: Result<Value, StoreError>
            do throws(StoreError) { result = .success(try work(book)) } catch { result = .failure(error) }
            try book.connection.execute("COMMIT")
            return result
        } catch {
            // A fresh connection next time; reading never fails the store.
            unsafe book = nil
            return .failure(error)
        }
    }

    private func opened() throws(StoreError) -> SQLiteBook {
        if let book = unsafe book { return book }
        let connection = try Connection(path: path, .read)
        try connection.execute("PRAGMA query_only = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -4096")
        let opened = SQLiteBook(connection)
        unsafe book = opened
        return opened
    }
}
