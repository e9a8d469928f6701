// SPDX-License-Identifier: Apache-2.0

/// The reason why bytes are not a JSON text that we accept, and the place.
///
/// It never quotes the text, so it is safe for logs.
public struct JSONError: Error, Sendable, Hashable {
    /// What is wrong.
    @nonexhaustive public enum Code: String, Sendable {
        /// No bytes, or nothing but blanks.
        case empty
        /// The text begins with a byte order mark.
        case byteOrderMark
        /// The bytes are not UTF-8.
        case notUTF8
        /// A NUL byte.
        case nulByte
        /// A character that no JSON text has at this place.
        case unexpectedCharacter
        /// The text ends before the value does.
        case unexpectedEnd
        /// Something else follows the value.
        case trailingContent
        /// A number that RFC 8259 does not allow.
        case badNumber
        /// A word other than `true`, `false` and `null`.
        case badLiteral
        /// A comma before a closing bracket.
        case trailingComma
        /// A control character inside of a string.
        case controlCharacter
        /// A backslash sequence that RFC 8259 does not know.
        case badEscape
        /// Half of a UTF-16 surrogate pair, which no UTF-8 text can hold.
        case loneSurrogate
        /// A name that stands twice in one object.
        case repeatedKey
        /// Nested deeper than ``JSONLimits/depthMax``.
        case tooDeep
        /// Longer than ``JSONLimits/bytesMax``.
        case tooLarge
        /// More values than ``JSONLimits/nodesMax``.
        case tooManyNodes
        /// The system gave no memory.
        case outOfMemory
    }

    /// What is wrong.
    public let code: Code

    /// Offset of the offending byte; the text's length where it ends too early.
    public let byteOffset: Int

    /// Line of the offending byte, counted from 1.
    public let line: Int

    /// Column of the offending byte, counted from 1 in UTF-8 bytes.
    public let column: Int

    /// What is wrong and what to do about it, in one sentence, without any of the text.
    public let message: String

    init(_ code: Code, at byteOffset: Int, in bytes: [UInt8], limits: JSONLimits) {
        let position = JSONPosition(ofByte: byteOffset, in: bytes)
        self.code = code
        self.byteOffset = byteOffset
        line = position.line
        column = position.column
        message = code.message(limits)
    }
}

extension JSONError: CustomStringConvertible {
    /// `line 3, column 14: the name is repeated in this object; …`.
    public var description: String { "line \(line), column \(column): \(message)" }
}

extension JSONError.Code {
    fileprivate func message(_ limits: JSONLimits) -> String {
        switch self {
        case .empty: "there is no JSON value here; send one"
        case .byteOrderMark: "the text begins with a byte order mark; send UTF-8 without it"
        case .notUTF8: "the bytes are not UTF-8; JSON has no other encoding (RFC 8259 section 8.1)"
        case .nulByte: "there is a NUL byte; in a string write \\u0000, elsewhere leave it out"
        case .unexpectedCharacter: "this character cannot stand here; look for a missing comma, colon, quote or bracket"
        case .unexpectedEnd: "the text ends before its value does; close what is open, or look for a cut transfer"
        case .trailingContent: "something follows the value; a text holds exactly one"
        case .badNumber:
            "this is not a JSON number; write it like -12.5e3, without leading zeros, plus sign or bare point"
        case .badLiteral: "this word is not JSON; only true, false and null are, in lower case"
        case .trailingComma: "a comma stands before the closing bracket; remove it"
        case .controlCharacter: "a control character stands in a string; write it as an escape such as \\n"
        // Backslash, u and four capital letters: the notation for four hexadecimal digits that readers of RFC 8259 know.
        case .badEscape: "this escape does not exist; JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX"
        case .loneSurrogate: "half of a surrogate pair stands alone; write both halves or a character of its own"
        case .repeatedKey: "the name is repeated in this object; keep one of its members"
        case .tooDeep:
            "arrays and objects are nested more than \(limits.effectiveDepth) deep; flatten them or raise the limit"
        case .tooLarge: "the text is longer than \(limits.effectiveBytes) bytes; shorten it or raise the limit"
        case .tooManyNodes: "there are more than \(limits.effectiveNodes) values; split the text or raise the limit"
        case .outOfMemory: "the system gave no memory for this text; try again later"
        }
    }
}
