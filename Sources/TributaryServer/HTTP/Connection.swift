// SPDX-License-Identifier: Apache-2.0

import CMicroHTTPD
import Glibc
import Synchronization
import TributaryModel

/// One open connection, from accept to close, and the exchange that is going on upon it.
///
/// Retained by the library's connection (between its two notifications) and by every request handed to a handler.
///
/// `@unchecked`: what is mutable is a `Mutex` or an `Atomic`. `handle` is used under two conditions only: within a
/// callback of the library for this connection, or on the same thread to resume it once after it was suspended, until
/// when the library keeps it.
@safe final class Connection: @unchecked Sendable {
    /// The server's number for it.
    let number: UInt64

    /// The other end.
    let remote: SocketAddress?

    /// Until when it may stay as it is.
    let deadline: Deadline

    private let handle: OpaquePointer
    private let socket: Int32
    private let exchange = Mutex(Exchange())

    /// Wraps a connection that was just accepted.
    init(_ handle: OpaquePointer, number: UInt64, deadline: UInt64) {
        unsafe self.handle = handle
        self.number = number
        self.deadline = Deadline(until: deadline)
        socket = unsafe cmicrohttpd_socket(handle)
        remote = unsafe cmicrohttpd_peer(handle).flatMap { unsafe SocketAddress($0) }
    }

    /// Runs the exchange's decisions; what they ask for is performed outside of the lock.
    func withExchange<Result>(_ body: (inout sending Exchange) -> sending Result) -> Result {
        exchange.withLock(body)
    }

    /// Stops reading this connection until an answer is there.
    func suspend() { unsafe MHD_suspend_connection(handle) }

    /// Goes on with a suspended connection; on the network thread, once for each time that it was suspended.
    func resume() { unsafe MHD_resume_connection(handle) }

    /// Takes the answer to a request; `then` is called when it is not too late for one.
    ///
    /// `then` runs under the lock: who finds the exchange answered knows that it has run.
    func answer(_ response: PreparedResponse, to number: UInt64, then: (Connection) -> Void) {
        exchange.withLock { exchange in if exchange.answered(response, number: number) { then(self) } }
    }

    /// Answers whatever is being served.
    func abandon(_ response: PreparedResponse, then: (Connection) -> Void) {
        exchange.withLock { exchange in
            if exchange.answered(response, number: exchange.number) { then(self) }
        }
    }

    /// Writes a whole answer past the library and ends our side of the connection.
    ///
    /// Allowed while a request is arriving only: then every answer before it was written in full.
    func write(_ refusal: Refusal) {
        let response = refusal.response(retryAfterSeconds: 1)
        var bytes = Array("HTTP/1.1 \(response.status) \(ServerResponse.phrase(response.status))\r\n".utf8)
        for field in response.headers.fields { bytes.append(contentsOf: "\(field.name): \(field.value)\r\n".utf8) }
        bytes.append(contentsOf: "Content-Length: \(response.body.count)\r\nConnection: close\r\n\r\n".utf8)
        bytes.append(contentsOf: response.body)
        // Where the client has left no room for 300 bytes it does not read, and gets no answer.
        _ = unsafe bytes.withUnsafeBytes { unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        Shutdown.sending.apply(to: socket)
    }

    /// Ends both directions; the library sees it and closes.
    ///
    /// Only while the connection is registered: its socket is closed after it was taken out of the register.
    func cut(_ phase: Deadline.Phase) {
        if phase == .receiving { write(.tooSlow) }
        Shutdown.both.apply(to: socket)
    }

    /// Reads the head from the library's memory; only within the access callback's first call.
    func head(method: UnsafePointer<CChar>, target: String, limits: ServerConfiguration) -> Result<RequestHead, Refusal>
    {
        let count = unsafe cmicrohttpd_head_size(handle)
        let fields = unsafe MHD_get_connection_values(handle, .HEADER_KIND, nil, nil)
        let bytes = unsafe UnsafeRawBufferPointer(start: method, count: count)
        return unsafe bytes.withMemoryRebound(to: UInt8.self) { bytes in
            do throws(Refusal) {
                return .success(
                    try RequestHead(
                        unsafe Span(_unsafeElements: bytes),
                        targetCount: target.utf8.count,
                        fieldCount: Int(fields),
                        bytesMax: limits.headBytesMax,
                        fieldsMax: limits.headerFieldsMax
                    )
                )
            } catch {
                return .failure(error)
            }
        }
    }
}
