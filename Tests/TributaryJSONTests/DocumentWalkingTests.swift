// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryModel

func document(_ text: String) throws -> JSONDocument { try JSONDocument(parsing: Array(text.utf8)) }

@Suite struct DocumentWalkingTests {
    static let event = #"""
        {"id": "evt_1", "data": {"object": {"lines": [1, -2.50, 3e2]}}, "l\u0069ve": true, "x": null, "no": false,
         "it's\n": {"": [[], {}, "a\"\u00e9"]}}
        """#

    @Test func `members and elements are found from the root`() throws {
        let document = try document(Self.event)
        let root = document.root
        #expect(document.kind(root) == .object)
        #expect(document.count(root) == 6)
        #expect(document.parent(root) == nil)
        #expect(document.nextSibling(root) == nil)
        #expect(document.name(root) == nil)
        let id = try #require(document.member(root, "id"))
        #expect(document.string(id) == "evt_1")
        #expect(document.name(id) == "id")
        #expect(document.firstChild(id) == nil)
        #expect(document.count(id) == 0)
        #expect(document.parent(id) == root)
        let data = try #require(document.member(root, "data"))
        #expect(document.nextSibling(id) == data)
        let object = try #require(document.member(data, "object"))
        let lines = try #require(document.member(object, "lines"))
        #expect(document.count(lines) == 3)
        #expect(document.member(lines, "lines") == nil)
        #expect(document.member(root, "lines") == nil)
        #expect(document.element(root, at: 0) == nil)
        let live = try #require(document.member(root, "live"))
        #expect(document.bool(live) == true)
        #expect(document.name(live) == "live")
        #expect(document.nameEquals(live, "live"))
        #expect(!document.nameEquals(live, "liv"))
        #expect(!document.nameEquals(root, ""))
        #expect(document.bool(try #require(document.member(root, "no"))) == false)
        #expect(document.kind(try #require(document.member(root, "x"))) == .null)
    }

    @Test(arguments: [
        (0, "1"), (1, "-2.50"), (2, "3e2"), (-1, "3e2"), (-3, "1"), (3, nil), (-4, nil), (.max, nil), (.min, nil),
    ])
    func `elements are counted from either end`(position: Int, text: String?) throws {
        let document = try document("[1, -2.50, 3e2]")
        #expect(document.element(document.root, at: position).flatMap(document.numberText) == text)
    }

    @Test func `an empty container has no child`() throws {
        let document = try document("[[], {}, 1]")
        let array = try #require(document.element(document.root, at: 0))
        let object = try #require(document.element(document.root, at: 1))
        #expect(document.firstChild(array) == nil)
        #expect(document.element(array, at: 0) == nil)
        #expect(document.element(array, at: -1) == nil)
        #expect(document.member(object, "") == nil)
        #expect(document.nextSibling(array) == object)
    }

    @Test func `a wrong kind answers nil`() throws {
        let document = try document(#"["1", 1, true, null, [], {}]"#)
        let nodes = (0..<6).compactMap { document.element(document.root, at: $0) }
        #expect(nodes.map { document.string($0) } == ["1", nil, nil, nil, nil, nil])
        #expect(nodes.map { document.numberText($0) } == [nil, "1", nil, nil, nil, nil])
        #expect(nodes.map { document.int64($0) } == [nil, 1, nil, nil, nil, nil])
        #expect(nodes.map { document.bool($0) } == [nil, nil, true, nil, nil, nil])
        #expect(nodes.map { document.kind($0) } == [.string, .number, .bool, .null, .array, .object])
    }

    @Test(
        arguments: [
            (#""""#, ""), (#""abc""#, "abc"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u20AC\ud83d\uDE00""#, "Aé€😀"), (#""\u0000""#, "\0"),
            (#""\uFFFF\u007f""#, "\u{FFFF}\u{7F}"),
            (
                #""plain é text, then \n eight or more bytes, then \t end""#,
                "plain é text, then \n eight or more bytes, then \t end"
            ),
            (#""\udbff\udfff\ue000\ud7ff""#, "\u{10FFFF}\u{E000}\u{D7FF}"), (#""12345678\\""#, #"12345678\"#),
        ] as [(String, String)]
    )
    func `strings and names are unescaped`(text: String, expected: String) throws {
        let document = try document("[\(text), {\(text): 0}]   ")
        let string = try #require(document.element(document.root, at: 0))
        #expect(document.string(string).map { Array($0.utf8) } == Array(expected.utf8))
        #expect(document.withUTF8(of: string) { $0.count } == expected.utf8.count)
        let object = try #require(document.element(document.root, at: 1))
        let member = try #require(document.member(object, JSONKey(expected)))
        #expect(document.name(member).map { Array($0.utf8) } == Array(expected.utf8))
        #expect(document.nameByteRange(member).map { Array(document.bytes[$0]) } == Array(text.utf8))
        #expect(Array(document.bytes[document.byteRange(string)]) == Array(text.utf8))
    }

    @Test func `bytes of a literal, number or container are those written`() throws {
        let document = try document(#"[ true, -1.50E+2, {"a" : [ ] } ]"#)
        let texts = (0..<3).compactMap { document.element(document.root, at: $0) }.map { node in
            document.withUTF8(of: node) { bytes in String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self)
            }
        }
        #expect(texts == ["true", "-1.50E+2", #"{"a" : [ ] }"#])
    }

    @Test func `keys are equal by bytes and not by Unicode equivalence`() throws {
        #expect(JSONKey("e\u{301}") != JSONKey("\u{E9}"))
        #expect(JSONKey("id") == "id")
        #expect(JSONKey("id").name == "id")
        let document = try document("{\"e\u{301}\": 1}")
        #expect(document.member(document.root, "\u{E9}") == nil)
        #expect(document.member(document.root, "e\u{301}") != nil)
    }

    @Test func `names of every length are found`() throws {
        let names = (0..<200).map { String(repeating: "x", count: $0) }
        let document = try document("{" + names.map { #""\#($0)":\#($0.utf8.count)"# }.joined(separator: ",") + "}")
        for name in names {
            let node = try #require(document.member(document.root, JSONKey(name)))
            #expect(document.int64(node) == Int64(name.utf8.count))
        }
    }

    @Test func `a value is copied out whole`() throws {
        let document = try document(Self.event)
        let expected =
            #"{"id":"evt_1","data":{"object":{"lines":[1,-2.50,3e2]}},"live":true,"x":null,"no":false,"#
            + #""it's\n":{"":[[],{},"a\"é"]}}"#
        #expect(document.value(document.root).text == expected)
        #expect(try JSONValue(parsing: Array(Self.event.utf8)).text == expected)
    }

    @Test func `many threads read one document at once`() async throws {
        let document = try document(Self.event)
        let expected = document.value(document.root)
        let key: JSONKey = "live"
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    (0..<200).allSatisfy { _ in
                        document.value(document.root) == expected
                            && document.member(document.root, key).flatMap(document.bool) == true
                    }
                }
            }
            for await same in group { #expect(same) }
        }
    }

    @Test func `many threads parse at once`() async throws {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let text = #"{"n":\#(number),"s":"\n\#(number)","a":[\#(number),{"n":\#(number)}]}"#
                    return (0..<200).allSatisfy { _ in
                        // A refusal shows as nil, which is unequal.
                        let value = try? JSONValue(parsing: Array(text.utf8))
                        return value?["n"] == .integer(number) && value?["s"] == .string("\n\(number)")
                    }
                }
            }
            for await same in group { #expect(same) }
        }
    }
}
