// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryModel

@testable import TributaryCommand

/// The box by which a running daemon is asked.
@Suite(.serialized) struct CareBoxTests {
    private static let configuration = """
        { "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" },
          "providers": { "stripe": { "secrets": ["env:SECRET"] } } }
        """
    private static let environment = ["SECRET": "whsec_dGhpcnR5LXR3by1ieXRlcy1vZi1zZWNyZXQtMTIzNDU2"]

    @Test func `a request is taken once, answered line by line, and leaves nothing behind`() throws {
        let folder = try Sandbox()
        let box = CareBox(store: folder.url("t.db").path)
        #expect(box.take(isStart: true).isEmpty)
        let request = CareRequest.forget(.init(emails: ["ada@example.com"]))
        let id = try box.put(request)
        let taken = box.take(isStart: false)
        #expect(taken.map(\.id) == [id])
        #expect(taken.first?.request == request)
        #expect(box.take(isStart: false).isEmpty)
        #expect(!box.takeBack(id))
        // A daemon that was killed in the middle begins again.
        #expect(box.take(isStart: true).map(\.id) == [id])
        let lines: [CareLine] = [.progress(done: 1, whole: 2), .row("x"), .end(isFine: true, text: "é\n")]
        var place: UInt64 = 0
        for line in lines { box.answer(id, line) }
        #expect(box.answers(to: id, from: &place) == lines)
        #expect(box.answers(to: id, from: &place) == [])
        box.finish(id)
        box.removeAnswer(to: id)
        #expect(try FileManager.default.contentsOfDirectory(atPath: box.folder).isEmpty)
    }

    @Test func `only the owner may look into the box`() throws {
        let folder = try Sandbox()
        let box = CareBox(store: folder.url("t.db").path)
        let id = try box.put(.replay(.init(isDryRun: true)))
        func rights(_ path: String) throws -> Int? {
            (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
        }
        #expect(try rights(box.folder) == 0o700)
        #expect(try rights("\(box.folder)/\(id).request") == 0o600)
    }

    @Test(.timeLimit(.minutes(1))) func `a running daemon does it itself`() throws {
        let folder = try Sandbox()
        try folder.write("tributary.json", Self.configuration)
        let daemon = try Daemon(in: folder, environment: Self.environment)
        for words in [["replay", "--provider", "stripe"], ["forget", "--email", "ada@example.com"]] {
            let run = try CommandLineRun(words, in: folder, environment: Self.environment)
            #expect(run.code == 0, "\(run.output)\(run.complaint)")
            #expect(run.output.contains("looked at") || run.output.contains("nothing is known"))
        }
        #expect(daemon.stop() == 0)
        let alone = try CommandLineRun(["forget", "--user", "u_12345"], in: folder, environment: Self.environment)
        #expect(alone.output == "nothing is known of this person\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url("t.db.care").path).isEmpty)
    }

    @Test func `without a store there is nothing to do`() throws {
        let folder = try Sandbox()
        try folder.write("tributary.json", Self.configuration)
        let run = try CommandLineRun(["forget", "--user", "u"], in: folder, environment: Self.environment)
        #expect(run.code == 1)
        #expect(run.complaint.contains("there is no store at t.db"))
    }
}
