// SPDX-License-Identifier: Apache-2.0

/// What an ``HTTPServer`` allows: where it listens, and how much of everything it takes.
public struct ServerConfiguration: Sendable {
    /// Where to listen; port 0 lets the system choose one.
    public var address: SocketAddress

    /// The largest body, in bytes, where ``bodyBytesMaxFor`` says nothing else.
    public var bodyBytesMax = 1 << 20

    /// The largest body for a method and a decoded path; `nil` leaves ``bodyBytesMax`` in force.
    ///
    /// Called on the server's only network thread: it must be quick and must not block.
    public var bodyBytesMaxFor: (@Sendable (_ method: String, _ path: String) -> Int?)?

    /// The largest head (request line, fields and the empty line), in bytes.
    public var headBytesMax = 16 << 10

    /// The largest number of header fields.
    public var headerFieldsMax = 100

    /// Whether bodies in chunks are taken; without, they are answered with 411.
    ///
    /// The library accepts bare line feeds in the framing of chunks, which cannot be seen from outside. Behind a proxy
    /// that forwards chunks unchecked, switch this off.
    public var acceptsChunkedBodies = true

    /// Connections open at one time; further ones wait in the kernel's queue of ``backlog`` connections.
    public var connectionsMax = 4096

    /// Connections open at one time from one address; 0 is no limit, as behind a proxy all come from one.
    public var connectionsPerAddressMax = 0

    /// Connections that the kernel keeps until they are accepted.
    public var backlog = 1024

    /// Requests that are answered at one time.
    public var concurrentRequestsMax = 512

    /// Complete requests that wait for their turn; the next one is answered with 503 at once.
    public var queuedRequestsMax = 1024

    /// What `Retry-After` says in that 503, in whole seconds.
    public var retryAfterSeconds = 1

    /// How long a connection may stay open between two requests, the next request line included.
    public var idleLimit: Duration = .seconds(60)

    /// How long a request line may take on a fresh connection, and then the rest of the head and the body together.
    ///
    /// Absolute: a sender that trickles bytes does not extend it.
    public var receiveLimit: Duration = .seconds(15)

    /// How long an answer may take to be taken off by the client.
    public var sendLimit: Duration = .seconds(30)

    /// How long a server whose ``HTTPServer/run()`` was cancelled waits for the requests in flight.
    public var drainLimit: Duration = .seconds(5)

    /// Creates a configuration with the defaults above.
    public init(address: SocketAddress) { self.address = address }
}
