// SPDX-License-Identifier: Apache-2.0

/// The bytes of a body that Segment signs.
enum SignedEvent: Equatable {
    /// All of them: the body is one event.
    case whole
    /// The first element of an array, and whether it is the only one.
    case first(Range<Int>, isAlone: Bool)
    /// The body begins as an array and has no first event whose end can be found.
    case unreadable

    /// Finds the bytes, by brackets and strings alone: whether they are JSON is asked later, of the same bytes.
    init(in body: Span<UInt8>) {
        guard let start = Self.next(in: body, from: 0), body[start] == UInt8(ascii: "[") else {
            self = .whole
            return
        }
        guard let first = Self.next(in: body, from: start + 1), body[first] == UInt8(ascii: "{"),
            let end = Self.end(of: first, in: body), let behind = Self.next(in: body, from: end)
        else {
            self = .unreadable
            return
        }
        switch body[behind] {
        case UInt8(ascii: ","): self = .first(first..<end, isAlone: false)
        case UInt8(ascii: "]") where Self.next(in: body, from: behind + 1) == nil:
            self = .first(first..<end, isAlone: true)
        default: self = .unreadable
        }
    }

    /// The next byte that is no white space of JSON.
    private static func next(in body: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < body.count {
            switch body[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return index
            }
        }
        return nil
    }

    /// The place behind the bracket that closes an object.
    private static func end(of start: Int, in body: Span<UInt8>) -> Int? {
        var depth = 0
        var index = start
        while index < body.count {
            switch body[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: "\""):
                guard let closing = quote(closing: index, in: body) else { return nil }
                index = closing
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The quotation mark that ends a string.
    private static func quote(closing start: Int, in body: Span<UInt8>) -> Int? {
        var index = start + 1
        while index < body.count {
            switch body[index] {
            case UInt8(ascii: "\""): return index
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }
}
