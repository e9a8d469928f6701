// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import TributarySigning

/// The mapping file that a workshop is about: read as it is, written only over what its author has seen.
struct WorkshopFile: Sendable, Hashable {
    /// What stands on the disk.
    struct Content: Sendable, Hashable {
        /// The text, with line feeds only.
        var text: String
        /// SHA-256 of the bytes; empty where there is no file.
        var hash: String
        /// Whether its lines end with carriage return and line feed.
        var hasCarriageReturns: Bool

        /// What stands where there is no file.
        static let none = Content(text: "", hash: "", hasCarriageReturns: false)
    }

    /// How an attempt to write ended.
    enum Saved: Sendable, Hashable {
        /// Written.
        case written(Content)
        /// Not written: this stands on the disk, and its author has not seen it.
        case conflict(Content)
    }

    /// The largest mapping that the workshop opens, in bytes.
    static let bytesMax = 2 << 20

    /// The path with symbolic links resolved, so that writing replaces the file and not a link to it.
    let path: String

    init(_ path: String) { self.path = URL(filePath: path).resolvingSymlinksInPath().path }

    /// The folder, to which the paths of fixtures are relative.
    var folder: String { URL(filePath: path).deletingLastPathComponent().path }

    /// Reads the file.
    ///
    /// - Throws: ``CommandFailure`` for what is there and is no text that can be edited here.
    func content() throws(CommandFailure) -> Content {
        guard FileManager.default.fileExists(atPath: path) else { return .none }
        guard !Input.isFolder(path), let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path) cannot be read")
        }
        guard data.count <= Self.bytesMax else {
            throw CommandFailure("\(path) is larger than \(Self.bytesMax >> 20) MiB, too large for the workshop")
        }
        let bytes = Array(data)
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw CommandFailure("\(path) is not UTF-8 without byte order mark, as JSON must be")
        }
        let hasCarriageReturns = text.utf8.contains(UInt8(ascii: "\r"))
        return Content(
            text: hasCarriageReturns ? text.replacing("\r\n", with: "\n") : text,
            hash: HashAlgorithm.sha256.digest(of: bytes).hexText,
            hasCarriageReturns: hasCarriageReturns
        )
    }

    /// Writes the file whole or not at all, and only where the disk still holds what the author saw.
    ///
    /// - Parameters:
    ///   - text: The new text, with line feeds only.
    ///   - seen: ``Content/hash`` of what the author saw last.
    /// - Returns: What became of it.
    /// - Throws: ``CommandFailure``; the file is then as it was.
    func write(_ text: String, over seen: String) throws(CommandFailure) -> Saved {
        let now = try content()
        guard now.hash == seen else { return .conflict(now) }
        let written = now.hasCarriageReturns ? text.replacing("\n", with: "\r\n") : text
        try replace(by: Array(written.utf8))
        return .written(
            Content(
                text: text,
                hash: HashAlgorithm.sha256.digest(of: Array(written.utf8)).hexText,
                hasCarriageReturns: now.hasCarriageReturns
            )
        )
    }

    /// A new file beside the old one takes its place once it is durable.
    private func replace(by bytes: [UInt8]) throws(CommandFailure) {
        var status = stat()
        let mode = unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o644
        let name = URL(filePath: path).lastPathComponent
        let temporary = "\(folder)/.\(name).\(UUID().uuidString.prefix(8))"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("a file beside it cannot be made") }
        var isDone = Self.write(bytes, to: descriptor) && fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0
        isDone = close(descriptor) == 0 && isDone
        guard isDone, unsafe rename(temporary, path) == 0 else {
            let failure = failure("it keeps what it held")
            unsafe unlink(temporary)
            throw failure
        }
        // The new name lasts once the folder is durable; where that cannot be had, the content is safe all the same.
        let parent = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return }
        fsync(parent)
        close(parent)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
        }
        return true
    }

    private func failure(_ consequence: String) -> CommandFailure {
        CommandFailure("\(path) cannot be written (\(unsafe String(cString: strerror(errno)))); \(consequence)")
    }
}
