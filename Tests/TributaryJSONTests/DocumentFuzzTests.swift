// SPDX-License-Identifier: Apache-2.0

import Foundation
import Seeds
import Testing
import TributaryModel

@testable import TributaryJSON

@Suite struct DocumentFuzzTests {
    static let seeds = [
        #"{"id":"evt_1","amount":2400,"rate":-0.19e+2,"live":true,"none":null,"lines":[{"id":"il_1"},{"id":"il_2"}]}"#,
        #"[1,22,333.5,"a\"b\\c\/\b\f\n\r\t\u00e9\ud83d\ude00",[],{},[[[]]],{"a":{"b":{}}}]"#,
        "{\n  \"é😀\": \"ß€\", \"x\" : [ true , false ] ,\r\n\t\"\\u0061b\":\"\"\n}",
        #"[123456789012345678901234567890,0.000000000000000000001,12345678,123456789,-1,-0]"#,
        #""text with \\ and \" and \u0041""#,
    ]
    static let bytes =
        Array("{}[]:,\"\\u0123456789abcdefDd8tfn.eE+- \n\t\u{0}\u{1A}\u{0C}".utf8) + [0x80, 0xC3, 0xE2, 0xF0, 0xFF]

    private func mutate(_ text: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...3, using: &random) where !text.isEmpty {
            let at = Int.random(in: 0..<text.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: text[at] = Self.bytes.randomElement(using: &random) ?? 0
            case 1: text.remove(at: at)
            case 2: text.insert(Self.bytes.randomElement(using: &random) ?? 0, at: at)
            case 3: text[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 4:
                let end = min(text.count, at + Int.random(in: 1...12, using: &random))
                text.insert(contentsOf: text[at..<end], at: Int.random(in: 0...text.count, using: &random))
            default: text.removeSubrange(at..<min(text.count, at + Int.random(in: 1...8, using: &random)))
            }
        }
        return text
    }

    @Test(.timeLimit(.minutes(2)), arguments: 0..<8)
    func `mutated texts are judged as two other readers judge them`(round: Int) throws {
        var random = SeededGenerator(seed: UInt64(round))
        var accepted = 0
        for _ in 0..<4_000 {
            let seed = Self.seeds.randomElement(using: &random) ?? ""
            let bytes = mutate(Array(seed.utf8), &random)
            let fault = SyntaxDiagnosis.firstFault(in: bytes, depthMax: 64)
            do {
                let document = try JSONDocument(parsing: bytes)
                accepted += 1
                #expect(fault == nil, "accepted \(bytes)")
                try checkLayout(of: document)
                if !document.hasUnrepresentableNumber {
                    #expect(throws: Never.self, "refused by Foundation: \(bytes)") { try foundation(bytes) }
                }
            } catch let error as JSONError where error.code == .repeatedKey {
                // Names are checked on the way, so a repeated one is found before a fault behind it.
                #expect(fault.map { $0.offset > error.byteOffset } ?? true)
            } catch let error as JSONError {
                #expect(fault?.code == error.code)
                #expect(fault?.offset == error.byteOffset)
                // Foundation also reads UTF-16 and UTF-32, which it tells by NUL bytes, a byte order mark, and a comma
                // before a closing bracket.
                if ![.nulByte, .byteOrderMark, .trailingComma].contains(error.code) {
                    #expect(throws: (any Error).self, "accepted by Foundation: \(bytes)") { try foundation(bytes) }
                }
            }
        }
        #expect(accepted > 200)
    }

    private func foundation(_ bytes: [UInt8]) throws {
        _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }

    /// Whatever was accepted must hang together: siblings, parents, counts and ranges.
    private func checkLayout(of document: JSONDocument) throws {
        var seen = 0
        func visit(_ node: JSONNode) throws {
            seen += 1
            let range = document.byteRange(node)
            #expect(!range.isEmpty && range.upperBound <= document.bytes.count)
            var children = 0
            var end = range.lowerBound
            var child = document.firstChild(node)
            while let next = child {
                children += 1
                #expect(document.parent(next) == node)
                let inner = document.nameByteRange(next) ?? document.byteRange(next)
                #expect(inner.lowerBound > end && document.byteRange(next).upperBound < range.upperBound)
                end = document.byteRange(next).upperBound
                try visit(next)
                child = document.nextSibling(next)
            }
            #expect(children == document.count(node))
        }
        try visit(document.root)
        #expect(seen == document.nodeCount)
        // Reading the value back from its own text gives the same value.
        let value = document.value(document.root)
        let copy = try JSONDocument(parsing: value.encoded())
        #expect(copy.value(copy.root) == value)
    }
}

extension JSONDocument {
    /// Foundation refuses numbers that no `Double` or `Decimal` holds; RFC 8259 allows them.
    fileprivate var hasUnrepresentableNumber: Bool {
        (0..<nodeCount).contains { index in
            guard let text = numberText(JSONNode(index: UInt32(index))) else { return false }
            return Double(text).map { !$0.isFinite || $0 == 0 && text.contains { "123456789".contains($0) } } ?? true
        }
    }
}
