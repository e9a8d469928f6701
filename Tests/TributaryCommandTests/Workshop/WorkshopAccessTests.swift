// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryModel
import TributaryServer

@testable import TributaryCommand

/// Who may use a workshop.
@Suite(.serialized, .timeLimit(.minutes(1))) struct WorkshopAccessTests {
    /// A request that differs from the page's own in one point.
    struct Attempt: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var line = "POST /api/start"
        var change: [String: String?]
        var status: Int
    }

    private static let attempts: [Attempt] = [
        .init(testDescription: "the page itself", change: [:], status: 200),
        .init(
            testDescription: "under the name localhost",
            change: ["Host": "localhost", "Origin": "http://localhost"],
            status: 200
        ),
        .init(
            testDescription: "a foreign name that leads to loopback",
            change: ["Host": "evil.example", "Origin": "http://evil.example"],
            status: 403
        ),
        .init(
            testDescription: "a foreign page's files",
            line: "GET /",
            change: ["Host": "evil.example", "Origin": nil],
            status: 403
        ),
        .init(testDescription: "a foreign origin", change: ["Origin": "http://evil.example"], status: 403),
        .init(testDescription: "another port of this machine", change: ["Origin": "http://127.0.0.1:1"], status: 403),
        .init(testDescription: "a sandboxed frame", change: ["Origin": "null"], status: 403),
        .init(testDescription: "no origin", change: ["Origin": nil], status: 403),
        .init(testDescription: "a cross-site fetch", change: ["Sec-Fetch-Site": "cross-site"], status: 403),
        .init(testDescription: "no token", change: ["Authorization": nil], status: 401),
        .init(
            testDescription: "a wrong token",
            change: ["Authorization": "Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
            status: 401
        ),
        .init(testDescription: "an empty token", change: ["Authorization": "Bearer "], status: 401),
        .init(testDescription: "a form's content type", change: ["Content-Type": "text/plain"], status: 415),
        .init(testDescription: "a preflight", line: "OPTIONS /api/save", change: [:], status: 405),
        .init(testDescription: "reading by GET", line: "GET /api/file", change: [:], status: 405),
        .init(testDescription: "an operation that there is not", line: "POST /api/erase", change: [:], status: 404),
    ]

    @Test(arguments: attempts) func `only the page that it printed is answered`(_ attempt: Attempt) throws {
        let folder = try Sandbox()
        let workshop = try WorkshopProcess(["acme.json"], in: folder)
        var headers: [String: String] = [
            "Host": "127.0.0.1:\(workshop.port)", "Origin": "http://127.0.0.1:\(workshop.port)",
            "Authorization": "Bearer \(workshop.token)", "Content-Type": "application/json",
        ]
        for (name, value) in attempt.change {
            headers[name] = value.map { $0.hasSuffix("localhost") ? "\($0):\(workshop.port)" : $0 }
        }
        let answer = try workshop.exchange(
            attempt.line,
            headers: headers,
            body: attempt.line.hasPrefix("POST") ? "{}" : ""
        )
        #expect(answer.hasPrefix("HTTP/1.1 \(attempt.status) "), "\(answer.prefix(400))")
        #expect(answer.contains("Content-Security-Policy: default-src 'none'; script-src 'self';"))
        #expect(!answer.contains("Access-Control-Allow"))
        #expect(attempt.status == 200 || !answer.contains("order-paid"))
    }

    @Test func `a body larger than any mapping with its sample is refused`() throws {
        let workshop = try WorkshopProcess([], in: Sandbox())
        let headers = [
            "Host": "127.0.0.1:\(workshop.port)", "Origin": "http://127.0.0.1:\(workshop.port)",
            "Authorization": "Bearer \(workshop.token)", "Content-Type": "application/json",
            "Expect": "100-continue", "Transfer-Encoding": "chunked",
        ]
        #expect(try workshop.exchange("POST /api/preview", headers: headers).hasPrefix("HTTP/1.1 400"))
        #expect(
            try workshop.exchange("GET /", headers: ["Host": "127.0.0.1:\(workshop.port)"], body: "x").contains(" 413 ")
        )
    }

    @Test(arguments: [
        "0.0.0.0:0", "192.168.1.5:9000", "[::]:0", "localhost:1", "[2001:db8::1]:80", "nonsense", "127.0.0.1",
    ])
    func `it listens on loopback only`(_ address: String) throws {
        let run = try CommandLineRun(["workshop", "--listen", address], in: Sandbox())
        #expect(run.code == 2)
        #expect(run.complaint.contains("127.0.0.1:PORT"))
    }

    @Test(arguments: ["127.0.0.1:0", "[::1]:0", "127.8.8.8:0", "0"]) func `every loopback address will do`(
        _ text: String
    ) throws {
        #expect(try SocketAddress(loopback: text).port == 0)
    }

    @Test func `every start has a token of its own`() throws {
        let tokens = try (0..<2).map { _ in try WorkshopProcess([], in: Sandbox()).token }
        #expect(tokens[0] != tokens[1])
        #expect(tokens.allSatisfy { $0.utf8.count == 32 })
    }

    @Test func `the browser gets its address by a file that nobody else can read`() throws {
        let folder = try Sandbox()
        let opened = try OpenedAddress("http://127.0.0.1:1/#abc", below: folder.url(""))
        let found = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let inner = try #require(found.first)
        let rights = try FileManager.default.attributesOfItem(atPath: folder.url(inner).path)[.posixPermissions] as? Int
        #expect(rights == 0o700)
        #expect(try folder.read("\(inner)/open.html").contains("0;url=http://127.0.0.1:1/#abc"))
        withExtendedLifetime(opened) {}
    }
}
