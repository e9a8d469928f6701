// SPDX-License-Identifier: Apache-2.0

extension PathParser {
    /// Reads one selector inside brackets.
    mutating func selector() throws(JSONPathError) -> PathSelector {
        switch cursor.ahead {
        case "'", "\"": return .name(JSONKey(try string()))
        case "*":
            cursor.position += 1
            return .wildcard
        case "?":
            cursor.position += 1
            cursor.skipSpace()
            guard !cursor.isAtEnd, cursor.ahead != "]" else {
                throw JSONPathError(
                    cursor.isAtEnd ? .unexpectedEnd : .unexpectedCharacter,
                    at: cursor.position,
                    "the filter has no condition",
                    hint: "such as [?@.paid == true]"
                )
            }
            return .filter(try clause())
        case ":": return .slice(try slice(from: nil))
        case "-"?, "0"?, "1"?, "2"?, "3"?, "4"?, "5"?, "6"?, "7"?, "8"?, "9"?:
            let position = try integer()
            let mark = cursor.position
            cursor.skipSpace()
            if cursor.ahead == ":" { return .slice(try slice(from: position)) }
            cursor.position = mark
            return .index(position)
        default: throw ForeignSyntax.selectorExpected(cursor)
        }
    }

    /// Reads a slice from its first colon on.
    private mutating func slice(from start: Int?) throws(JSONPathError) -> PathSlice {
        cursor.position += 1
        let end = try sliceBound()
        guard cursor.take(":") else { return PathSlice(start: start, end: end, step: 1) }
        return PathSlice(start: start, end: end, step: try sliceBound() ?? 1)
    }

    private mutating func sliceBound() throws(JSONPathError) -> Int? {
        cursor.skipSpace()
        guard let next = cursor.ahead, next == "-" || PathCursor.isDigit(next) else { return nil }
        let bound = try integer()
        cursor.skipSpace()
        return bound
    }

    /// Reads an integer within ±(2⁵³ − 1), the range in which all I-JSON readers agree (RFC 9535, section 2.1).
    private mutating func integer() throws(JSONPathError) -> Int {
        let start = cursor.position
        let isNegative = cursor.take("-")
        let first = cursor.position
        let count = cursor.skipDigits()
        guard count > 0 else {
            throw JSONPathError(.badNumber, at: cursor.position, "a digit must follow '-'")
        }
        let digits = cursor.text(first..<cursor.position)
        guard count == 1 || !digits.hasPrefix("0") else {
            throw JSONPathError(.badNumber, at: start, "an integer has no leading zeros")
        }
        guard !isNegative || digits != "0" else {
            throw JSONPathError(.badNumber, at: start, "-0 is not an index", hint: "write 0")
        }
        guard let magnitude = Int(digits), magnitude < 1 << 53 else {
            throw JSONPathError(.integerOutOfRange, at: start, "the integer is beyond ±9007199254740991")
        }
        return isNegative ? -magnitude : magnitude
    }
}
