// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

@Suite struct DocumentNumberTests {
    static let long = String(repeating: "1234567890", count: 40)

    @Test(arguments: [
        "0", "-0", "1", "9", "10", "12345678", "1234567890123456", "12345678901234567", "18446744073709551616",
        "-9223372036854775809", "99999999999999999999", "19.90", "0.10", "1E400", "1e-400", "-1.50e+03",
        DocumentNumberTests.long,
        "-\(DocumentNumberTests.long).\(DocumentNumberTests.long)e\(DocumentNumberTests.long)",
    ])
    func `a number keeps its exact text`(text: String) throws {
        for (before, after) in [("", ""), ("[", "]"), (#"{"a": "#, "\n}"), (" \n", " "), ("[0,", ",0]")] {
            let document = try document(before + text + after)
            let node = innermost(document)
            #expect(document.numberText(node) == text)
            #expect(document.byteRange(node) == before.utf8.count..<before.utf8.count + text.utf8.count)
        }
    }

    private func innermost(_ document: JSONDocument) -> JSONNode {
        document.element(document.root, at: 1) ?? document.firstChild(document.root) ?? document.root
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("12", 12), ("-12", -12), ("9223372036854775807", .max),
            ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.0", nil), ("1e2", nil), ("1E0", nil),
            ("99999999999999999999999", nil),
        ] as [(String, Int64?)]
    )
    func `an integer is read only from an integer's text`(text: String, value: Int64?) throws {
        let document = try document(text)
        #expect(document.int64(document.root) == value)
    }

    @Test(arguments: [
        ("1", "1.0", true), ("1", "2", false), ("1e400", "10e399", true), (#""a""#, #""\u0061""#, true),
        (#""a""#, #""b""#, false), (#""1""#, "1", false), ("null", "null", true), ("null", "false", false),
        ("true", "true", true), ("true", "false", false), ("[]", "[]", true), ("[]", "{}", false), ("{}", "{}", true),
        ("[1,2]", "[1.0,2e0]", true), ("[1,2]", "[2,1]", false), ("[1,2]", "[1]", false),
        (#"{"a":1,"b":[2]}"#, #"{"b":[2.0],"\u0061":1}"#, true), (#"{"a":1,"b":2}"#, #"{"a":1,"c":2}"#, false),
        (#"{"a":1,"b":2,"c":3}"#, #"{"c":3,"a":1,"b":2}"#, true), (#"{"a":1,"b":2}"#, #"{"a":1}"#, false),
        (#"{"a":1,"b":2}"#, #"{"b":1,"a":2}"#, false), (#"{"a":{"b":[1]}}"#, #"{"a":{"b":[1.00]}}"#, true),
    ])
    func `values are compared deeply and numbers by worth`(a: String, b: String, same: Bool) throws {
        let document = try document("[\(a),\(b)]")
        let left = try #require(document.element(document.root, at: 0))
        let right = try #require(document.element(document.root, at: 1))
        #expect(document.equal(left, right) == same)
        #expect(document.equal(right, left) == same)
        #expect(document.equal(left, left))
    }

    @Test(
        arguments: [
            ("1", "2", -1), ("2.0", "2", 0), ("1e400", "1e399", 1), (#""a""#, #""b""#, -1), (#""a""#, #""\u0061""#, 0),
            (#""a""#, #""aa""#, -1), ("\"\u{FFFF}\"", "\"\u{10000}\"", -1), (#""""#, #""""#, 0), ("1", #""1""#, nil),
            ("true", "true", nil), ("null", "null", nil), ("[]", "[]", nil),
        ] as [(String, String, Int?)]
    )
    func `only two numbers or two strings have an order`(a: String, b: String, order: Int?) throws {
        let document = try document("[\(a),\(b)]")
        let left = try #require(document.element(document.root, at: 0))
        let right = try #require(document.element(document.root, at: 1))
        #expect(document.order(left, right)?.signum() == order)
        #expect(document.order(right, left)?.signum() == order.map { -$0 })
    }

    @Test(.timeLimit(.minutes(1))) func `large objects in opposite order are compared in bounded time`() throws {
        let members = (0..<50_000).map { #""k\#($0)":\#($0)"# }
        let text = "[{\(members.joined(separator: ","))},{\(members.reversed().joined(separator: ","))}]"
        let document = try JSONDocument(parsing: Array(text.utf8), limits: .file)
        let left = try #require(document.element(document.root, at: 0))
        let right = try #require(document.element(document.root, at: 1))
        #expect(document.equal(left, right))
    }
}
