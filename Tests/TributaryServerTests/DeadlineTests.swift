// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel

@testable import TributaryServer

@Suite(.serialized, .timeLimit(.minutes(1))) struct DeadlineTests {
    /// A server that has little patience.
    private static func hasty(_ change: (inout ServerConfiguration) -> Void = { _ in }) throws -> ServerFixture {
        var fixture = try ServerFixture()
        fixture.configuration.receiveLimit = .milliseconds(400)
        fixture.configuration.idleLimit = .milliseconds(400)
        change(&fixture.configuration)
        return fixture
    }

    /// Sends a start, then one byte every 50 ms until the server has had enough; bounded by 20 seconds.
    private static func trickle(_ start: String, to address: SocketAddress) async -> (RawClient.Answer?, Bool, Duration)
    {
        await blocking {
            let client = RawClient(address)
            let clock = ContinuousClock()
            let begin = clock.now
            client.send(start)
            for _ in 0..<400 where clock.now - begin < .seconds(20) {
                guard client.send("a") else { break }
                pause(milliseconds: 50)
            }
            let duration = clock.now - begin
            return (client.answer(), client.awaitEnd(), duration)
        }
    }

    @Test(arguments: [
        ("request line", "GET /"), ("head", "GET / HTTP/1.1\r\nHost: h\r\nA: "),
        ("declared body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n"),
        ("chunked body", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n"),
    ])
    func `a sender that trickles bytes is cut`(part: String, start: String) async throws {
        try await Self.hasty().run { address, _ in
            let (answer, isEnded, duration) = await Self.trickle(start, to: address)
            #expect(isEnded)
            #expect(duration < .seconds(10))
            #expect(part == "request line" ? answer == nil : answer == nil || answer?.status == 408)
        }
    }

    @Test func `a sender that stops is told so`() async throws {
        try await Self.hasty().run { address, _ in
            let (answer, isEnded) = await blocking {
                let client = RawClient(address, patience: 20)
                client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
                return (client.answer(), client.awaitEnd())
            }
            #expect(answer?.status == 408)
            #expect(isEnded)
        }
    }

    @Test func `an idle connection is closed`() async throws {
        try await Self.hasty().run { address, _ in
            let (status, isEnded) = await blocking {
                let client = RawClient(address, patience: 20)
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                return (client.answer()?.status, client.awaitEnd())
            }
            #expect(status == 200)
            #expect(isEnded)
        }
    }

    @Test func `a client that does not take its answer is cut`() async throws {
        let metrics = MetricsRegistry()
        var fixture = try ServerFixture(metrics: metrics) { _ in
            ServerResponse(body: [UInt8](repeating: 0x61, count: 30_000_000))
        }
        fixture.configuration.sendLimit = .milliseconds(400)
        try await fixture.run { address, _ in
            let client = await blocking {
                let client = RawClient(address, receiveBuffer: 4096)
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                for _ in 0..<400 where !metrics.text().contains("tributary_http_connections 0\n") {
                    pause(milliseconds: 50)
                }
                return client
            }
            #expect(metrics.text().contains("tributary_http_connections 0\n"))
            #expect(metrics.text().contains("reason=\"tooSlow\"} 1\n"))
            withExtendedLifetime(client) {}
        }
    }

    @Test func `a handler may take longer than all limits`() async throws {
        var fixture = try Self.hasty()
        fixture.respond = { _ in
            try? await Task.sleep(for: .milliseconds(900))  // only cancelled when the test is over
            return .text("late")
        }
        try await fixture.run { address, _ in
            let answer = await exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n", with: address)
            #expect(answer?.body == Array("late".utf8))
        }
    }

    @Test func `stopping lets requests in flight finish`() async throws {
        let fixture = try ServerFixture { _ in
            try? await Task.sleep(for: .milliseconds(300))  // only cancelled when the test is over
            return .text("finished")
        }
        try await fixture.run { address, server in
            async let stopped: Duration = ContinuousClock().measure {
                try? await Task.sleep(for: .milliseconds(100))  // only cancelled when the test is over
                await server.stop(drain: .seconds(5))
            }
            let (answer, isEnded) = await blocking {
                let idle = RawClient(address)
                let client = RawClient(address)
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                return (client.answer(), client.awaitEnd() && idle.awaitEnd())
            }
            #expect(answer?.body == Array("finished".utf8))
            #expect(answer?.has("Connection: close") == true)
            #expect(isEnded)
            #expect(await stopped < .seconds(5))
            #expect(await blocking { RawClient(address).isEnded })
        }
    }

    @Test func `stopping does not wait longer than the limit`() async throws {
        let fixture = try ServerFixture { _ in
            try? await Task.sleep(for: .seconds(30))  // cancelled by the stop
            return .text("never")
        }
        try await fixture.run { address, server in
            let client = await blocking {
                let client = RawClient(address)
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                pause(milliseconds: 100)
                return client
            }
            let duration = await ContinuousClock().measure { await server.stop(drain: .milliseconds(200)) }
            #expect(duration < .seconds(10))
            #expect(await blocking { client.awaitEnd() })
        }
    }

    @Test func `cancelling the run closes the server`() async throws {
        let configuration = ServerConfiguration(address: try SocketAddress("127.0.0.1:0"))
        let server = HTTPServer(configuration: configuration) { _ in
            try? await Task.sleep(for: .seconds(30))  // cancelled with the run
            return .text("cancelled")
        }
        let address = try server.start()
        await withTaskGroup { group in
            group.addTask { await server.run() }
            let client = await blocking {
                let client = RawClient(address)
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                pause(milliseconds: 100)
                return client
            }
            group.cancelAll()
            await group.waitForAll()
            #expect(await blocking { client.answer()?.status } == 200)
            #expect(await blocking { RawClient(address).isEnded })
        }
    }
}
