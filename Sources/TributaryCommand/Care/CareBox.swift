// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TributaryJSON
import TributaryModel

/// The folder beside a store by which the process that has the store open is asked for work.
///
/// A file `ID.request` is a request, written whole and then named so; the daemon takes it by renaming it to `ID.taken`,
/// writes `ID.answer` line by line and removes the request at the end. A request that is there at the start of a daemon is
/// done too, and since all such work can be repeated, one that was interrupted begins again. Whoever may write into the
/// folder may read the store: both belong to their owner alone.
struct CareBox: Sendable {
    let folder: String

    /// The box of a store.
    init(store path: String) { folder = path + ".care" }

    private func path(_ id: String, _ end: String) -> String { "\(folder)/\(id).\(end)" }

    /// How long an answer is kept that nobody fetched.
    private static let answerLifetime: TimeInterval = 3600

    // MARK: The asking side

    /// Puts a request into the box.
    func put(_ request: CareRequest) throws(CommandFailure) -> String {
        if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST { throw failure(folder) }
        let id = String(UInt64.random(in: .min ... .max), radix: 16)
        let draft = path(id, "draft")
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(draft) }
        let isWritten = Self.write(request.json.encoded(), to: descriptor)
        guard close(descriptor) == 0, isWritten, unsafe rename(draft, path(id, "request")) == 0 else {
            _ = unsafe unlink(draft)
            throw failure(draft)
        }
        return id
    }

    /// Takes a request back.
    ///
    /// - Returns: whether nobody had taken it.
    func takeBack(_ id: String) -> Bool { unsafe unlink(path(id, "request")) == 0 }

    /// What was answered since, from a place in the answer on; whole lines only.
    func answers(to id: String, from place: inout UInt64) -> [CareLine] {
        guard let file = FileHandle(forReadingAtPath: path(id, "answer")) else { return [] }
        // A file that vanished or cannot be read has nothing more to say; the caller's patience ends by itself.
        guard (try? file.seek(toOffset: place)) != nil, let data = try? file.read(upToCount: 1 << 20),
            let end = data.lastIndex(of: UInt8(ascii: "\n"))
        else { return [] }
        let whole = data[data.startIndex...end]
        place += UInt64(whole.count)
        return whole.split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? JSONValue(parsing: Array(line))).flatMap(CareLine.init)
        }
    }

    /// Removes an answer.
    func removeAnswer(to id: String) { _ = unsafe unlink(path(id, "answer")) }

    // MARK: The side that has the store

    /// Takes all requests, those first that an earlier process had taken.
    func take(isStart: Bool) -> [(id: String, request: CareRequest?)] {
        // Most of the time there is no folder, and this is one system call.
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
        var taken: [(String, CareRequest?)] = []
        for name in names.sorted() {
            let parts = name.split(separator: ".")
            guard parts.count == 2 else { continue }
            let id = String(parts[0])
            switch parts[1] {
            case "request":
                guard unsafe rename(path(id, "request"), path(id, "taken")) == 0 else { continue }
            // Whoever asked may still read the answer that was begun: this one goes on behind it.
            case "taken" where isStart: break
            case "answer":
                removeIfOld(path(id, "answer"))
                continue
            default: continue
            }
            taken.append((id, read(id)))
        }
        return taken
    }

    private func read(_ id: String) -> CareRequest? {
        guard let data = FileManager.default.contents(atPath: path(id, "taken")), data.count < 1 << 20 else {
            return nil
        }
        // What is no request is answered as such.
        return (try? JSONValue(parsing: Array(data))).flatMap(CareRequest.init)
    }

    private func removeIfOld(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return }
        let age = Date.now.timeIntervalSince1970 - Double(status.st_mtim.tv_sec)
        if age > Self.answerLifetime { _ = unsafe unlink(path) }
    }

    /// Adds a line to an answer; where the disk is full the work goes on and nobody is told.
    func answer(_ id: String, _ line: CareLine) {
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let descriptor = unsafe open(path(id, "answer"), flags, 0o600)
        guard descriptor >= 0 else { return }
        _ = Self.write(line.json.encoded() + [UInt8(ascii: "\n")], to: descriptor)
        _ = close(descriptor)
    }

    /// Removes a request that is done: it names a person.
    func finish(_ id: String) { _ = unsafe unlink(path(id, "taken")) }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || count < 0 && errno == EINTR else { return false }
            rest = rest.dropFirst(max(0, count))
        }
        return true
    }

    private func failure(_ path: String) -> CommandFailure {
        CommandFailure("\(path) could not be written: \(unsafe String(cString: strerror(errno)))")
    }
}
