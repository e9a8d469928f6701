// SPDX-License-Identifier: Apache-2.0

import Foundation
import TributaryModel

/// A log in a file, for a daemon whose standard error is busy with a person.
enum LogFile {
    /// Opens a file for appending.
    static func append(_ path: String, level: Log.Level = .info) throws -> Log {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("cannot write \(path)") }
        return .jsonLines(level: level, descriptor: descriptor, clock: { .now })
    }
}
