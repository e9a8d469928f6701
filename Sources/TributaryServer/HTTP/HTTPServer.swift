// SPDX-License-Identifier: Apache-2.0

import CMicroHTTPD
import Dispatch
import Synchronization

/// A small, strict HTTP/1.1 server: one network thread, and a bounded number of tasks that answer.
///
/// ``start()`` opens the door, ``run()`` serves until ``stop(drain:)`` or until its task is cancelled. Requests are
/// complete when the handler sees them; a connection is suspended while its handler works, so that any number of them
/// can wait for one commit. What the server itself refuses is listed in ``Refusal``.
///
/// A handler that does not heed cancellation keeps ``run()`` from returning, though not the server from closing.
public final class HTTPServer: Sendable {
    /// Answers one request.
    public typealias Responder = @Sendable (ServerRequest) async -> ServerResponse

    private enum State {
        /// Leads to `listening`.
        case new
        /// Leads to `stopped`.
        case listening(Daemon, stopAt: UInt64?)
        /// Final.
        case stopped
    }

    private let configuration: ServerConfiguration
    private let respond: Responder
    private let front: Front
    private let state = Mutex(State.new)

    /// Creates a server; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - configuration: Address and limits.
    ///   - metrics: Where the server counts; by default nobody looks.
    ///   - respond: Answers a request; called by many tasks at the same time.
    public init(
        configuration: ServerConfiguration,
        metrics: MetricsRegistry = MetricsRegistry(),
        respond: @escaping Responder
    ) {
        self.configuration = configuration
        self.respond = respond
        front = Front(configuration, metrics: ServerMetrics(metrics))
    }

    /// Listens from now on; requests wait in the queue until ``run()`` takes them.
    ///
    /// - Returns: The address with the port that the system chose.
    /// - Throws: ``ServerError``; the description names the remedy.
    public func start() throws(ServerError) -> SocketAddress {
        try check()
        let result = state.withLock { state -> Result<SocketAddress, ServerError> in
            guard case .new = state else {
                return .failure(ServerError(.alreadyStarted, at: configuration.address.description))
            }
            do throws(ServerError) {
                let daemon = try Daemon(configuration, front: front)
                state = .listening(daemon, stopAt: nil)
                return .success(daemon.address)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Serves until the server is stopped; returns when every connection is closed and every handler has ended.
    public func run() async {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<configuration.concurrentRequestsMax { group.addTask { await self.serve() } }
            group.addTask { await self.keep() }
            while let isOver = await group.next() {
                guard isOver else { continue }
                await close()
                group.cancelAll()
            }
        }
    }

    /// Stops accepting, lets the requests in flight finish, then closes everything.
    ///
    /// Returns when ``run()`` has closed the server. Connections without a request are closed at once.
    ///
    /// - Parameter drain: How long the requests in flight may take.
    public func stop(drain: Duration) async {
        let isRunning = state.withLock { state -> Bool in
            guard case .listening(let daemon, let stopAt) = state else { return false }
            let until = Moment.now + Moment.nanoseconds(drain)
            state = .listening(daemon, stopAt: min(until, stopAt ?? until))
            daemon.refuse()
            return true
        }
        front.isStopping.store(true, ordering: .relaxed)
        var rest = isRunning ? drain + .seconds(10) : .zero
        // Bounded, in case that nobody runs the server.
        while rest > .zero, state.withLock({ if case .stopped = $0 { false } else { true } }) {
            // A cancelled wait only looks again at once; the loop stays bounded by the count of its rounds.
            try? await Task.sleep(for: .milliseconds(5))
            rest -= .milliseconds(5)
        }
    }

    private func check() throws(ServerError) {
        let limits: [(String, Int, Int)] = [
            ("headBytesMax", configuration.headBytesMax, 256), ("headerFieldsMax", configuration.headerFieldsMax, 1),
            ("connectionsMax", configuration.connectionsMax, 1),
            ("concurrentRequestsMax", configuration.concurrentRequestsMax, 1),
            ("queuedRequestsMax", configuration.queuedRequestsMax, 0),
            ("bodyBytesMax", configuration.bodyBytesMax, 0), ("backlog", configuration.backlog, 1),
            ("connectionsPerAddressMax", configuration.connectionsPerAddressMax, 0),
        ]
        for (name, value, least) in limits where value < least { throw ServerError(.invalidLimit, at: name) }
    }

    private func serve() async -> Bool {
        while let job = await front.queue.next() {
            let response = await respond(job.request)
            let isStopping = front.isStopping.load(ordering: .relaxed)
            front.answered(job, with: PreparedResponse(response, closing: isStopping))
        }
        return false
    }

    /// Returns when the server is to be closed: it was stopped and is drained, or its time to drain is over.
    private func keep() async -> Bool {
        while true {
            do {
                try await Task.sleep(for: .milliseconds(front.isStopping.load(ordering: .relaxed) ? 5 : 50))
            } catch {
                await drainCancelled()
                return true
            }
            let stopAt = state.withLock { state -> UInt64? in
                if case .listening(_, let stopAt) = state { stopAt } else { 0 }
            }
            guard let stopAt else { continue }
            if front.isDrained.load(ordering: .relaxed) || Moment.now >= stopAt { return true }
        }
    }

    /// The drain of a cancelled ``run()``: the handlers are cancelled too and should end soon.
    private func drainCancelled() async {
        state.withLock { state in
            if case .listening(let daemon, _) = state { daemon.refuse() }
        }
        front.isStopping.store(true, ordering: .relaxed)
        let until = Moment.now + Moment.nanoseconds(configuration.drainLimit)
        while !front.isDrained.load(ordering: .relaxed), Moment.now < until {
            await Self.pause(milliseconds: 5)
        }
    }

    /// Waits although the task is cancelled, when `Task.sleep` would return at once.
    private static func pause(milliseconds: Int) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
                continuation.resume()
            }
        }
    }

    private func close() async {
        front.isStopping.store(true, ordering: .relaxed)
        front.abandonAll()
        let daemon = state.withLock { state -> Daemon? in
            guard case .listening(let daemon, _) = state else { return nil }
            return daemon
        }
        await daemon?.stop()
        state.withLock { $0 = .stopped }
    }
}
