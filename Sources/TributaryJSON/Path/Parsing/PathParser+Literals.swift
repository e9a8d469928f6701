// SPDX-License-Identifier: Apache-2.0

extension PathParser {
    /// Reads a number by the grammar of JSON and keeps its text.
    mutating func number() throws(JSONPathError) -> PathLiteral {
        let start = cursor.position
        _ = cursor.take("-")
        let first = cursor.position
        let digits = cursor.skipDigits()
        guard digits > 0 else { throw JSONPathError(.badNumber, at: cursor.position, "a digit must follow '-'") }
        guard digits == 1 || cursor.bytes[first] != UInt8(ascii: "0") else {
            throw JSONPathError(.badNumber, at: start, "a number has no leading zeros")
        }
        if cursor.take("."), cursor.skipDigits() == 0 {
            throw JSONPathError(.badNumber, at: cursor.position, "a digit must follow the decimal point")
        }
        if cursor.take("e") || cursor.take("E") {
            if !cursor.take("-") { _ = cursor.take("+") }
            guard cursor.skipDigits() > 0 else {
                throw JSONPathError(.badNumber, at: cursor.position, "the exponent has no digits")
            }
        }
        let text = cursor.bytes[start..<cursor.position]
        return .number(text: Array(text), integer: Int64(String(decoding: text, as: UTF8.self)))
    }

    /// Reads a string literal with its quotes, either kind, and resolves its escapes.
    mutating func string() throws(JSONPathError) -> String {
        let start = cursor.position
        let quote = cursor.ahead
        cursor.position += 1
        var text: [UInt8] = []
        while let scalar = cursor.ahead {
            if scalar == quote {
                cursor.position += 1
                return String(decoding: text, as: UTF8.self)
            }
            if scalar == "\\" {
                text.append(contentsOf: String(try escape(in: quote)).utf8)
                continue
            }
            guard scalar.value >= 0x20 else {
                throw JSONPathError(
                    .badString,
                    at: cursor.position,
                    "a control character in a string must be escaped",
                    hint: "such as \\n or \\u0009"
                )
            }
            text.append(cursor.bytes[cursor.position])
            cursor.position += 1
        }
        throw JSONPathError(.unexpectedEnd, at: start, "the string that begins here has no closing quote")
    }

    private mutating func escape(in quote: Unicode.Scalar?) throws(JSONPathError) -> Unicode.Scalar {
        let start = cursor.position
        cursor.position += 1
        guard let letter = cursor.ahead else {
            throw JSONPathError(.unexpectedEnd, at: start, "the string ends within an escape")
        }
        cursor.position += 1
        switch letter {
        case "b": return "\u{8}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{C}"
        case "r": return "\r"
        case "/", "\\": return letter
        case "'" where quote == "'", "\"" where quote == "\"": return letter
        case "u": return try unicodeEscape(from: start)
        case "'", "\"":
            throw JSONPathError(
                .badString,
                at: start,
                "the other kind of quote needs no escape",
                hint: "write \(letter) alone"
            )
        default:
            throw JSONPathError(
                .badString,
                at: start,
                "unknown escape in a string",
                // Backslash, u and four capital letters: the notation for four hexadecimal digits that readers of RFC 8259 know.
                hint: "known are \\b \\t \\n \\f \\r \\/ \\\\ \\uXXXX and the quote; a backslash itself is \\\\"
            )
        }
    }

    /// Reads the digits behind `\u`, and the second half where they are the first half of a surrogate pair.
    private mutating func unicodeEscape(from start: Int) throws(JSONPathError) -> Unicode.Scalar {
        let first = try hexadecimal(from: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), cursor.take("\\"), cursor.take("u") else {
            throw JSONPathError(.badString, at: start, "half of a surrogate pair stands alone")
        }
        let second = try hexadecimal(from: start)
        let value = 0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF)
        guard (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(value) else {
            throw JSONPathError(.badString, at: start, "the second half of the surrogate pair is none")
        }
        return scalar
    }

    private mutating func hexadecimal(from start: Int) throws(JSONPathError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let scalar = cursor.ahead, let digit = Character(scalar).hexDigitValue, scalar.isASCII else {
                throw JSONPathError(.badString, at: start, "\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            cursor.position += 1
        }
        return value
    }
}
