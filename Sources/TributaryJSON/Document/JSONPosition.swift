// SPDX-License-Identifier: Apache-2.0

/// A place in a text, as editors and compilers name it.
public struct JSONPosition: Sendable, Hashable, CustomStringConvertible {
    /// Line, counted from 1; a line ends with a line feed.
    public let line: Int

    /// Column, counted from 1 in UTF-8 bytes, as compilers do.
    public let column: Int

    /// Creates a position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Finds the position of a byte; what lies outside of the text counts as its nearest end.
    public init(ofByte offset: Int, in bytes: [UInt8]) {
        let end = min(max(offset, 0), bytes.count)
        var line = 1
        var lineStart = 0
        for at in 0..<end where bytes[at] == UInt8(ascii: "\n") {
            line += 1
            lineStart = at + 1
        }
        self.init(line: line, column: end - lineStart + 1)
    }

    /// `3:14`.
    public var description: String { "\(line):\(column)" }
}
