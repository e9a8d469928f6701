// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing
import TributaryModel

@Suite struct LogTests {
    private static let noon = Timestamp(unixSeconds: 1_795_000_000)

    private static func text(_ entry: Log.Entry) -> String {
        String(decoding: JSONLinesLog.line(entry, at: noon), as: UTF8.self)
    }

    @Test func `an entry carries the log's fields, then its own`() {
        let memory = MemoryLog()
        let log = memory.log().with(["sink": "affonso"])
        log(
            .info,
            "Sent delivery",
            ["delivery.id": 12, "attempt": Int64(3), "first": false, "took": Duration.seconds(2)]
        )
        let entry = memory.entries.first
        #expect(entry?.message == "Sent delivery")
        #expect(entry?.fields.map(\.name) == ["sink", "delivery.id", "attempt", "first", "took"])
        #expect(
            entry?.fields.map(\.value) == [.text("affonso"), .integer(12), .integer(3), .bool(false), .integer(2000)]
        )
    }

    @Test func `fields of an entry below the level are not computed`() {
        let memory = MemoryLog()
        let computed = Atomic(0)
        func costly() -> String {
            computed.wrappingAdd(1, ordering: .relaxed)
            return "x"
        }
        let log = memory.log(level: .notice)
        log(.info, "Looked", ["value": costly()])
        log(.notice, "Noticed", ["value": costly()])
        #expect(computed.load(ordering: .relaxed) == 1)
        #expect(memory.entries.map(\.message) == ["Noticed"])
    }

    @Test func `a line is JSON with the standard members first`() {
        let entry = Log.Entry(
            level: .warning,
            message: "Slow platform",
            fields: [.init("sink", .text("dub")), .init("level", .text("x")), .init("took", .integer(-5))]
        )
        #expect(
            Self.text(entry)
                == "{\"time\":\"\(Self.noon)\",\"level\":\"warning\",\"message\":\"Slow platform\",\"sink\":\"dub\",\"took\":-5}\n"
        )
    }

    @Test(arguments: [
        "a\nb", "\u{1B}[2J", "\u{7F}", "\u{9B}31m", "\u{2028}", "\u{202E}txt", "\"quoted\\\"", "ä€𝄞", "\u{0}",
    ])
    func `text stays on its line, moves no cursor, and comes back as it was`(text: String) throws {
        let line = JSONLinesLog.line(
            Log.Entry(level: .info, message: "m", fields: [.init("t", .text(text))]),
            at: Self.noon
        )
        #expect(line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        #expect(!String(decoding: line, as: UTF8.self).unicodeScalars.contains { (0x80..<0xA0).contains($0.value) })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect(object["t"] as? String == text)
    }

    @Test func `a line has a largest size and says when it was cut`() throws {
        let long = String(repeating: "\u{1}", count: 100_000)
        let fields = (0..<50).map { Log.Field("field.\($0)", .text(long)) }
        let line = JSONLinesLog.line(Log.Entry(level: .info, message: "m", fields: fields), at: Self.noon)
        #expect(line.count <= JSONLinesLog.lineBytesMax)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        #expect(object["cut"] as? Bool == true)
        #expect(object["field.0"] != nil)
    }

    @Test func `lines reach the descriptor whole`() throws {
        let pipe = Pipe()
        let log = Log.jsonLines(descriptor: pipe.fileHandleForWriting.fileDescriptor) { Self.noon }
        log(.info, "First", ["n": 1])
        log(.debug, "Below the level")
        log(.error, "Second")
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(text.split(separator: "\n").count == 2)
        #expect(text.hasSuffix("\"message\":\"Second\"}\n"))
    }

    @Test func `a secret is never written`() {
        let memory = MemoryLog()
        memory.log()(.error, "Oops", ["key": Secret("hunter2")])
        #expect(memory.entries.first?.fields.first?.value == .text("<secret>"))
    }

    @Test func `the memory forgets the oldest`() {
        let memory = MemoryLog(entriesMax: 2)
        let log = memory.log()
        for number in 0..<5 { log(.info, "Counted", ["n": number]) }
        #expect(memory.entries.map { $0.fields[0].value } == [.integer(3), .integer(4)])
    }
}
