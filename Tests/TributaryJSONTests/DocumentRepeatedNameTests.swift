// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

@Suite struct DocumentRepeatedNameTests {
    @Test(arguments: [
        BadText(#"{"a":1,"a":2}"#, .repeatedKey, at: 7),
        BadText(#"{"a":1,"\u0061":2}"#, .repeatedKey, at: 7),
        BadText(#"{"\u0061":1,"\u0061":2}"#, .repeatedKey, at: 12),
        BadText(#"{"\ud83d\ude00":1,"😀":2}"#, .repeatedKey, at: 18),
        BadText(#"{"":1,"":2}"#, .repeatedKey, at: 6),
        BadText(#"{"a\/b":1,"a/b":2}"#, .repeatedKey, at: 10),
        BadText(#"[{"x":{"a":1,"b":{"a":0},"a":2}}]"#, .repeatedKey, at: 25),
        BadText(#"{"a":{"a":{"a":1}},"b":[{"a":1}],"a":2}"#, .repeatedKey, at: 33),
        BadText(
            #"{"a_name_of_more_than_sixteen_bytes":1,"a_name_of_more_than_sixteen_bytes":1}"#,
            .repeatedKey,
            at: 39
        ),
    ])
    func `a repeated name is refused at its second place`(_ bad: BadText) throws { try expectRefusal(bad) }

    @Test(arguments: [
        #"{"a":{"a":{"a":[{"a":1},{"a":1}]}}}"#, "{\"\u{E9}\":1,\"e\u{301}\":2}", #"{"a":1,"a\u0000":2,"\u0000a":3}"#,
        #"[{"a":1,"b":2},{"b":1,"a":2}]"#, #"{"12345678":1,"12345678x":2,"1234567":3}"#,
    ])
    func `names that differ in bytes or object are not repeated`(text: String) throws {
        #expect(throws: Never.self) { try JSONDocument(parsing: Array(text.utf8)) }
    }

    /// Names with the same length and the same first, middle and last bytes, on which the hash depends.
    private func collidingName(_ number: Int) -> String {
        let digits = String(number)
        let padded = String(repeating: "0", count: 6 - digits.count) + digits
        return "namename" + padded + "middle!!" + "000000" + "lastlast"
    }

    private func object(_ count: Int, repeating repeated: Int? = nil, name: (Int) -> String) -> [UInt8] {
        var text = "{"
        for number in 0..<count { text += #""\#(name(number))":\#(number),"# }
        text += #""\#(repeated.map(name) ?? "end")":null}"#
        return Array(text.utf8)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [false, true])
    func `a hundred thousand names in one object cost no quadratic time`(collide: Bool) throws {
        let name: (Int) -> String = { collide ? collidingName($0) : "k\($0)" }
        let clock = ContinuousClock()
        let unique = object(100_000, name: name)
        let repeating = object(100_000, repeating: 99_999, name: name)
        let time = try clock.measure {
            let document = try JSONDocument(parsing: unique, limits: .file)
            #expect(document.count(document.root) == 100_001)
            let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: repeating, limits: .file) }
            #expect(error.code == .repeatedKey)
            #expect(error.byteOffset == repeating.count - name(99_999).utf8.count - 8)
        }
        // n² would be ten thousand million comparisons, minutes in a debug build; this takes well under a second.
        #expect(time < .seconds(10))
    }

    @Test func `a repeated name is found among names chosen to collide`() throws {
        for count in [2, 31, 32, 33, 34, 40, 100] {
            for repeated in [0, count / 2, count - 1] {
                let bytes = object(count, repeating: repeated, name: collidingName)
                let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: bytes) }
                #expect(error.code == .repeatedKey)
                #expect(error.byteOffset == bytes.count - 44)
            }
            #expect(throws: Never.self) { try JSONDocument(parsing: object(count, name: collidingName)) }
        }
    }

    @Test func `a crowded object does not disturb those around it`() throws {
        let crowd = String(decoding: object(50, name: collidingName), as: UTF8.self)
        let text = #"{"a":\#(crowd),"b":{"c":\#(crowd),"d":1},"e":[\#(crowd)]}"#
        let document = try JSONDocument(parsing: Array(text.utf8))
        #expect(document.count(document.root) == 3)
        let key = JSONKey(collidingName(49))
        for path in ["a", "b", "e"] {
            var node = try #require(document.member(document.root, JSONKey(path)))
            if path == "b" { node = try #require(document.member(node, "c")) }
            if path == "e" { node = try #require(document.element(node, at: 0)) }
            #expect(document.int64(try #require(document.member(node, key))) == 49)
        }
        try expectRefusal(BadText(#"{"a":\#(crowd),"a":1}"#, .repeatedKey, at: crowd.utf8.count + 6))
    }
}
