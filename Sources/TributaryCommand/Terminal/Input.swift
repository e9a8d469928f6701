// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Standard input and files, as subcommands take them.
enum Input {
    /// The bytes of a file, or of standard input where it is `-`.
    static func read(_ path: String) throws -> [UInt8] {
        try path == "-" ? standardInput() : file(path)
    }

    /// The bytes of standard input.
    ///
    /// - Throws: ``CommandFailure`` where there are none.
    static func standardInput() throws(CommandFailure) -> [UInt8] {
        if isatty(STDIN_FILENO) == 1 {
            Terminal.complain("reading standard input; end it with Ctrl-D, or use: < FILE")
        }
        let bytes: [UInt8]
        do {
            bytes = try Array(FileHandle.standardInput.readToEnd() ?? Data())
        } catch {
            throw CommandFailure("standard input cannot be read")
        }
        guard !bytes.isEmpty else { throw CommandFailure("standard input is empty; give it with: < FILE") }
        return bytes
    }

    /// The bytes of a file.
    static func file(_ path: String) throws(UsageError) -> [UInt8] {
        if isFolder(path) { throw UsageError("\(path) is a folder") }
        if let data = FileManager.default.contents(atPath: path) { return Array(data) }
        throw UsageError(
            FileManager.default.fileExists(atPath: path) ? "\(path) may not be read" : "there is no file \(path)"
        )
    }

    /// Whether a path leads to a folder.
    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
