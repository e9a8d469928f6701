// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing
import TributaryDelivery
import TributaryModel

@Suite(.timeLimit(.minutes(1))) struct HTTPClientLimitTests {
    private func limits(
        connect: Duration = .seconds(5),
        total: Duration = .seconds(10),
        slow: Duration = .seconds(20),
        body: Int = 1 << 18,
        head: Int = 1 << 16
    ) -> ClientLimits {
        ClientLimits(connect: connect, total: total, slow: slow, bodyBytesMax: body, headerBytesMax: head)
    }

    @Test func `a slow head ends at the total limit, and the request may have arrived`() async throws {
        let server = try LoopbackServer { _ in [.pause(milliseconds: 3000)] }
        defer { server.stop() }
        let start = ContinuousClock.now
        let request = loopback(.post, server.url, body: "{}", limits: limits(total: .milliseconds(300)))
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .timeoutTotal)
        #expect(failure.mayHaveArrived)
        #expect(failure.partial == nil)
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test func `a body that drips for ever ends at the total limit, its status kept`() async throws {
        let server = try LoopbackServer { _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"),
                .drip(String(repeating: "x", count: 500), milliseconds: 10),
            ]
        }
        defer { server.stop() }
        let request = loopback(.post, server.url, body: "{}", limits: limits(total: .milliseconds(400)))
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .timeoutTotal)
        #expect(failure.mayHaveArrived)
        #expect(failure.partial?.status == 200)
        #expect(failure.partial?.isTruncated == true)
        #expect(failure.partial?.body.isEmpty == false)
    }

    @Test func `a drip below the lowest speed ends before the total limit`() async throws {
        let server = try LoopbackServer { _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"),
                .drip(String(repeating: "x", count: 80), milliseconds: 100),
            ]
        }
        defer { server.stop() }
        let start = ContinuousClock.now
        let request = loopback(.post, server.url, body: "{}", limits: limits(total: .seconds(9), slow: .seconds(1)))
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .timeoutSlow)
        #expect(failure.mayHaveArrived)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `a port that takes no more connections ends at the connect limit, certainly unsent`() async throws {
        let server = try LoopbackServer(accepts: false, backlog: 0)
        defer { server.stop() }
        // The kernel's queue of length 0 takes one connection; further ones get no answer at all.
        var fillers: [Int32] = []
        defer { for filler in fillers { Glibc.close(filler) } }
        for _ in 0..<4 { fillers.append(connecting(to: server.port)) }
        let request = loopback(.post, server.url, body: "{}", limits: limits(connect: .milliseconds(300)))
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .timeoutConnect)
        #expect(!failure.mayHaveArrived)
    }

    @Test func `a server that never accepts may have received the request`() async throws {
        let server = try LoopbackServer(accepts: false)
        defer { server.stop() }
        let request = loopback(.post, server.url, body: "{}", limits: limits(total: .milliseconds(300)))
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .timeoutTotal)
        #expect(failure.mayHaveArrived)
    }

    @Test func `a closed port is a failure to connect, certainly unsent`() async throws {
        let server = try LoopbackServer()
        server.stop()
        let failure = try await failure(of: HTTPClient(), loopback(.post, server.url, body: "{}"))
        #expect(failure.code == .connect)
        #expect(!failure.mayHaveArrived)
    }

    @Test func `a name that does not exist is a failure to resolve, certainly unsent`() async throws {
        let request = loopback(.get, "https://tributary.invalid/secret?key=k")
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .resolve)
        #expect(!failure.mayHaveArrived)
        #expect(failure.origin == "https://tributary.invalid:443")
        #expect(!"\(failure)\(String(reflecting: failure))".contains("secret"))
    }

    @Test(arguments: [
        [LoopbackServer.Step.reset], [.close], [.send("HTTP/1.1 200 OK\r\nContent-Len"), .close],
        [.send("HTTP/1.1 200 OK\r\nContent-Len"), .pause(milliseconds: 50), .reset],
    ])
    func `a connection that ends before the head is whole is a reset`(steps: [LoopbackServer.Step]) async throws {
        let server = try LoopbackServer { _ in steps }
        defer { server.stop() }
        let failure = try await failure(of: HTTPClient(), loopback(.post, server.url, body: "{}"))
        #expect(failure.code == .reset)
        #expect(failure.mayHaveArrived)
        #expect(failure.partial == nil)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        [LoopbackServer.Step.send("HTTP/1.1 201 OK\r\nContent-Length: 9\r\n\r\n{}"), .close],
        [.send("HTTP/1.1 201 OK\r\nContent-Length: 9\r\n\r\n{}"), .pause(milliseconds: 100), .reset],
        [.send("HTTP/1.1 201 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), .pause(milliseconds: 50), .close],
    ])
    func `a reset in the middle of the body keeps the status`(steps: [LoopbackServer.Step]) async throws {
        let server = try LoopbackServer { _ in steps }
        defer { server.stop() }
        let failure = try await failure(of: HTTPClient(), loopback(.post, server.url, body: "{}"))
        #expect(failure.code == .reset)
        #expect(failure.partial?.status == 201)
        #expect(failure.partial?.body == Array("{}".utf8))
        #expect(failure.partial?.isTruncated == true)
    }

    @Test func `a kept connection that dies under a request does not make it go out twice`() async throws {
        let server = try LoopbackServer { request in
            request.number == 1 ? [.send(LoopbackServer.answer(200, "{}"))] : [.close]
        }
        defer { server.stop() }
        let client = try HTTPClient()
        _ = try await client.send(loopback(.post, server.url, body: "{}"))
        let failure = try await failure(of: client, loopback(.post, server.url + "/money", body: "{}"))
        #expect(failure.code == .reset)
        #expect(failure.mayHaveArrived)
        #expect(server.requests.count { $0.target == "/money" } == 1)
        #expect(try await client.send(loopback(.post, server.url, body: "{}")).status == 200)
    }

    @Test(arguments: [0, 30])
    func `an answer that nobody asked for is not taken for the next one`(milliseconds: Int) async throws {
        let server = try LoopbackServer { request in
            let answer = LoopbackServer.answer(200, request.target)
            guard request.target == "/first" else { return [.send(answer)] }
            let surplus = LoopbackServer.answer(200, "/wrong")
            return milliseconds == 0
                ? [.send(answer + surplus)] : [.send(answer), .pause(milliseconds: 30), .send(surplus)]
        }
        defer { server.stop() }
        let client = try HTTPClient()
        #expect(try await client.send(loopback(.post, server.url + "/first")).body == Array("/first".utf8))
        try await Task.sleep(for: .milliseconds(100))
        #expect(try await client.send(loopback(.post, server.url + "/second")).body == Array("/second".utf8))
        #expect(server.requests.map(\.target) == ["/first", "/second"])
        #expect(server.connections == 2)
    }

    @Test(arguments: [true, false])
    func `a body beyond the limit is cut there, its status kept`(isChunked: Bool) async throws {
        let piece = String(repeating: "x", count: 10_000)
        let head = isChunked ? "Transfer-Encoding: chunked\r\n\r\n2710\r\n" : "Content-Length: 1000000000\r\n\r\n"
        let server = try LoopbackServer { _ in
            [.send("HTTP/1.1 200 OK\r\n" + head + piece)]
                + [LoopbackServer.Step](repeating: .send(isChunked ? "\r\n2710\r\n" + piece : piece), count: 3000)
        }
        defer { server.stop() }
        let request = loopback(.post, server.url, body: "{}", limits: limits(body: 25_000))
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .answerTooLarge)
        #expect(failure.mayHaveArrived)
        #expect(failure.partial?.status == 200)
        #expect(failure.partial?.body.count == 25_000)
    }

    @Test func `a body exactly at the limit is whole`() async throws {
        let server = try LoopbackServer { _ in [.send(LoopbackServer.answer(200, String(repeating: "x", count: 1000)))]
        }
        defer { server.stop() }
        let answer = try await HTTPClient().send(loopback(.get, server.url, limits: limits(body: 1000)))
        #expect(answer.body.count == 1000)
    }

    @Test(arguments: [
        String(repeating: "X-A: \(String(repeating: "a", count: 100))\r\n", count: 100),
        "X-A: \(String(repeating: "a", count: 10_000))\r\n",
        "X-A: \(String(repeating: "a", count: 300_000))",
        String(repeating: "A:\r\n", count: 300),
    ])
    func `a head beyond the limit ends the call`(fields: String) async throws {
        let server = try LoopbackServer { _ in [.send("HTTP/1.1 200 OK\r\n" + fields)] }
        defer { server.stop() }
        let request = loopback(.post, server.url, body: "{}", limits: limits(head: 8000))
        let failure = try await failure(of: HTTPClient(), request)
        #expect(failure.code == .headersTooLarge)
        #expect(failure.mayHaveArrived)
    }

    @Test func `interim answers without end are a head beyond the limit`() async throws {
        let interim = String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 1000)
        let server = try LoopbackServer { _ in [.send(interim)] }
        defer { server.stop() }
        let request = loopback(.post, server.url, body: "{}", limits: limits(head: 8000))
        #expect(try await failure(of: HTTPClient(), request).code == .headersTooLarge)
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9\r\n\r\n", "{}\n\n", "HTTP/9.9 200 OK\r\n\r\n"])
    func `what is not HTTP is a bad answer`(text: String) async throws {
        let server = try LoopbackServer { _ in [.send(text), .close] }
        defer { server.stop() }
        let failure = try await failure(of: HTTPClient(), loopback(.post, server.url, body: "{}"))
        #expect(failure.code == .badAnswer)
        #expect(failure.mayHaveArrived)
    }

    /// A socket whose connection the kernel works on by itself.
    private func connecting(to port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = unsafe connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }
}
