// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@testable import TributaryServer

@Suite(.serialized, .timeLimit(.minutes(1))) struct GuardTests {
    static let post = "POST / HTTP/1.1\r\nHost: h\r\n"

    /// Sends, takes the answer, and tells whether the server then closed the connection.
    private static func refused(_ text: String, by address: SocketAddress) async -> (RawClient.Answer?, Bool) {
        await blocking {
            let client = RawClient(address)
            client.send(text)
            return (client.answer(), client.awaitEnd())
        }
    }

    @Test func `a declared body over the limit is refused before it is read`() async throws {
        let seen = Seen()
        let fixture = try ServerFixture { request in
            seen.add(request)
            return ServerResponse()
        }
        try await fixture.run { address, _ in
            let (answer, _) = await Self.refused(Self.post + "Content-Length: 1048577\r\n\r\n", by: address)
            #expect(answer?.status == 413)
            #expect(answer?.has("Content-Type: application/problem+json") == true)
            #expect(answer?.has("Connection: close") == true)
        }
        #expect(seen.requests.isEmpty)
    }

    @Test func `a client that asks before an oversized body is not invited`() async throws {
        try await ServerFixture().run { address, _ in
            let (answer, isEnded) = await Self.refused(
                Self.post + "Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n",
                by: address
            )
            #expect(answer?.status == 413)
            #expect(isEnded)
        }
    }

    @Test func `a client that asks before a body that fits is invited`() async throws {
        try await ServerFixture().run { address, _ in
            let (first, second) = await blocking {
                let client = RawClient(address)
                client.send(Self.post + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
                let first = client.answer()
                client.send("ok")
                return (first, client.answer())
            }
            #expect(first?.status == 100)
            #expect(second?.body == Array("ok".utf8))
        }
    }

    @Test func `an oversized body that is already on its way gets its answer`() async throws {
        try await ServerFixture().run { address, _ in
            let (answer, isEnded) = await blocking {
                let client = RawClient(address)
                client.send(Self.post + "Content-Length: 1048577\r\n\r\n")
                client.send([UInt8](repeating: 0x61, count: 200_000))
                return (client.answer(), client.awaitEnd())
            }
            #expect(answer?.status == 413)
            #expect(isEnded)
        }
    }

    @Test func `a chunked body over the limit is cut`() async throws {
        let seen = Seen()
        var fixture = try ServerFixture { request in
            seen.add(request)
            return ServerResponse()
        }
        fixture.configuration.bodyBytesMax = 10_000
        try await fixture.run { address, _ in
            let (answer, isEnded) = await blocking {
                let client = RawClient(address)
                client.send(Self.post + "Transfer-Encoding: chunked\r\n\r\n")
                let chunk = "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n"
                for _ in 0..<200 where !client.send(chunk) { break }
                return (client.answer(), client.awaitEnd())
            }
            #expect(answer?.status == 413)
            #expect(isEnded)
        }
        #expect(seen.requests.isEmpty)
    }

    @Test func `a route can have a body limit of its own`() async throws {
        var fixture = try ServerFixture()
        fixture.configuration.bodyBytesMaxFor = { method, path in method == "POST" && path == "/small" ? 3 : nil }
        try await fixture.run { address, _ in
            let small = await exchange(
                "POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd",
                with: address
            )
            let fits = await exchange("POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", with: address)
            let other = await exchange(Self.post + "Content-Length: 4\r\n\r\nabcd", with: address)
            #expect(small?.status == 413)
            #expect(fits?.status == 200)
            #expect(other?.status == 200)
        }
    }

    @Test(arguments: [
        ("many fields", String(repeating: "A: b\r\n", count: 101)),
        ("a long field", "A: " + String(repeating: "b", count: 17_000) + "\r\n"),
        ("a field beyond all memory", "A: " + String(repeating: "b", count: 60_000) + "\r\n"),
    ])
    func `a head over the limits is refused`(name: String, fields: String) async throws {
        try await ServerFixture().run { address, _ in
            let (answer, _) = await Self.refused("GET / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n", by: address)
            #expect(answer?.status == 431 || name == "a field beyond all memory" && answer == nil)
        }
    }

    @Test func `a head just below the limits is taken`() async throws {
        let seen = Seen()
        let fixture = try ServerFixture { request in
            seen.add(request)
            return ServerResponse()
        }
        let fields = (1..<99).map { "Field-\($0): " + String(repeating: "v", count: 120) + "\r\n" }.joined()
        try await fixture.run { address, _ in
            let status = await blocking {
                let client = RawClient(address)
                // In two parts, so that the library's buffer grows while the head is being read.
                client.send("POST / HTTP/1.1\r\nHost: h\r\n" + fields.prefix(7000))
                client.send(fields.dropFirst(7000) + "Content-Length: 20000\r\n\r\n")
                client.send([UInt8](repeating: 0x62, count: 20_000))
                return client.answer()?.status
            }
            #expect(status == 200)
        }
        #expect(seen.requests.first?.headers.fields.count == 100)
        #expect(seen.requests.first?.body == [UInt8](repeating: 0x62, count: 20_000))
    }

    @Test func `connections over the limit wait`() async throws {
        var fixture = try ServerFixture()
        fixture.configuration.connectionsMax = 2
        try await fixture.run { address, _ in
            let (first, third, late) = await blocking {
                var clients = (0..<3).map { _ in RawClient(address, patience: 3) }
                for client in clients { client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n") }
                let first = clients[0].answer()?.status
                _ = clients[1].answer()
                let third = clients[2].answer()?.status
                let last = clients.removeLast()
                clients = []
                return (first, third, last.answer()?.status)
            }
            #expect(first == 200)
            #expect(third == nil)
            #expect(late == 200)
        }
    }

    @Test func `connections over the limit of one address are closed`() async throws {
        var fixture = try ServerFixture()
        fixture.configuration.connectionsPerAddressMax = 2
        try await fixture.run { address, _ in
            let statuses = await blocking {
                let clients = (0..<3).map { _ in RawClient(address) }
                return clients.map { client in
                    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                    return client.answer()?.status
                }
            }
            #expect(statuses == [200, 200, nil])
        }
    }

    @Test func `the server answers 503 at once when too many wait`() async throws {
        let seen = Seen()
        var fixture = try ServerFixture { request in
            seen.add(request)
            try? await Task.sleep(for: .milliseconds(800))  // only cancelled when the test is over
            return ServerResponse()
        }
        fixture.configuration.concurrentRequestsMax = 1
        fixture.configuration.queuedRequestsMax = 1
        fixture.configuration.retryAfterSeconds = 7
        try await fixture.run { address, _ in
            let (busy, statuses, afterwards) = await blocking {
                let clients = (0..<6).map { _ in RawClient(address) }
                clients[0].send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                for _ in 0..<1000 where seen.requests.isEmpty { pause(milliseconds: 2) }
                for client in clients.dropFirst() { client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n") }
                let answers = clients.compactMap { $0.answer() }
                let busy = answers.first { $0.status == 503 }
                // Refused, but not disconnected: the request was read to its end.
                let refused = zip(clients, answers).first { $0.1.status == 503 }?.0
                refused?.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                return (busy, answers.map(\.status), refused?.answer()?.status)
            }
            #expect(busy?.has("Retry-After: 7") == true)
            #expect(statuses.count { $0 == 503 } == 4)
            #expect(statuses.count { $0 == 200 } == 2)
            #expect(afterwards == 200)
        }
    }

    @Test func `a taken port is named`() async throws {
        try await ServerFixture().run { address, _ in
            let server = HTTPServer(configuration: ServerConfiguration(address: address)) { _ in ServerResponse() }
            let error = #expect(throws: ServerError.self) { try server.start() }
            #expect(error?.code == .addressInUse)
            #expect(error?.description.contains("127.0.0.1:\(address.port)") == true)
        }
    }

    @Test(arguments: [
        "", "127.0.0.1", "localhost:80", "127.0.0.1:99999", "127.0.0.1:+1", "[::1]", "::1:80", "[1.2.3.4]:1",
    ])
    func `an address that is none is refused`(text: String) {
        let error = #expect(throws: ServerError.self) { try SocketAddress(text) }
        #expect(error?.code == .invalidAddress)
    }

    @Test func `IPv6 is served`() async throws {
        let address = try SocketAddress("[::1]:0")
        #expect(address.description == "[::1]:0")
        let server = HTTPServer(configuration: ServerConfiguration(address: address)) { _ in ServerResponse() }
        let bound = try server.start()
        #expect(bound.port > 0)
        #expect(bound.host == "::1")
    }
}
