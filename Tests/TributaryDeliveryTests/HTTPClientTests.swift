// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryDelivery
import TributaryModel

/// A request to a loopback server, with limits that end every test quickly.
func loopback(
    _ method: ClientRequest.Method,
    _ url: String,
    headers: HeaderFields = HeaderFields(),
    body: String = "",
    limits: ClientLimits = ClientLimits(wait: .seconds(20), connect: .seconds(5), total: .seconds(10)),
    addresses: AddressPolicy = .loopbackAllowed
) -> ClientRequest {
    ClientRequest(method, url, headers: headers, body: Array(body.utf8), limits: limits, addresses: addresses)
}

/// Runs a call that must fail.
func failure(of client: HTTPClient, _ request: ClientRequest) async throws -> TransportFailure {
    do {
        let answer = try await client.send(request)
        Issue.record("answered: \(answer)")
        throw CancellationError()
    } catch let failure as TransportFailure {
        return failure
    }
}

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTests {
    @Test func `a request arrives as written and its answer comes back whole`() async throws {
        let server = try LoopbackServer { _ in
            [.send(LoopbackServer.answer(201, #"{"id":"cv_1"}"#, fields: ["X-Twice: a", "x-twice: b"]))]
        }
        defer { server.stop() }
        let client = try HTTPClient()
        let request = loopback(
            .post,
            server.url + "/v1/a/../conversions?x=%20y",
            headers: ["Authorization": "Bearer k", "Content-Type": "application/json", "X-Empty": ""],
            body: #"{"total":1250}"#
        )
        let answer = try await client.send(request)
        #expect(answer.status == 201)
        #expect(answer.isSuccess)
        #expect(answer.isJSON)
        #expect(answer.headers.values("X-Twice") == ["a", "b"])
        #expect(answer.body == Array(#"{"id":"cv_1"}"#.utf8))
        #expect(!answer.isTruncated)
        #expect(answer.duration > .zero)
        let seen = try #require(server.requests.first)
        #expect(seen.method == "POST")
        #expect(seen.target == "/v1/a/../conversions?x=%20y")
        #expect(seen["Authorization"] == "Bearer k")
        #expect(seen["X-Empty"]?.isEmpty == true)
        #expect(seen["User-Agent"] == "Tributary")
        #expect(seen["Expect"] == nil)
        #expect(seen["Accept-Encoding"] == nil)
        #expect(seen.body == Array(#"{"total":1250}"#.utf8))
    }

    @Test(arguments: ClientRequest.Method.allCases)
    func `every method is sent under its name`(method: ClientRequest.Method) async throws {
        let server = try LoopbackServer { request in
            let length = request.method == "HEAD" ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" : nil
            return [.send(length ?? LoopbackServer.answer(200, "{}"))]
        }
        defer { server.stop() }
        let client = try HTTPClient()
        let answer = try await client.send(loopback(method, server.url + "/x"))
        #expect(answer.status == 200)
        #expect(server.requests.map(\.method) == [method.rawValue])
        #expect(server.requests.first?["Content-Type"] == nil)
        #expect(server.requests.first?["Content-Length"] == ([.post, .put, .patch].contains(method) ? "0" : nil))
    }

    @Test func `a body of a megabyte is sent without waiting for a 100`() async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        let client = try HTTPClient()
        let body = String(repeating: "x", count: 2 << 20)
        let answer = try await client.send(loopback(.post, server.url, body: body))
        #expect(answer.status == 200)
        #expect(server.requests.first?.body.count == 2 << 20)
        #expect(server.requests.first?["Expect"] == nil)
    }

    @Test func `chunks are joined and trailers left out`() async throws {
        let server = try LoopbackServer { _ in
            [
                .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n4\r\n{\"a\"\r\n"),
                .pause(milliseconds: 20), .send("3\r\n:1}\r\n0\r\nX-Trailer: 2\r\n\r\n"),
            ]
        }
        defer { server.stop() }
        let answer = try await HTTPClient().send(loopback(.get, server.url))
        #expect(answer.body == Array(#"{"a":1}"#.utf8))
        #expect(answer.headers["X-A"] == "1")
        #expect(answer.headers["X-Trailer"] == nil)
    }

    @Test func `interim answers are passed over`() async throws {
        let server = try LoopbackServer { _ in
            [
                .send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"),
                .send(LoopbackServer.answer(200, "{}")),
            ]
        }
        defer { server.stop() }
        let answer = try await HTTPClient().send(loopback(.post, server.url, body: "{}"))
        #expect(answer.status == 200)
        #expect(answer.headers["X-Early"] == nil)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is an answer and is not followed`(status: Int) async throws {
        let server = try LoopbackServer { request in
            [.send(LoopbackServer.answer(status, "", fields: ["Location: /elsewhere"]))]
        }
        defer { server.stop() }
        let answer = try await HTTPClient().send(loopback(.post, server.url, body: "{}"))
        #expect(answer.status == status)
        #expect(answer.headers["Location"] == "/elsewhere")
        #expect(server.requests.count == 1)
    }

    @Test func `an HTML error page is an answer that is not JSON`() async throws {
        let server = try LoopbackServer { _ in
            [.send(LoopbackServer.answer(401, "<html>no</html>", type: "text/html; charset=UTF-8"))]
        }
        defer { server.stop() }
        let answer = try await HTTPClient().send(loopback(.get, server.url))
        #expect(answer.status == 401)
        #expect(!answer.isJSON)
    }

    @Test func `an answer without length ends with its connection`() async throws {
        let server = try LoopbackServer { _ in [.send("HTTP/1.0 200 OK\r\n\r\n{}"), .close] }
        defer { server.stop() }
        let answer = try await HTTPClient().send(loopback(.get, server.url))
        #expect(answer.body == Array("{}".utf8))
    }

    @Test func `a connection is used again`() async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        let client = try HTTPClient()
        for _ in 0..<20 { #expect(try await client.send(loopback(.post, server.url, body: "{}")).status == 200) }
        #expect(server.requests.count == 20)
        #expect(server.connections == 1)
    }

    @Test func `five hundred calls at once all end, over no more connections than permitted`() async throws {
        let server = try LoopbackServer { request in
            [.pause(milliseconds: 2), .send(LoopbackServer.answer(200, #"{"n":"\#(request.target)"}"#))]
        }
        defer { server.stop() }
        let client = try HTTPClient(ClientSettings(callsMax: 32, callsPerOriginMax: 8))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<500 {
                group.addTask {
                    let answer = try await client.send(loopback(.post, server.url + "/\(number)", body: "{}"))
                    #expect(answer.body == Array(#"{"n":"/\#(number)"}"#.utf8))
                }
            }
            try await group.waitForAll()
        }
        #expect(server.requests.count == 500)
        #expect(Set(server.requests.map(\.target)).count == 500)
        #expect(server.openMax <= 8)
        #expect(server.connections <= 16)
    }
}
