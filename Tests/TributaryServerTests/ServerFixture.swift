// SPDX-License-Identifier: Apache-2.0

import Synchronization

@testable import TributaryServer

/// Every request that a handler saw.
final class Seen: Sendable {
    private let list = Mutex<[ServerRequest]>([])
    func add(_ request: ServerRequest) { list.withLock { $0.append(request) } }
    var requests: [ServerRequest] { list.withLock { $0 } }
}

/// A server on a free port, for as long as a test's closure lasts.
struct ServerFixture: Sendable {
    var configuration: ServerConfiguration
    var metrics: MetricsRegistry
    var respond: HTTPServer.Responder

    init(
        metrics: MetricsRegistry = MetricsRegistry(),
        respond: @escaping HTTPServer.Responder = { ServerResponse(body: $0.body) }
    ) throws {
        configuration = ServerConfiguration(address: try SocketAddress("127.0.0.1:0"))
        configuration.concurrentRequestsMax = 32
        self.metrics = metrics
        self.respond = respond
    }

    func run<Result: Sendable>(_ test: (SocketAddress, HTTPServer) async throws -> Result) async throws -> Result {
        let server = HTTPServer(configuration: configuration, metrics: metrics, respond: respond)
        let address = try server.start()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            do {
                let result = try await test(address, server)
                await server.stop(drain: .seconds(2))
                try await group.waitForAll()
                return result
            } catch {
                await server.stop(drain: .zero)
                throw error
            }
        }
    }
}

/// Sends bytes on a new connection and takes one answer.
func exchange(_ text: String, with address: SocketAddress) async -> RawClient.Answer? {
    await blocking {
        let client = RawClient(address)
        client.send(text)
        return client.answer()
    }
}
