// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Writes each log entry as one line of JSON.
///
/// `{"time":"2026-11-21T08:30:00Z","level":"info","message":"…","delivery.id":"…"}`: the three standard members first,
/// then the fields in order, a repeated name only once. One `write` a line, so that lines of several threads and
/// processes do not mix (as far as the file behind the descriptor allows). A line that cannot be written is lost:
/// a log must not stop the program.
public struct JSONLinesLog: Sendable {
    /// The largest line in bytes, line feed included; what does not fit is cut, and the line says `"cut":true`.
    public static let lineBytesMax = 8192

    private static let textBytesMax = 2048

    private let descriptor: Int32
    private let clock: @Sendable () -> Timestamp

    /// Creates a writer.
    ///
    /// - Parameters:
    ///   - descriptor: An open file descriptor; 2 is standard error.
    ///   - clock: Tells the time of an entry.
    public init(descriptor: Int32 = 2, clock: @escaping @Sendable () -> Timestamp) {
        self.descriptor = descriptor
        self.clock = clock
    }

    /// Writes one entry.
    public func write(_ entry: Log.Entry) {
        let line = Self.line(entry, at: clock())
        unsafe line.withUnsafeBytes { bytes in
            while unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count) < 0, errno == EINTR {}
        }
    }

    /// The line of one entry, with its line feed.
    public static func line(_ entry: Log.Entry, at time: Timestamp) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: "{\"time\":\"\(time)\",\"level\":\"\(entry.level.name)\",\"message\":".utf8)
        append(entry.message, to: &bytes)
        var names: Set<String> = ["time", "level", "message", "cut"]
        for field in entry.fields where names.insert(field.name).inserted {
            let before = bytes.count
            bytes.append(UInt8(ascii: ","))
            append(field.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            switch field.value {
            case .text(let text): append(text, to: &bytes)
            case .integer(let number): bytes.append(contentsOf: String(number).utf8)
            case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
            }
            // Room for the closing words.
            guard bytes.count <= lineBytesMax - 16 else {
                bytes.removeLast(bytes.count - before)
                bytes.append(contentsOf: ",\"cut\":true".utf8)
                break
            }
        }
        bytes.append(contentsOf: "}\n".utf8)
        return bytes
    }

    /// A JSON string in which nothing can move a terminal's cursor or begin a line; long text ends in an ellipsis.
    private static func append(_ text: String, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            if bytes.count - start > textBytesMax {
                bytes.append(contentsOf: "…".utf8)
                break
            }
            switch scalar.value {
            case 0x22, 0x5C: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(scalar.value)])
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069:
                let digits = String(scalar.value, radix: 16)
                bytes.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8)
            default: bytes.append(contentsOf: String(scalar).utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension Log {
    /// A log that writes lines of JSON, to standard error unless told otherwise.
    public static func jsonLines(
        level: Level = .info,
        descriptor: Int32 = 2,
        clock: @escaping @Sendable () -> Timestamp
    ) -> Log {
        Log(level: level, writer: JSONLinesLog(descriptor: descriptor, clock: clock).write)
    }
}
