// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Writes files so that a reader sees the old content or the new, never a part.
enum WholeFile {
    /// Replaces the content of a file that exists; its permissions stay.
    ///
    /// - Parameters:
    ///   - path: The file; a symbolic link is followed.
    ///   - bytes: The new content.
    /// - Throws: ``CommandFailure`` when it could not be written, and then the old content is still there.
    static func replace(_ path: String, with bytes: [UInt8]) throws(CommandFailure) {
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        var status = stat()
        guard unsafe stat(target, &status) == 0 else { throw failure(path) }
        let draft = "\(target).\(getpid()).new"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0o777)
        guard descriptor >= 0 else { throw failure(path) }
        let isWritten = write(bytes, to: descriptor) && fsync(descriptor) == 0
        let reason = errno
        guard close(descriptor) == 0, isWritten, unsafe rename(draft, target) == 0 else {
            _ = unsafe unlink(draft)
            throw failure(path, reason: isWritten ? errno : reason)
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes[start...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 || count < 0 && errno == EINTR else { return false }
            start += max(0, count)
        }
        return true
    }

    private static func failure(_ path: String, reason: CInt = errno) -> CommandFailure {
        CommandFailure("\(path) could not be written: \(unsafe String(cString: strerror(reason)))")
    }
}
