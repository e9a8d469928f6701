// SPDX-License-Identifier: Apache-2.0

public import TributaryServer

/// Serves a double over HTTP on this machine.
public struct DoubleServer: Sendable {
    /// The double that is served.
    public let front: DoubleFront

    private let server: HTTPServer

    /// Prepares a server; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - front: What is served.
    ///   - port: Port on 127.0.0.1; 0 lets the system choose.
    /// - Throws: ``ServerError`` where the address cannot be read.
    public init(_ front: DoubleFront, port: UInt16 = 0) throws(ServerError) {
        self.front = front
        server = HTTPServer(
            configuration: ServerConfiguration(address: try SocketAddress("127.0.0.1:\(port)"))
        ) { request in
            let reaction = front.react(to: request)
            if reaction.delay > .zero {
                // A cancelled wait means that the server stops, and the answer may as well go out.
                try? await Task.sleep(for: reaction.delay)
            }
            return reaction.response
        }
    }

    /// Listens from now on; calls wait until ``run()`` takes them.
    ///
    /// - Returns: The base address that a sink takes as `"url"`.
    /// - Throws: ``ServerError`` where the port is taken.
    public func start() throws(ServerError) -> String {
        let address = try server.start()
        return "http://\(address.host):\(address.port)\(front.double.basePath)"
    }

    /// Serves until the surrounding task is cancelled or ``stop()`` is called.
    public func run() async { await server.run() }

    /// Ends ``run()``.
    public func stop() async { await server.stop(drain: .seconds(1)) }

    /// Serves for as long as a closure runs.
    ///
    /// - Parameters:
    ///   - front: What is served.
    ///   - body: Gets the base address that a sink takes as `"url"`.
    /// - Returns: what the closure returns.
    /// - Throws: ``ServerError``, or what the closure throws.
    public static func serving<Result: Sendable>(
        _ front: DoubleFront,
        _ body: (_ url: String) async throws -> Result
    ) async throws -> Result {
        let server = try DoubleServer(front)
        let url = try server.start()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.run() }
            do {
                let result = try await body(url)
                await server.stop()
                try await group.waitForAll()
                return result
            } catch {
                await server.stop()
                throw error
            }
        }
    }
}
