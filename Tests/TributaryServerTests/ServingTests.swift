// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import TributaryModel

@testable import TributaryServer

@Suite(.serialized, .timeLimit(.minutes(1))) struct ServingTests {
    @Test func `a request arrives whole and its answer goes back`() async throws {
        let seen = Seen()
        let fixture = try ServerFixture(respond: { request in
            seen.add(request)
            return .text("hello", status: 201)
        })
        try await fixture.run { address, _ in
            let answer = try #require(
                await exchange(
                    "POST /a%20b/c?x=1&y=%2F+z&x=2&flag HTTP/1.1\r\nHost: h\r\nX-One: a  b \r\nx-one:2\r\n"
                        + "Content-Length: 5\r\n\r\n\u{0}abc\n",
                    with: address
                )
            )
            #expect(answer.status == 201)
            #expect(answer.body == Array("hello".utf8))
            #expect(answer.has("Content-Type: text/plain; charset=utf-8"))
            #expect(!answer.head.lowercased().contains("server:"))
            #expect(!answer.head.lowercased().contains("microhttpd"))
        }
        let request = try #require(seen.requests.first)
        #expect(request.method == "POST")
        #expect(request.path == "/a b/c")
        #expect(request.query.map(\.name) == ["x", "y", "x", "flag"])
        #expect(request.query.map(\.value) == ["1", "/ z", "2", ""])
        #expect(request.headers.values("X-One") == ["a  b", "2"])
        #expect(request.body == [0, 0x61, 0x62, 0x63, 0x0A])
        #expect(request.remoteAddress?.host == "127.0.0.1")
    }

    @Test func `many requests share a connection`() async throws {
        try await ServerFixture().run { address, _ in
            let bodies = await blocking {
                let client = RawClient(address)
                return (0..<50).map { number -> [UInt8]? in
                    let body = String(repeating: "x", count: number * 37)
                    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                    return client.answer()?.body
                }
            }
            #expect(bodies.map { $0?.count } == (0..<50).map { $0 * 37 })
        }
    }

    @Test func `pipelined requests are answered in order`() async throws {
        try await ServerFixture().run { address, _ in
            let bodies = await blocking {
                let client = RawClient(address)
                client.send(
                    (0..<200).map { "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n\($0 + 100)" }.joined()
                )
                return (0..<200).map { _ in client.answer().map { String(decoding: $0.body, as: UTF8.self) } }
            }
            #expect(bodies == (100..<300).map { String($0) })
        }
    }

    @Test func `a request that comes byte by byte is the same request`() async throws {
        let seen = Seen()
        let fixture = try ServerFixture(respond: { request in
            seen.add(request)
            return ServerResponse()
        })
        try await fixture.run { address, _ in
            let text = "POST /p?q=1 HTTP/1.1\r\nHost: h\r\nA: b\r\nContent-Length: 4\r\n\r\nwxyz"
            let status = await blocking {
                let client = RawClient(address)
                for byte in text.utf8 { client.send([byte]) }
                return client.answer()?.status
            }
            #expect(status == 200)
        }
        #expect(seen.requests.first?.body == Array("wxyz".utf8))
        #expect(seen.requests.first?.headers["A"] == "b")
    }

    @Test func `chunks are joined`() async throws {
        try await ServerFixture().run { address, _ in
            let answer = await exchange(
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: CHUNKED\r\n\r\n"
                    + "4\r\nwiki\r\nA;name=\"v\"\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
                with: address
            )
            #expect(answer?.body == Array("wiki0123456789".utf8))
        }
    }

    @Test func `a large body arrives byte for byte`() async throws {
        let body = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
        try await ServerFixture().run { address, _ in
            let answer = await blocking {
                let client = RawClient(address)
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.count)\r\n\r\n")
                client.send(body)
                return client.answer()
            }
            #expect(answer?.body == body)
        }
    }

    @Test func `a dropped answer closes the connection without a byte, and only that one`() async throws {
        let silent: HTTPServer.Responder = { $0.path == "/drop" ? .dropped : ServerResponse(body: $0.body) }
        try await ServerFixture(respond: silent).run { address, _ in
            let ended = await blocking {
                let client = RawClient(address)
                client.send("POST /drop HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                return client.answer() == nil && client.awaitEnd()
            }
            #expect(ended)
            let next = await exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", with: address)
            #expect(next?.body == Array("hi".utf8))
        }
    }

    @Test func `HEAD gets the head alone`() async throws {
        let fixture = try ServerFixture(respond: { _ in .text("12345") })
        try await fixture.run { address, _ in
            let (head, next) = await blocking {
                let client = RawClient(address)
                client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
                return (client.answer(bodyless: true), client.answer())
            }
            #expect(head?.has("Content-Length: 5") == true)
            #expect(next?.body == Array("12345".utf8))
        }
    }

    @Test func `HTTP 1.0 is served and closed`() async throws {
        let fixture = try ServerFixture(respond: { _ in .text("old") })
        try await fixture.run { address, _ in
            let (answer, isEnded) = await blocking {
                let client = RawClient(address)
                client.send("GET / HTTP/1.0\r\n\r\n")
                return (client.answer(), client.awaitEnd())
            }
            #expect(answer?.body == Array("old".utf8))
            #expect(isEnded)
        }
    }

    @Test func `a client that has ended its side still gets its answer`() async throws {
        let fixture = try ServerFixture(respond: { request in
            try? await Task.sleep(for: .milliseconds(100))  // only cancelled when the test is over
            return ServerResponse(body: request.body)
        })
        try await fixture.run { address, _ in
            let answer = await blocking {
                let client = RawClient(address)
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok")
                client.endSending()
                return client.answer()
            }
            #expect(answer?.body == Array("ok".utf8))
        }
    }

    @Test func `two hundred connections are served at once`() async throws {
        var fixture = try ServerFixture()
        fixture.configuration.concurrentRequestsMax = 256
        try await fixture.run { address, _ in
            let statuses = await blocking {
                let clients = (0..<200).map { _ in RawClient(address) }
                for client in clients { client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc") }
                return clients.map { $0.answer()?.status }
            }
            #expect(statuses == Array(repeating: 200, count: 200))
        }
    }

    /// The library's own thread hung when exactly 128 connections had something to say at once.
    @Test func `128 requests at the same moment are served`() async throws {
        var fixture = try ServerFixture { request in
            // Stays away until the test is over, so that nothing else wakes the network thread.
            if request.path == "/hold" { try? await Task.sleep(for: .seconds(20)) }
            return ServerResponse()
        }
        fixture.configuration.concurrentRequestsMax = 129
        // Holds the network thread while the others send, so that it finds all of them ready together.
        fixture.configuration.bodyBytesMaxFor = { _, path in
            if path == "/hold" { pause(milliseconds: 400) }
            return nil
        }
        try await fixture.run { address, _ in
            let answered = await blocking {
                let holder = RawClient(address)
                let clients = (0..<128).map { _ in RawClient(address, patience: 5) }
                for client in clients {
                    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                    _ = client.answer()
                }
                holder.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n")
                pause(milliseconds: 100)
                for client in clients { client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n") }
                return clients.count { $0.answer()?.status == 200 }
            }
            #expect(answered == 128)
        }
    }

    @Test func `clients that leave while their request is served do no harm`() async throws {
        let metrics = MetricsRegistry()
        let seen = Seen()
        let fixture = try ServerFixture(
            metrics: metrics,
            respond: { request in
                seen.add(request)
                try? await Task.sleep(for: .milliseconds(50))  // only cancelled when the test is over
                return ServerResponse(body: [UInt8](repeating: 1, count: 200_000))
            }
        )
        try await fixture.run { address, _ in
            await blocking {
                for number in 0..<40 {
                    let client = RawClient(address)
                    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
                    if number.isMultiple(of: 2) { client.reset() }
                }
            }
            let answer = await exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n", with: address)
            #expect(answer?.body.count == 200_000)
        }
        #expect(!seen.requests.isEmpty)
        #expect(metrics.text().contains("tributary_http_connections 0\n"))
    }

    @Test func `fields that only the server may set are left out`() async throws {
        let fixture = try ServerFixture(respond: { _ in
            ServerResponse(
                headers: [
                    "Content-Length": "99", "Transfer-Encoding": "chunked", "X-Bad": "a\r\nX-Injected: 1", "B ad": "1",
                    "X-Good": "yes",
                ],
                body: [0x61]
            )
        })
        try await fixture.run { address, _ in
            let answer = await exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n", with: address)
            #expect(answer?.has("Content-Length: 1") == true)
            #expect(answer?.has("X-Good: yes") == true)
            #expect(answer?.head.contains("X-Injected") == false)
            #expect(answer?.head.contains("chunked") == false)
            #expect(answer?.head.contains("B ad") == false)
        }
    }
}
