// SPDX-License-Identifier: Apache-2.0

import CMicroHTTPD
import Synchronization
import TributaryModel

/// What the network thread needs: the register of connections, the queue, and the limits.
///
/// The library holds an unretained pointer to it, so it must outlive the daemon; ``HTTPServer`` sees to that.
final class Front: Sendable {
    /// The limits.
    let configuration: ServerConfiguration

    /// Where complete requests go.
    let queue: RequestQueue

    /// What is counted.
    let metrics: ServerMetrics

    /// Whether every answer closes its connection from now on.
    let isStopping = Atomic(false)

    /// Whether a sweep of the stopping server has found no request in flight.
    let isDrained = Atomic(false)

    /// Wakes the network thread.
    let bell = Bell()

    private let answeredConnections = Mutex<[Connection]>([])
    private let connections = Mutex<[UInt64: Connection]>([:])
    private let lastNumber = Atomic<UInt64>(0)

    /// Creates the front of a server.
    init(_ configuration: ServerConfiguration, metrics: ServerMetrics) {
        self.configuration = configuration
        self.metrics = metrics
        queue = RequestQueue(jobsMax: configuration.queuedRequestsMax)
    }

    // MARK: Called on the network thread

    /// A connection was accepted; the result is retained for the library.
    func opened(_ handle: OpaquePointer) -> Connection {
        let number = lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
        let connection = unsafe Connection(
            handle,
            number: number,
            deadline: Moment.now + Moment.nanoseconds(configuration.receiveLimit)
        )
        connections.withLock { $0[number] = connection }
        metrics.connections.add(1)
        return connection
    }

    /// A connection is about to be closed; its socket is still valid until this returns.
    func closed(_ connection: Connection) {
        // The sweep shuts sockets down under the same lock, so it never meets a descriptor that was given away.
        connections.withLock { _ = $0.removeValue(forKey: connection.number) }
        metrics.connections.add(-1)
    }

    /// A request line has arrived.
    func targeted(_ connection: Connection, _ target: String) {
        // Where the sweep was faster, the socket is shut already and the library finds out by itself.
        _ = connection.deadline.enter(
            .receiving,
            until: Moment.now + Moment.nanoseconds(configuration.receiveLimit)
        )
        connection.withExchange { $0.begin(target: target) }
    }

    /// The answer was written, or the exchange ended in another way.
    func completed(_ connection: Connection) {
        connection.withExchange { $0.end() }
        _ = connection.deadline.enter(.awaiting, until: Moment.now + Moment.nanoseconds(configuration.idleLimit))
    }

    /// The head, a part of the body, the end, or the turn after an answer.
    func access(
        _ connection: Connection,
        _ handle: OpaquePointer,
        method: UnsafePointer<CChar>,
        body: UnsafeRawBufferPointer
    ) -> MHD_Result {
        let target = connection.withExchange { $0.target }
        let step: Exchange.Step
        if let target {
            let head = unsafe connection.head(method: method, target: target, limits: configuration)
            step = connection.withExchange { $0.headArrived(head, from: connection.remote, limits: configuration) }
        } else if unsafe body.isEmpty {
            step = connection.withExchange { $0.turned() }
        } else {
            step = connection.withExchange { unsafe $0.bodyArrived(body) }
        }
        return unsafe perform(step, connection, handle)
    }

    private func perform(_ step: Exchange.Step, _ connection: Connection, _ handle: OpaquePointer) -> MHD_Result {
        switch step {
        case .proceed: return .YES
        case .close: return .NO
        case .cutShort(let refusal):
            metrics.count(refusal)
            connection.write(refusal)
            return .YES
        case .refuse(let refusal): return unsafe refuse(refusal, connection, handle)
        case .answer(let response):
            metrics.count(status: Int(response.status))
            return unsafe queue(response, connection, handle)
        case .serve(let request):
            guard !queue.isFull else {
                _ = connection.withExchange { $0.refused(.overloaded) }
                return unsafe refuse(.overloaded, connection, handle)
            }
            guard connection.deadline.enter(.answering) else { return .NO }
            let number = connection.withExchange { $0.number }
            // Suspended first: the answer may be there before the push returns.
            connection.suspend()
            let job = RequestQueue.Job(request: request, connection: connection, number: number)
            if !queue.push(job) { connection.abandon(stoppingResponse, then: enqueue) }
            return .YES
        }
    }

    private func refuse(_ refusal: Refusal, _ connection: Connection, _ handle: OpaquePointer) -> MHD_Result {
        metrics.count(refusal)
        let response = refusal.response(retryAfterSeconds: configuration.retryAfterSeconds)
        // An overloaded server has read the whole request, so the connection may live on.
        return unsafe queue(PreparedResponse(response, closing: refusal != .overloaded), connection, handle)
    }

    private func queue(
        _ response: PreparedResponse,
        _ connection: Connection,
        _ handle: OpaquePointer
    ) -> MHD_Result {
        let until = Moment.now + Moment.nanoseconds(configuration.sendLimit)
        guard connection.deadline.enter(.sending, until: until) else { return .NO }
        return unsafe response.queue(on: handle)
    }

    /// Cuts what is over its time; with `idleToo`, also connections that wait for a request.
    func sweep(at now: UInt64, idleToo: Bool) {
        let busy = connections.withLock { connections in
            var busy = 0
            for connection in connections.values {
                if let phase = connection.deadline.cutIfOver(at: now, idleToo: idleToo) {
                    connection.cut(phase)
                    if phase != .awaiting { metrics.count(.tooSlow) }
                } else if let phase = connection.deadline.phase, phase != .awaiting {
                    busy += 1
                }
            }
            return busy
        }
        if idleToo, busy == 0 { isDrained.store(true, ordering: .relaxed) }
    }

    /// The connections whose answers have arrived since the last call.
    func takeAnswered() -> [Connection] {
        answeredConnections.withLock { list in
            defer { list = [] }
            return list
        }
    }

    // MARK: Called by the server, on any thread

    /// Takes a handler's answer.
    func answered(_ job: RequestQueue.Job, with response: PreparedResponse) {
        job.connection.answer(response, to: job.number, then: enqueue)
    }

    private func enqueue(_ connection: Connection) {
        let isFirst = answeredConnections.withLock { list in
            list.append(connection)
            return list.count == 1
        }
        // One ring for all answers that come before the network thread takes them.
        if isFirst { bell.ring() }
    }

    /// Closes the queue and wakes every suspended connection, as the library insists before it stops.
    func abandonAll() {
        queue.close()
        let response = stoppingResponse
        for connection in connections.withLock({ Array($0.values) }) { connection.abandon(response, then: enqueue) }
    }

    private var stoppingResponse: PreparedResponse {
        PreparedResponse(
            Refusal.stopping.response(retryAfterSeconds: configuration.retryAfterSeconds),
            closing: true
        )
    }
}
