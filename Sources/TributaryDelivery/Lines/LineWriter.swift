// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Tributary
import TributaryModel

/// Appends lines to files and to standard output, on threads of its own.
///
/// So a full disk or a stuck reader never holds up the cooperative pool. A file is opened for each line: one that a
/// rotation moved away is made anew without a signal. A line is there whole or not at all: what a full disk cut is taken
/// back, and what a killed process left torn is closed with a line feed, so that only that one line cannot be read.
final class LineWriter: Sendable {
    private let files = DispatchQueue(label: "tributary.lines.files")
    private let output = DispatchQueue(label: "tributary.lines.output")

    /// How long a reader of standard output may take for the next piece.
    private static let patienceMilliseconds: Int32 = 10_000

    /// How often a file that another process has locked is tried again, 20 milliseconds apart.
    private static let lockTriesMax = 100

    /// Appends the line of a call; 200 when it is there.
    func append(_ call: Call) async -> Exchange.Result {
        let isFile = call.url.hasPrefix("file:")
        let path = String(call.url.dropFirst("file:".utf8.count))
        let syncs = call.headers["Sync"] == "always"
        let line = (call.body ?? []) + [UInt8(ascii: "\n")]
        return await withCheckedContinuation { continuation in
            (isFile ? files : output).async {
                do throws(CallFailure) {
                    if isFile {
                        try Self.append(line, path: path, syncs: syncs)
                    } else {
                        try Self.write(line, output: STDOUT_FILENO)
                    }
                    continuation.resume(returning: .answer(Answer(status: 200)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
    }

    // MARK: Files

    private static func append(_ line: [UInt8], path: String, syncs: Bool) throws(CallFailure) {
        let isNew = unsafe access(path, F_OK) != 0
        // Not blocking: what stands there may be a pipe that nobody reads.
        let file = unsafe open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard file >= 0 else { throw failure("open") }
        defer { close(file) }
        var facts = stat()
        guard unsafe fstat(file, &facts) == 0 else { throw failure("stat") }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw CallFailure(code: "noRegularFile", mayHaveArrived: false)
        }
        try lock(file)
        // The size counts from here on: until now another process may have appended.
        let size = lseek(file, 0, SEEK_END)
        guard size >= 0 else { throw failure("seek") }
        let torn = size > 0 && lastByte(of: file, size) != UInt8(ascii: "\n")
        do throws(CallFailure) {
            try write((torn ? [UInt8(ascii: "\n")] : []) + line, file: file)
        } catch {
            guard ftruncate(file, size) == 0 else { throw CallFailure(code: error.code, mayHaveArrived: true) }
            throw error
        }
        guard syncs else { return }
        guard fsync(file) == 0 else { throw failure("sync", mayHaveArrived: true) }
        if isNew { syncFolder(of: path) }
    }

    private static func lock(_ file: Int32) throws(CallFailure) {
        for _ in 0..<lockTriesMax {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw failure("lock") }
            usleep(20_000)
        }
        throw CallFailure(code: "locked", mayHaveArrived: false)
    }

    private static func lastByte(of file: Int32, _ size: off_t) -> UInt8? {
        var byte: UInt8 = 0
        return unsafe pread(file, &byte, 1, size - 1) == 1 ? byte : nil
    }

    private static func write(_ bytes: [UInt8], file: Int32) throws(CallFailure) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("write")
            }
            done += count
        }
    }

    /// A new file's name is on the disk only when its folder is.
    private static func syncFolder(of path: String) {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = unsafe open(
            end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".",
            O_RDONLY | O_CLOEXEC
        )
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    // MARK: Standard output

    /// Writes piece by piece, each small enough that a pipe that is ready takes it without blocking.
    private static func write(_ bytes: [UInt8], output: Int32) throws(CallFailure) {
        var done = 0
        while done < bytes.count {
            var ready = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
            let outcome = unsafe poll(&ready, 1, patienceMilliseconds)
            if outcome < 0, errno == EINTR { continue }
            guard outcome > 0 else { throw CallFailure(code: "timeoutTotal", mayHaveArrived: done > 0) }
            let piece = min(Int(PIPE_BUF), bytes.count - done)
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(output, $0.baseAddress?.advanced(by: done), piece)
            }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                throw failure("write", mayHaveArrived: done > 0)
            }
            done += count
        }
    }

    /// A failure of the system's, by its name where that says what to do.
    private static func failure(_ what: String, mayHaveArrived: Bool = false) -> CallFailure {
        let reason =
            switch errno {
            case ENOSPC, EDQUOT: "diskFull"
            case EACCES, EPERM, EROFS: "notPermitted"
            case ENOENT, ENOTDIR: "noSuchFolder"
            case EISDIR: "isFolder"
            case EPIPE: "reset"
            default: what + "Failed"
            }
        return CallFailure(code: reason, mayHaveArrived: mayHaveArrived)
    }
}
