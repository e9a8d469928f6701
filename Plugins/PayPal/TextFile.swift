// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Files that a configuration names, read once when it is read.
enum TextFile {
    /// Longest file; a system's trusted certificates are a quarter of a megabyte.
    static let bytesMax = 4 * 1024 * 1024

    /// The bytes of a file; `nil` where there is none that can be read, or it is too long.
    static func read(_ path: String) -> [UInt8]? {
        guard let file = unsafe fopen(path, "rbe") else { return nil }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count <= bytesMax {
            let count = unsafe fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return unsafe ferror(file) == 0 ? bytes : nil }
            bytes += buffer[..<count]
        }
        return nil
    }
}
