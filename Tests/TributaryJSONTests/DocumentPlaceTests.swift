// SPDX-License-Identifier: Apache-2.0

import Seeds
import Testing
import TributaryJSON

@Suite struct DocumentPlaceTests {
    @Test(arguments: 0..<40)
    func `every value stands where a naive writer put it`(seed: Int) throws {
        var writer = PlacedWriter(seed: UInt64(seed))
        writer.blank()
        writer.value(depth: 0, path: "$", name: nil)
        writer.blank()
        let document = try JSONDocument(parsing: writer.bytes)
        try #require(document.nodeCount == writer.places.count)
        // Nodes come in document order: a depth-first walk meets them as they were written.
        var index = 0
        var node: JSONNode? = document.root
        while let current = node {
            let place = writer.places[index]
            #expect(document.byteRange(current) == place.value)
            #expect(document.nameByteRange(current) == place.name)
            #expect(document.kind(current) == place.kind)
            #expect(document.normalizedPath(current) == place.path)
            #expect(document.count(current) == place.count)
            index += 1
            node = document.firstChild(current) ?? following(current, in: document)
        }
        #expect(index == writer.places.count)
    }

    private func following(_ node: JSONNode, in document: JSONDocument) -> JSONNode? {
        var node: JSONNode? = node
        while let current = node {
            if let next = document.nextSibling(current) { return next }
            node = document.parent(current)
        }
        return nil
    }

    @Test(arguments: [
        (0, 1, 1), (1, 1, 2), (2, 2, 1), (5, 2, 4), (6, 2, 5), (7, 2, 6), (8, 3, 1), (9, 3, 2), (10, 3, 3), (99, 3, 3),
        (-1, 1, 1),
    ])
    func `a byte has a line and a column`(offset: Int, line: Int, column: Int) throws {
        let document = try document("[\n\"é\"\r\n ]")
        #expect(document.position(atByte: offset) == JSONPosition(line: line, column: column))
    }

    @Test func `a normalized path escapes names as RFC 9535 section 2_7 says`() throws {
        let document = try document(#"{"a'b\\c\"d\b\t\n\f\r\u0000\u000b\u001f/é": [0, [1]]}"#)
        let array = try #require(document.firstChild(document.root))
        let inner = try #require(document.element(array, at: 1))
        let one = try #require(document.element(inner, at: 0))
        #expect(document.normalizedPath(document.root) == "$")
        #expect(document.normalizedPath(one) == #"$['a\'b\\c"d\b\t\n\f\r\u0000\u000b\u001f/é'][1][0]"#)
    }
}

/// Writes a random JSON text and notes where each value went.
struct PlacedWriter {
    struct Place {
        var kind: JSONKind
        var value: Range<Int>
        var name: Range<Int>?
        var path: String
        var count: Int
    }

    var bytes: [UInt8] = []
    var places: [Place] = []
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func blank() {
        for _ in 0..<max(0, Int.random(in: -3...3, using: &random)) {
            put([" ", "\n", "\r", "\t"].randomElement(using: &random) ?? " ")
        }
    }

    mutating func value(depth: Int, path: String, name: Range<Int>?) {
        let place = places.count
        let start = bytes.count
        places.append(Place(kind: .null, value: start..<start, name: name, path: path, count: 0))
        switch Int.random(in: 0..<(depth < 6 ? 9 : 5), using: &random) {
        case 0: put("null")
        case 1:
            places[place].kind = .bool
            put(["true", "false"].randomElement(using: &random) ?? "true")
        case 2:
            places[place].kind = .number
            put(["0", "-1", "12345678", "3.14e-2", "12345678901234567890"].randomElement(using: &random) ?? "0")
        case 3, 4:
            places[place].kind = .string
            put(
                [#""""#, #""a""#, #""[{,:\"}]""#, #""\\""#, #""é😀""#, #""\u0041 and more""#].randomElement(
                    using: &random
                ) ?? #""""#
            )
        case 5, 6: array(place, depth: depth, path: path)
        default: object(place, depth: depth, path: path)
        }
        places[place].value = start..<bytes.count
    }

    private mutating func array(_ place: Int, depth: Int, path: String) {
        let count = Int.random(in: 0...5, using: &random)
        places[place].kind = .array
        places[place].count = count
        put("[")
        for position in 0..<count {
            if position > 0 { put(",") }
            blank()
            value(depth: depth + 1, path: "\(path)[\(position)]", name: nil)
            blank()
        }
        put("]")
    }

    private mutating func object(_ place: Int, depth: Int, path: String) {
        let count = Int.random(in: 0...5, using: &random)
        places[place].kind = .object
        places[place].count = count
        put("{")
        for position in 0..<count {
            if position > 0 { put(",") }
            blank()
            let start = bytes.count
            // The same name, now plain and now with an escape.
            put(Bool.random(using: &random) ? #""n\#(position)""# : #""\u006e\#(position)""#)
            let name = start..<bytes.count
            blank()
            put(":")
            blank()
            value(depth: depth + 1, path: "\(path)['n\(position)']", name: name)
            blank()
        }
        put("}")
    }
}
