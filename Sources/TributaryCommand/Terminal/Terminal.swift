// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Standard output and error, for people.
enum Terminal {
    /// The few colours that carry a meaning.
    enum Colour: String, Sendable {
        /// Good.
        case green = "32"
        /// Bad.
        case red = "31"
        /// Worth a look.
        case yellow = "33"
        /// Less important.
        case grey = "90"
    }

    /// Whether standard output is a terminal that wants colours; see no-color.org.
    static let hasColours =
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
        && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    /// Whether standard error is a terminal that wants colours.
    static let hasErrorColours =
        isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
        && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    /// The text in a colour, where standard output is a terminal.
    static func painted(_ text: String, _ colour: Colour) -> String {
        hasColours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The text without what would act on a terminal or turn its direction: texts of others stand in tables.
    static func shown(_ text: String) -> String {
        let isTame = { (scalar: Unicode.Scalar) -> Bool in
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: false
            default: true
            }
        }
        guard !text.unicodeScalars.allSatisfy(isTame) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(isTame(scalar) ? scalar : "\u{FFFD}") }
        return String(result)
    }

    /// Writes to standard output.
    static func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes bytes to standard output; a reader that went away ends the process, as it ends every Unix tool.
    static func write(_ bytes: [UInt8]) {
        switch send(bytes, to: STDOUT_FILENO) {
        case 0: break
        case EPIPE: exit(128 + SIGPIPE)
        case let code:
            complain("tributary: cannot write to standard output: \(unsafe String(cString: strerror(code)))")
            exit(ExitCode.wrong.rawValue)
        }
    }

    /// Writes a line to standard error.
    static func complain(_ text: String) {
        // Where standard error is closed nobody is left to be told.
        _ = send(Array((text.hasSuffix("\n") ? text : text + "\n").utf8), to: STDERR_FILENO)
    }

    /// Replaces the last line of standard error, which is a terminal, by another one that stays open.
    static func rewrite(_ text: String) {
        // A bar that cannot be drawn is no reason to stop the work that it shows.
        _ = send(Array("\r\u{1B}[K\(text)".utf8), to: STDERR_FILENO)
    }

    /// - Returns: 0, or the error number of the failed write.
    private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
        }
        return 0
    }
}
