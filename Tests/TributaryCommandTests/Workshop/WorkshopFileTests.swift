// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TributaryCommand

/// The file that a workshop writes, and the files that it reads.
struct WorkshopFileTests {
    private let folder: Sandbox

    init() throws { folder = try Sandbox() }

    private func file(_ name: String = "a.json") -> WorkshopFile { WorkshopFile(folder.url(name).path) }

    @Test func `what was seen is written over`() throws {
        try folder.write("a.json", "old")
        guard case .written(let content) = try file().write("new", over: file().content().hash) else {
            Issue.record("not written")
            return
        }
        #expect(try folder.read("a.json") == "new")
        #expect(try file().content() == content)
    }

    @Test func `what was not seen stays`() throws {
        try folder.write("a.json", "old")
        let seen = try file().content().hash
        try folder.write("a.json", "newer")
        #expect(try file().write("mine", over: seen) == .conflict(file().content()))
        #expect(try folder.read("a.json") == "newer")
    }

    @Test func `a new file is made, and not where one has come meanwhile`() throws {
        #expect(try file().content() == .none)
        try folder.write("a.json", "theirs")
        #expect(try file().write("mine", over: "") == .conflict(file().content()))
        try FileManager.default.removeItem(at: folder.url("a.json"))
        _ = try file().write("mine", over: "")
        #expect(try folder.read("a.json") == "mine")
    }

    @Test func `line ends and rights are kept, and a link goes on leading there`() throws {
        try folder.write("real/a.json", "one\r\ntwo\r\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.url("real/a.json").path)
        try FileManager.default.createSymbolicLink(
            atPath: folder.url("link.json").path,
            withDestinationPath: folder.url("real/a.json").path
        )
        let content = try file("link.json").content()
        #expect(content.text == "one\ntwo\n")
        _ = try file("link.json").write("one\nthree\n", over: content.hash)
        #expect(try folder.read("real/a.json") == "one\r\nthree\r\n")
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.url("real/a.json").path)
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url("real").path) == ["a.json"])
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.url("link.json").path).hasSuffix("a.json")
        )
    }

    @Test func `a folder in which nothing can be written says so and keeps the file`() throws {
        let file = WorkshopFile("/proc/self/a.json")
        let failure = #expect(throws: CommandFailure.self) { try file.write("x", over: "") }
        #expect(failure?.description.contains("cannot be written") == true)
    }

    @Test(arguments: [[0xFF, 0xFE], [0xEF, 0xBB, 0xBF, 0x7B, 0x7D]]) func `what is no text of ours is not opened`(
        _ bytes: [UInt8]
    ) throws {
        try Data(bytes).write(to: folder.url("a.json"))
        #expect(throws: CommandFailure.self) { try file().content() }
    }

    @Test func `no path of a mapping leads out of its folder`() throws {
        try folder.write("secret", "1")
        try folder.write("acme/fixtures/a.json", "2")
        try FileManager.default.createSymbolicLink(
            atPath: folder.url("acme/fixtures/link").path,
            withDestinationPath: folder.url("secret").path
        )
        let fixtures = WorkshopFixtures.folder(folder.url("acme").path)
        #expect(fixtures.bytes("fixtures/a.json") == Array("2".utf8))
        #expect(fixtures.bytes("./fixtures/../fixtures/a.json") == Array("2".utf8))
        for path in [
            "../secret", "fixtures/../../secret", "fixtures/link", folder.url("secret").path, "", "fixtures", "a\0b",
        ] {
            #expect(fixtures.bytes(path) == nil, "\(path)")
        }
        #expect(WorkshopFixtures.folder("/dev").bytes("zero") == nil)
        #expect(fixtures.paths == ["fixtures/a.json", "fixtures/link"])
    }

    @Test func `a shipped mapping, a file, its folder, a new file and none can be opened`() throws {
        try folder.write("acme/acme.json", BlankMapping.text(provider: "acme"))
        #expect(try WorkshopDesk("stripe").file == nil)
        #expect(try WorkshopDesk(nil).file == nil)
        #expect(try WorkshopDesk(folder.url("acme").path).file == WorkshopDesk(folder.url("acme/acme.json").path).file)
        #expect(try WorkshopDesk(folder.url("acme/new.json").path).file != nil)
        #expect(throws: UsageError.self) { try WorkshopDesk("strpe") }
        #expect(throws: UsageError.self) { try WorkshopDesk(folder.url("none/new.json").path) }
    }
}
