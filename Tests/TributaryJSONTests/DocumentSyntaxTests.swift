// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

/// One text that must be refused.
struct BadText: Sendable, CustomTestStringConvertible {
    let bytes: [UInt8]
    let code: JSONError.Code
    let offset: Int

    init(_ text: String, _ code: JSONError.Code, at offset: Int) {
        self.init(Array(text.utf8), code, at: offset)
    }

    init(_ bytes: [UInt8], _ code: JSONError.Code, at offset: Int) {
        self.bytes = bytes
        self.code = code
        self.offset = offset
    }

    var testDescription: String { "\(code.rawValue) at \(offset) of \(bytes.count) bytes" }
}

@Suite struct DocumentSyntaxTests {
    @Test(arguments: [
        "null", "true", "false", " 0 ", "-0", "0.0", "-0.0e-0", "1E400", "-1e-400", "1e+2", "12345678", "123456789",
        "1234567890123456", "12345678901234567", "18446744073709551616", "-9223372036854775809", "[]", "{}", "[[]]",
        "[{}]", #"{"":0}"#, #"{"a":{}}"#, #"[1 , 2,3 ]"#, "\t[\r\n]\n", #""""#, #""\"""#, #""\\""#, #"["\\\\"]"#,
        #""\u0000""#, #""\ud83d\uDE00""#, "\"\u{7F}\u{80}\u{FFFF}\u{10FFFF}\"", #""\/\b\f\n\r\t""#,
        #"{"a":1,"A":2,"a ":3}"#, #"[true,false,null]"#, #"[1.5e3]"#, #"{"a" : [ { "b" : [ ] } ] }"#, "[\"\u{2028}\"]",
    ])
    func `a valid text is read`(text: String) throws {
        #expect(throws: Never.self) { try JSONDocument(parsing: Array(text.utf8)) }
    }

