// SPDX-License-Identifier: Apache-2.0

/// A place in the UTF-8 text of an expression.
struct PathCursor {
    /// The whole expression.
    let bytes: [UInt8]

    /// The byte that is read next.
    var position = 0

    /// Begins at the beginning.
    init(_ text: String) { bytes = Array(text.utf8) }

    /// Whether everything was read.
    var isAtEnd: Bool { position >= bytes.count }

    /// The next byte as a scalar: right for ASCII, and above U+007F for every byte of a longer sequence.
    var ahead: Unicode.Scalar? { ahead(by: 0) }

    /// The byte that many places further on.
    func ahead(by distance: Int) -> Unicode.Scalar? {
        bytes.indices.contains(position + distance) ? Unicode.Scalar(bytes[position + distance]) : nil
    }

    /// Whether this text comes next.
    func isAhead(_ text: String) -> Bool { bytes[min(position, bytes.count)...].starts(with: text.utf8) }

    /// Takes the character if it comes next.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard ahead == scalar else { return false }
        position += 1
        return true
    }

    /// Passes over blanks: space, tab, line feed, carriage return.
    mutating func skipSpace() {
        while let scalar = ahead, Self.isSpace(scalar) { position += 1 }
    }

    /// Takes as many digits as come, and says how many.
    mutating func skipDigits() -> Int {
        let start = position
        while let scalar = ahead, Self.isDigit(scalar) { position += 1 }
        return position - start
    }

    /// Takes a member name in its short form; empty where none begins here.
    mutating func takeName() -> String {
        guard let first = ahead, Self.beginsName(first) else { return "" }
        let start = position
        while let scalar = ahead, Self.beginsName(scalar) || Self.isDigit(scalar) { position += 1 }
        return text(start..<position)
    }

    /// The expression's text in that range of bytes.
    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: bytes.indices)], as: UTF8.self)
    }

    /// The whole scalar that comes next, as a person would name it.
    var nextDescription: String {
        guard !isAtEnd else { return "the end" }
        let tail = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
        guard let scalar = tail.unicodeScalars.first else { return "the end" }
        switch scalar {
        case " ": return "a space"
        case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A1}": return "U+" + String(scalar.value, radix: 16, uppercase: true)
        default: return "'\(scalar)'"
        }
    }

    /// Whether the scalar is one of the grammar's four blanks.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
    }

    /// Whether the scalar is an ASCII digit.
    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    /// Whether a short member name may begin with it: a letter, an underscore, or anything beyond ASCII.
    static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" || scalar.value >= 0x80
    }
}
