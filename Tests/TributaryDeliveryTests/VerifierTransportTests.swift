// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryDelivery
import TributaryModel

/// What the calls of verifiers may cost and where they may go.
@Suite(.timeLimit(.minutes(1))) struct VerifierTransportTests {
    private func perform(
        _ url: String,
        loopback: Bool = true,
        within time: Duration = .seconds(4),
        bytes: Int = 64 * 1024
    ) async throws -> Exchange.Result {
        let client = try HTTPClient()
        let transport = PlatformTransport(client: client, now: { .now })
        let call = VerifierCall(Call("certificate", method: "GET", url: url), mayReachLoopback: loopback)
        let result = await transport.perform(call, within: time, bytes: bytes)
        await client.close()
        return result
    }

    private func code(_ result: Exchange.Result) -> String {
        switch result {
        case .answer(let answer): "\(answer.status)"
        case .failure(let failure): failure.code
        }
    }

    private static func page(_ text: String, _ head: String = "200 OK\r\n") -> [LoopbackServer.Step] {
        [.send("HTTP/1.1 \(head)Content-Length: \(text.utf8.count)\r\n\r\n\(text)")]
    }

    @Test func `this machine is reached only where the call permits it`() async throws {
        let server = try LoopbackServer { _ in Self.page("x") }
        defer { server.stop() }
        #expect(code(try await perform(server.url)) == "200")
        #expect(code(try await perform(server.url, loopback: false)) == "addressRefused")
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ["http://192.0.2.1/x", "http://10.0.0.1/x", "https://10.0.0.1/x", "https://169.254.169.254/x"])
    func `plain addresses elsewhere, and private ones, are reached in no case`(url: String) async throws {
        for loopback in [true, false] {
            let code = code(try await perform(url, loopback: loopback, within: .milliseconds(400)))
            #expect(code == "addressRefused", "\(code)")
        }
    }

    @Test func `a redirect is an answer and not followed`() async throws {
        let server = try LoopbackServer { request in
            request.target == "/" ? Self.page("", "302 Found\r\nLocation: /other\r\n") : Self.page("other")
        }
        defer { server.stop() }
        #expect(code(try await perform(server.url + "/")) == "302")
        #expect(server.requests.count == 1)
    }

    @Test func `an answer that is too long or too slow is none`() async throws {
        let server = try LoopbackServer { request in
            request.target == "/slow" ? [.pause(milliseconds: 3000)] : Self.page(String(repeating: "x", count: 2000))
        }
        defer { server.stop() }
        #expect(code(try await perform(server.url + "/long", bytes: 1999)) == "answerTooLarge")
        #expect(code(try await perform(server.url + "/long", bytes: 2000)) == "200")
        let start = ContinuousClock.now
        #expect(code(try await perform(server.url + "/slow", within: .milliseconds(400))) == "timeoutTotal")
        #expect(ContinuousClock.now - start < .seconds(2))
    }
}
