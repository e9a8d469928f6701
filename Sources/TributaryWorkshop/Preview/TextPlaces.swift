// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Turns places in UTF-8 into places as a browser counts them, in UTF-16 code units.
struct TextPlaces: Sendable {
    /// Bytes between two marks; a look-up counts at most so many.
    private static let step = 512

    let bytes: [UInt8]
    /// Code units before each ``step``th byte.
    private let marks: [Int]
    /// The first byte of each line.
    private let lineStarts: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var marks: [Int] = []
        var lineStarts = [0]
        var units = 0
        for (index, byte) in bytes.enumerated() {
            if index.isMultiple(of: Self.step) { marks.append(units) }
            units += Self.units(byte)
            if byte == UInt8(ascii: "\n") { lineStarts.append(index + 1) }
        }
        marks.append(units)
        self.marks = marks
        self.lineStarts = lineStarts
    }

    /// Code units that begin with a byte: none within a character, two for one outside of the basic plane.
    private static func units(_ byte: UInt8) -> Int {
        switch byte {
        case 0x80..<0xC0: 0
        case 0xF0...: 2
        default: 1
        }
    }

    /// Code units before a byte.
    func offset(ofByte byte: Int) -> Int {
        let end = min(max(byte, 0), bytes.count)
        let mark = end / Self.step
        guard mark < marks.count else { return marks.last ?? 0 }
        return bytes[mark * Self.step..<end].reduce(marks[mark]) { $0 + Self.units($1) }
    }

    /// The line of a byte, counted from 1.
    func line(ofByte byte: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= byte { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// A range of bytes.
    func place(_ range: Range<Int>) -> PreviewPlace {
        PreviewPlace(
            start: offset(ofByte: range.lowerBound),
            end: offset(ofByte: range.upperBound),
            line: line(ofByte: range.lowerBound)
        )
    }

    /// Characters of a line, as diagnostics count them.
    func place(line: Int, column: Int, characters: Int) -> PreviewPlace {
        let index = min(max(line - 1, 0), lineStarts.count - 1)
        let start = lineStarts[index]
        let end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
        let text = String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
        let from = text.index(text.startIndex, offsetBy: max(0, column - 1), limitedBy: text.endIndex) ?? text.endIndex
        let to = text.index(from, offsetBy: max(1, characters), limitedBy: text.endIndex) ?? text.endIndex
        let before = offset(ofByte: start)
        return PreviewPlace(
            start: before + text[..<from].utf16.count,
            end: before + text[..<to].utf16.count,
            line: index + 1
        )
    }
}
