// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON

@Suite struct DocumentLimitTests {
    private func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
        Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}"), (#"[ {"a" : "#, "} ]")])
    func `nesting is allowed to the limit and refused beyond it`(open: String, close: String) throws {
        let perRound = open.contains("[") && open.contains("{") ? 2 : 1
        var limits = JSONLimits.webhook
        limits.depthMax = 20
        #expect(throws: Never.self) {
            try JSONDocument(parsing: nested(20 / perRound, open, close), limits: limits)
        }
        let bytes = nested(20 / perRound + 1, open, close)
        let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: bytes, limits: limits) }
        #expect(error.code == .tooDeep)
        #expect(error.byteOffset == open.utf8.count * (20 / perRound))
    }

    @Test func `a scalar needs no depth`() throws {
        let limits = JSONLimits(bytesMax: 10, depthMax: 0, nodesMax: 1)
        #expect(throws: Never.self) { try JSONDocument(parsing: Array("12".utf8), limits: limits) }
        let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: Array("[]".utf8), limits: limits) }
        #expect(error.code == .tooDeep)
    }

    @Test func `a million brackets are refused without recursion`() throws {
        var limits = JSONLimits.file
        limits.depthMax = .max
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: bytes, limits: limits) }
        #expect(error.code == .tooDeep)
        #expect(error.byteOffset == 1024)
    }

    @Test func `a text at the byte limit is read and one beyond it refused`() throws {
        let limits = JSONLimits(bytesMax: 8, depthMax: 1, nodesMax: 10)
        #expect(throws: Never.self) { try JSONDocument(parsing: Array("[123456]".utf8), limits: limits) }
        let error = try #require(throws: JSONError.self) {
            try JSONDocument(parsing: Array("[1234567]".utf8), limits: limits)
        }
        #expect(error.code == .tooLarge)
        #expect(error.byteOffset == 8)
        #expect(error.message.contains("8 bytes"))
    }

    @Test(arguments: [("[1,2,3]", 5), (#"{"a":1,"b":2,"c":3}"#, 13), ("[[],{},[]]", 7)])
    func `values are counted to the limit`(text: String, offset: Int) throws {
        var limits = JSONLimits.webhook
        limits.nodesMax = 4
        let document = try JSONDocument(parsing: Array(text.utf8), limits: limits)
        #expect(document.nodeCount == 4)
        limits.nodesMax = 3
        let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8), limits: limits) }
        #expect(error.code == .tooManyNodes)
        #expect(error.byteOffset == offset)
        limits.nodesMax = 0
        #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8), limits: limits) }
    }

    @Test func `negative limits allow nothing and trap nothing`() throws {
        let limits = JSONLimits(bytesMax: -1, depthMax: -1, nodesMax: .min)
        let error = try #require(throws: JSONError.self) { try JSONDocument(parsing: [0x31], limits: limits) }
        #expect(error.code == .tooLarge)
    }

    @Test func `a large document is followed by a small one`() throws {
        let large = Array(("[" + String(repeating: #"{"a\n":"b\t"},"#, count: 200_000) + "0]").utf8)
        let document = try JSONDocument(parsing: large, limits: .file)
        #expect(document.count(document.root) == 200_001)
        let small = try JSONDocument(parsing: Array(#"{"a":1,"b":2}"#.utf8))
        #expect(small.nodeCount == 3)
        let last = try #require(document.element(document.root, at: -2))
        #expect(document.string(try #require(document.member(last, "a\n"))) == "b\t")
    }
}
