// SPDX-License-Identifier: Apache-2.0

import Glibc
import Tributary
import TributaryModel

/// Keeps a second process out of a database, for as long as the value lives.
///
/// The lock is the kernel's (`flock` on a file beside the database), so that it goes when the process dies, however it
/// dies, and no stale file ever keeps a daemon from starting.
struct LockFile: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock.
    ///
    /// - Parameter path: The lock file, created where it is missing and never removed: removing it would let two
    ///   processes hold locks on two files of the same name.
    /// - Throws: ``StoreError`` with `inUse` or `unusable`.
    init(path: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(.unusable, "the lock file \(path) cannot be opened: \(Self.reason(errno))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let problem = errno
            Glibc.close(descriptor)
            guard problem == EWOULDBLOCK else {
                throw StoreError(.unusable, "the lock file \(path) cannot be locked: \(Self.reason(problem))")
            }
            throw StoreError(.inUse, "another process has the store open: it holds the lock on \(path)")
        }
        self.descriptor = descriptor
    }

    deinit { Glibc.close(descriptor) }

    /// Creates the database file where it is missing, readable by its owner alone: it holds personal data.
    ///
    /// SQLite gives its other files the same rights.
    static func createPrivately(_ path: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(.unusable, "the database \(path) cannot be opened: \(reason(errno))")
        }
        Glibc.close(descriptor)
    }

    /// Makes the names of new files durable, which SQLite does too, but without looking at the result.
    static func syncDirectory(of path: String) throws(StoreError) {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StoreError(.unusable, "the directory \(directory) cannot be opened: \(reason(errno))")
        }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StoreError(.failed, "the directory \(directory) cannot be made durable: \(reason(errno))")
        }
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
