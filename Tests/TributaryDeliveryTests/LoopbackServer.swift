// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization

/// An HTTP/1.1 server on a loopback port for tests: raw sockets, one thread for each connection, answers by script.
final class LoopbackServer: Sendable {
    /// One thing to do with a connection, in order.
    enum Step: Sendable {
        case send(String)
        case sendBytes([UInt8])
        case pause(milliseconds: Int)
        /// Sends the text one byte at a time, with that pause before each.
        case drip(String, milliseconds: Int)
        /// Closes with a reset instead of an end.
        case reset
        case close
    }

    /// What arrived.
    struct Request: Sendable {
        var method = ""
        var target = ""
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []
        /// Counted from 1 in order of acceptance.
        var connection = 0
        /// Counted from 1 on this connection.
        var number = 0

        subscript(name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    private struct State {
        var requests: [Request] = []
        var served = 0
        var open: Set<Int32> = []
        var connections = 0
        var openMax = 0
        var isStopped = false
    }

    typealias Script = @Sendable (Request) -> [Step]

    let port: UInt16
    private let listener: Int32
    private let script: Script
    private let state = Mutex(State())
    private let keepsRequests: Bool

    /// Starts listening on 127.0.0.1.
    ///
    /// - Parameters:
    ///   - accepts: `false` leaves every connection in the kernel's queue.
    ///   - backlog: Length of that queue.
    ///   - keepsRequests: `false` counts them only, for measurements.
    ///   - script: What to do after each request; the connection stays open unless it says otherwise.
    /// - Throws: An error when no port is to be had.
    init(
        accepts: Bool = true,
        backlog: Int32 = 1024,
        keepsRequests: Bool = true,
        script: @escaping Script = { _ in [.send(LoopbackServer.answer(200, "{}"))] }
    ) throws {
        self.script = script
        self.keepsRequests = keepsRequests
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        port = try LoopbackServer.bind(listener, backlog: backlog)
        if accepts { Thread.detachNewThread { [self] in acceptAll() } }
    }

    /// A whole answer with its length.
    static func answer(
        _ status: Int,
        _ body: String,
        type: String = "application/json",
        fields: [String] = []
    ) -> String {
        let lines = ["HTTP/1.1 \(status) Text", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)"] + fields
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    var served: Int { state.withLock { $0.served } }
    var connections: Int { state.withLock { $0.connections } }
    var openMax: Int { state.withLock { $0.openMax } }
    var openNow: Int { state.withLock { $0.open.count } }

    /// Ends the listener and all connections.
    func stop() {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            shutdown(listener, Int32(SHUT_RDWR))
            Glibc.close(listener)
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    private static func bind(_ listener: Int32, backlog: Int32) throws -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let outcome = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Glibc.bind(listener, address, length) == 0 && listen(listener, backlog) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard outcome else { throw CocoaError(.fileReadUnknown) }
        return UInt16(bigEndian: address.sin_port)
    }

    private func acceptAll() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            let number: Int? = state.withLock { state in
                guard !state.isStopped else { return nil }
                state.open.insert(descriptor)
                state.connections += 1
                state.openMax = max(state.openMax, state.open.count)
                return state.connections
            }
            guard let number else {
                Glibc.close(descriptor)
                return
            }
            Thread.detachNewThread { [self] in
                serve(Connection(descriptor: descriptor), number: number)
                state.withLock { state in
                    state.open.remove(descriptor)
                    Glibc.close(descriptor)
                }
            }
        }
    }

    private func serve(_ connection: consuming Connection, number: Int) {
        var count = 0
        while var request = connection.readRequest() {
            count += 1
            (request.connection, request.number) = (number, count)
            state.withLock { state in
                state.served += 1
                if keepsRequests { state.requests.append(request) }
            }
            for step in script(request) {
                guard connection.perform(step) else { return }
            }
        }
    }
}

extension LoopbackServer {
    /// One accepted connection, read through a buffer.
    private struct Connection {
        let descriptor: Int32
        private var buffer: [UInt8] = []

        init(descriptor: Int32) {
            self.descriptor = descriptor
            var one: Int32 = 1
            unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        }

        mutating func readRequest() -> Request? {
            var searched = 0
            while true {
                if let end = endOfHead(from: searched) { return finishRequest(head: end) }
                searched = max(0, buffer.count - 3)
                guard buffer.count < 1 << 20, fill() else { return nil }
            }
        }

        private func endOfHead(from start: Int) -> Int? {
            guard buffer.count >= 4 else { return nil }
            for index in start...(buffer.count - 4) where buffer[index] == 13 && buffer[index + 2] == 13 {
                if buffer[index + 1] == 10, buffer[index + 3] == 10 { return index }
            }
            return nil
        }

        private mutating func finishRequest(head end: Int) -> Request? {
            var request = Request()
            let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
            let words = lines[0].split(separator: " ")
            (request.method, request.target) = (String(words[0]), String(words[1]))
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { return nil }
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                request.headers.append((String(line[..<colon]), String(value)))
            }
            let length = request["Content-Length"].flatMap { Int($0) } ?? 0
            while buffer.count < end + 4 + length { guard fill() else { return nil } }
            request.body = Array(buffer[(end + 4)..<(end + 4 + length)])
            buffer.removeFirst(end + 4 + length)
            return request
        }

        private mutating func fill() -> Bool {
            unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { space in
                let count = unsafe recv(descriptor, space.baseAddress, space.count, 0)
                guard count > 0 else { return false }
                unsafe buffer.append(contentsOf: space.prefix(count))
                return true
            }
        }

        func perform(_ step: Step) -> Bool {
            switch step {
            case .send(let text): return write(Array(text.utf8))
            case .sendBytes(let bytes): return write(bytes)
            case .pause(let milliseconds):
                usleep(UInt32(milliseconds) * 1000)
                return true
            case .drip(let text, let milliseconds):
                for byte in text.utf8 {
                    usleep(UInt32(milliseconds) * 1000)
                    guard write([byte]) else { return false }
                }
                return true
            case .reset:
                var option = linger(l_onoff: 1, l_linger: 0)
                unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
                return false
            case .close: return false
            }
        }

        private func write(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = unsafe bytes[sent...].withUnsafeBytes {
                    unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}