    @Test(arguments: [
        BadText("", .empty, at: 0), BadText(" \n\t\r", .empty, at: 4), BadText("\u{FEFF}{}", .byteOrderMark, at: 0),
        BadText("[1,]", .trailingComma, at: 2), BadText(#"{"a":1,}"#, .trailingComma, at: 6),
        BadText("[,1]", .unexpectedCharacter, at: 1), BadText("[1,,2]", .unexpectedCharacter, at: 3),
        BadText("[1 2]", .unexpectedCharacter, at: 3), BadText(#"["a" "b"]"#, .unexpectedCharacter, at: 5),
        BadText(#"["a""b"]"#, .unexpectedCharacter, at: 4), BadText(#"[1"b"]"#, .unexpectedCharacter, at: 2),
        BadText(#"{"a" 1}"#, .unexpectedCharacter, at: 5), BadText(#"{"a":}"#, .unexpectedCharacter, at: 5),
        BadText(#"{a:1}"#, .unexpectedCharacter, at: 1), BadText(#"{1:1}"#, .unexpectedCharacter, at: 1),
        BadText(#"{'a':1}"#, .unexpectedCharacter, at: 1), BadText("[}", .unexpectedCharacter, at: 1),
        BadText("{]", .unexpectedCharacter, at: 1), BadText("]", .unexpectedCharacter, at: 0),
        BadText(#"{"a":1"b":2}"#, .unexpectedCharacter, at: 6), BadText("[1:2]", .unexpectedCharacter, at: 2),
        BadText("{\"a\"::1}", .unexpectedCharacter, at: 5), BadText("// x\n1", .unexpectedCharacter, at: 0),
        BadText("[1\u{0C}]", .unexpectedCharacter, at: 2), BadText("[1,\u{1A}]", .unexpectedCharacter, at: 3),
        BadText("[\u{A0}1]", .unexpectedCharacter, at: 1), BadText(#"\"a""#, .unexpectedCharacter, at: 0),
        BadText("{} {}", .trailingContent, at: 3), BadText("1 2", .trailingContent, at: 2),
        BadText("[]]", .trailingContent, at: 2), BadText("null,", .trailingContent, at: 4),
        BadText("[", .unexpectedEnd, at: 1), BadText(#"{"a""#, .unexpectedEnd, at: 4),
        BadText(#"{"a":"#, .unexpectedEnd, at: 5), BadText("[1,", .unexpectedEnd, at: 3),
        BadText(#""abc"#, .unexpectedEnd, at: 4), BadText(#"["abc\""#, .unexpectedEnd, at: 7),
        BadText("\"\\", .unexpectedEnd, at: 2), BadText(#""\u12"#, .unexpectedEnd, at: 5),
        BadText(#""\ud83d"#, .unexpectedEnd, at: 7), BadText("tru", .unexpectedEnd, at: 3),
        BadText("-", .unexpectedEnd, at: 1), BadText("1.", .unexpectedEnd, at: 2),
        BadText("1e", .unexpectedEnd, at: 2), BadText("[[1]", .unexpectedEnd, at: 4),
    ])
    func `a broken text is refused with its place`(_ bad: BadText) throws { try expectRefusal(bad) }

    @Test(arguments: [
        BadText("01", .badNumber, at: 0), BadText("[-01]", .badNumber, at: 1), BadText("+1", .badNumber, at: 0),
        BadText(".5", .badNumber, at: 0), BadText("[1.]", .badNumber, at: 1), BadText("[1.e1]", .badNumber, at: 1),
        BadText("[1e]", .badNumber, at: 1), BadText("[1e+]", .badNumber, at: 1), BadText("[-]", .badNumber, at: 1),
        BadText("[- 1]", .badNumber, at: 1), BadText("0x10", .badNumber, at: 0), BadText("1_000", .badNumber, at: 0),
        BadText("[1.2.3]", .badNumber, at: 1), BadText("--1", .badNumber, at: 0), BadText("1a", .badNumber, at: 0),
        BadText("00000000", .badNumber, at: 0), BadText("0123456789", .badNumber, at: 0),
        BadText("1234567a", .badNumber, at: 0), BadText("[-Infinity]", .badNumber, at: 1),
        BadText("NaN", .badLiteral, at: 0), BadText("Infinity", .badLiteral, at: 0),
        BadText("True", .badLiteral, at: 0), BadText("[nul]", .badLiteral, at: 1),
        BadText("truefalse", .badLiteral, at: 0), BadText("nullx", .badLiteral, at: 0),
        BadText("undefined", .badLiteral, at: 0), BadText("[true\"a\"]", .unexpectedCharacter, at: 5),
    ])
    func `a bad number or word is refused with its place`(_ bad: BadText) throws { try expectRefusal(bad) }

    @Test(arguments: [
        BadText(#"["\x41"]"#, .badEscape, at: 2), BadText(#""\u00G0""#, .badEscape, at: 1),
        BadText(#""\u12""#, .badEscape, at: 1), BadText(#""\U0041""#, .badEscape, at: 1),
        BadText(#""\'""#, .badEscape, at: 1), BadText(#"{"\a":1}"#, .badEscape, at: 2),
        BadText(#""\u123é""#, .badEscape, at: 1), BadText(#""\ud800\u00""#, .badEscape, at: 7),
        BadText(#""\ud800""#, .loneSurrogate, at: 1), BadText(#""\udc00""#, .loneSurrogate, at: 1),
        BadText(#""a\ud800b""#, .loneSurrogate, at: 2), BadText(#""\ud800\n""#, .loneSurrogate, at: 1),
        BadText(#""\ud800\ud800""#, .loneSurrogate, at: 1), BadText(#""\udc00\ud800""#, .loneSurrogate, at: 1),
        BadText(#""\ud800\u0041""#, .loneSurrogate, at: 1), BadText(#"{"\udbff":1}"#, .loneSurrogate, at: 2),
        BadText("\"a\nb\"", .controlCharacter, at: 2), BadText("[\"\u{1F}\"]", .controlCharacter, at: 2),
        BadText("{\"a\tb\":1}", .controlCharacter, at: 3), BadText("\"a\u{0}b\"", .nulByte, at: 2),
        BadText("\u{0}", .nulByte, at: 0), BadText("[1]\u{0}", .nulByte, at: 3), BadText("[1\u{0}]", .nulByte, at: 2),
        BadText("[\u{0}]", .nulByte, at: 1),
    ])
    func `a bad string or NUL is refused with its place`(_ bad: BadText) throws { try expectRefusal(bad) }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE], [0x80], [0xBF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98],
            [0xC3, 0x28], [0xE2, 0x28, 0xA1],
        ] as [[UInt8]]
    )
    func `bytes that are not UTF-8 are refused wherever they stand`(sequence: [UInt8]) throws {
        let long = String(repeating: "é", count: 100)
        for before in [#"{"a":""#, #"{""#, #"["x", ""# + long] {
            try expectRefusal(BadText(Array(before.utf8) + sequence + [0x22], .notUTF8, at: before.utf8.count))
        }
        try expectRefusal(BadText([0x5B] + sequence + [0x5D], .notUTF8, at: 1))
        try expectRefusal(BadText(Array("[1] ".utf8) + sequence, .notUTF8, at: 4))
    }

    @Test func `an error names line and column and quotes nothing`() throws {
        let text = "{\n  \"secret\": \"sk_live\",\n  \"é\": tru,\n}"
        let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8)) }
        #expect(error.code == .badLiteral)
        #expect(error.line == 3)
        #expect(error.column == 9)
        #expect(error.byteOffset == text.utf8.count - 6)
        #expect(
            error.description == "line 3, column 9: this word is not JSON; only true, false and null are, in lower case"
        )
    }

    @Test func `a text is refused at every length short of its whole`() throws {
        let text = Array(#"{"a\u0041":[1.5e3,"é\ud83d\ude00",{"b":null,"c":[true,false]}],"d":-0}"#.utf8)
        _ = try JSONDocument(parsing: text)
        for length in 0..<text.count {
            let error = try #require(throws: JSONError.self, "at \(length)") {
                try JSONDocument(parsing: Array(text[..<length]))
            }
            let isInsideCharacter = length < text.count && text[length] & 0xC0 == 0x80
            let expected: JSONError.Code = length == 0 ? .empty : isInsideCharacter ? .notUTF8 : .unexpectedEnd
            #expect(error.code == expected, "at \(length)")
        }
    }
}

func expectRefusal(_ bad: BadText) throws {
    let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: bad.bytes) }
    #expect(error.code == bad.code)
    #expect(error.byteOffset == bad.offset)
}
