// SPDX-License-Identifier: Apache-2.0

import CSQLite
import Tributary
import TributaryModel

extension StoreError {
    /// `SQLITE_IOERR_SHMSIZE`, a macro that Swift does not see.
    private static let indexTooShort = SQLITE_IOERR | 19 << 8

    /// Turns a result code of SQLite into our code; the one place that knows what each means.
    ///
    /// - Parameters:
    ///   - code: Extended result code, see sqlite.org/rescode.html.
    ///   - doing: What was tried, in words without values.
    ///   - location: Where it was thrown.
    init(sqlite code: Int32, doing: String, location: SourceLocation = .here()) {
        let reason = unsafe String(cString: sqlite3_errstr(code))
        let detail = "\(doing): \(reason) (SQLite code \(code))"
        // The index of the log (`-shm`) could not be made longer. SQLite has no word of its own for a full disk there, and
        // the index holds nothing that is not in the log: the transaction is rolled back as with any full disk.
        // Source: os_unix.c, unixShmMap, which writes each new page so that a full disk shows here and not as SIGBUS.
        guard code != Self.indexTooShort else {
            self.init(.full, detail + "; free some disk space", location: location)
            return
        }
        switch code & 0xFF {
        case SQLITE_FULL:
            self.init(.full, detail + "; free some disk space", location: location)
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(.busy, detail + "; another program is writing to the database", location: location)
        default:
            // Also a constraint that does not hold: our rules and our schema disagree, and going on would guess.
            self.init(.failed, detail, location: location)
        }
    }
}
