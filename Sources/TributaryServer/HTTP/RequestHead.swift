// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The head of a request, checked against RFC 9112 from the bytes that arrived.
///
/// libmicrohttpd 0.9.75 is lenient: it takes bare line feeds, joins folded lines, ends a head at a line that begins
/// with NUL, cuts a value at NUL, and ignores `Content-Length` beside `Transfer-Encoding`. It parses in place though,
/// and tells where the method begins and how long the head is; so the whole head is still there, with NUL where a
/// delimiter stood (space, colon, CR, LF). This reader walks those bytes, takes nothing but the strict form, and
/// compares the number of fields with the library's own: where both agree, so do their views of the request.
///
/// What the library itself refuses before: a version that is not `HTTP/1.x` (400 or 505), blanks in the target (the
/// connection is closed), a line without a colon (400), HTTP/1.1 without `Host` (400), a `Content-Length` that is no
/// number (400) or too large for 64 bits (413), a head larger than the connection's memory (414 or 431).
///
/// What cannot be told apart: a line that ends in NUL LF instead of CR LF; lines that begin with NUL, and empty ones,
/// before the request line. None of them moves the border between two requests.
struct RequestHead: Sendable, Hashable {
    /// How long the body is.
    enum Length: Sendable, Hashable {
        /// As many bytes as declared; 0 where nothing was.
        case declared(UInt64)
        /// Unknown until the last chunk.
        case chunked
    }

    /// The method as written.
    let method: String

    /// All fields, in order.
    let headers: HeaderFields

    /// How long the body is.
    let length: Length

    /// Whether the client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool

    /// Reads the head.
    ///
    /// - Parameters:
    ///   - bytes: From the first byte of the method to the end of the empty line, with the library's NULs.
    ///   - targetCount: The length of the request target as it arrived.
    ///   - fieldCount: How many header fields the library counted.
    ///   - bytesMax: The largest head.
    ///   - fieldsMax: The largest number of fields.
    /// - Throws: The refusal to answer with.
    init(_ bytes: Span<UInt8>, targetCount: Int, fieldCount: Int, bytesMax: Int, fieldsMax: Int) throws(Refusal) {
        guard bytes.count <= bytesMax, fieldCount <= fieldsMax else { throw .headTooLarge }
        var cursor = 0
        method = try Self.method(bytes, &cursor)
        cursor += targetCount
        let isHTTP11 = try Self.version(bytes, &cursor)
        var fields: [HeaderFields.Field] = []
        fields.reserveCapacity(fieldCount)
        var framing = Framing()
        while cursor < bytes.count, bytes[cursor] != 0 {
            let field = try Self.field(bytes, &cursor)
            try framing.note(field)
            fields.append(field)
        }
        guard cursor == bytes.count - 2, bytes[cursor] == 0, bytes[cursor + 1] == 0, fields.count == fieldCount else {
            throw .malformedHead
        }
        headers = HeaderFields(fields)
        length = try framing.length(isHTTP11: isHTTP11)
        expectsContinue = framing.expectsContinue && isHTTP11
    }

    private static func method(_ bytes: Span<UInt8>, _ cursor: inout Int) throws(Refusal) -> String {
        while cursor < bytes.count, isToken(bytes[cursor]) { cursor += 1 }
        guard cursor > 0, cursor < bytes.count, bytes[cursor] == 0 else { throw .malformedHead }
        defer { cursor += 1 }
        return text(bytes, 0..<cursor)
    }

    /// Reads NUL (the blank) and `HTTP/1.1` with its line end.
    private static func version(_ bytes: Span<UInt8>, _ cursor: inout Int) throws(Refusal) -> Bool {
        let end = cursor + 11
        guard cursor > 0, end <= bytes.count, bytes[cursor] == 0, bytes[end - 2] == 0, bytes[end - 1] == 0 else {
            throw .malformedHead
        }
        let version = text(bytes, cursor + 1..<end - 2)
        cursor = end
        switch version {
        case "HTTP/1.1": return true
        case "HTTP/1.0": return false
        default: throw .unsupportedVersion
        }
    }

    /// Reads `name NUL blanks value blanks NUL NUL`.
    private static func field(_ bytes: Span<UInt8>, _ cursor: inout Int) throws(Refusal) -> HeaderFields.Field {
        let nameStart = cursor
        while cursor < bytes.count, isToken(bytes[cursor]) { cursor += 1 }
        let nameEnd = cursor
        guard nameEnd > nameStart, cursor < bytes.count, bytes[cursor] == 0 else { throw .malformedHead }
        cursor += 1
        while cursor < bytes.count, isBlank(bytes[cursor]) { cursor += 1 }
        let valueStart = cursor
        while cursor < bytes.count, isFieldByte(bytes[cursor]) { cursor += 1 }
        var valueEnd = cursor
        while valueEnd > valueStart, isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
        guard cursor + 1 < bytes.count, bytes[cursor] == 0, bytes[cursor + 1] == 0 else { throw .malformedHead }
        cursor += 2
        return HeaderFields.Field(name: text(bytes, nameStart..<nameEnd), value: text(bytes, valueStart..<valueEnd))
    }

    private static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Visible ASCII, blanks, and the bytes above ASCII (RFC 9110 section 5.5).
    private static func isFieldByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }

    /// RFC 9110 section 5.6.2, as one bit for each ASCII character.
    static func isToken(_ byte: UInt8) -> Bool {
        if byte < 64 { return tokensBelow64 >> UInt64(byte) & 1 == 1 }
        return byte < 128 && tokensFrom64 >> UInt64(byte - 64) & 1 == 1
    }

    private static let tokensBelow64 = bits("!#$%&'*+-.0123456789", from: 0)
    private static let tokensFrom64 = bits("^_`|~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", from: 64)

    private static func bits(_ characters: String, from start: UInt8) -> UInt64 {
        characters.utf8.reduce(0) { $0 | 1 << UInt64($1 - start) }
    }
}
