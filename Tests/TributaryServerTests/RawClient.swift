// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import TributaryServer

/// A client that sends exactly the bytes it is told to; every wait ends after `patience`.
///
/// `@unchecked`: one test uses it at a time.
final class RawClient: @unchecked Sendable {
    struct Answer: Sendable, Equatable {
        var status: Int
        var head: String
        var body: [UInt8]

        func has(_ line: String) -> Bool {
            head.split(separator: "\r\n").contains { $0.lowercased() == line.lowercased() }
        }
    }

    private let descriptor: Int32
    private var received: [UInt8] = []

    /// Whether the server has ended the connection (an orderly end or a reset).
    private(set) var isEnded = false

    init(_ address: SocketAddress, patience: Int = 20, receiveBuffer: Int32? = nil) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        if var receiveBuffer {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4)
        }
        var on: Int32 = 1
        _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = address.port.bigEndian
        _ = unsafe inet_pton(AF_INET, address.host, &name.sin_addr)
        let outcome = unsafe withUnsafePointer(to: &name) {
            unsafe connect(
                descriptor,
                UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size)
            )
        }
        isEnded = outcome != 0
    }

    deinit { close(descriptor) }

    /// Sends everything; `false` when the other end no longer takes it.
    @discardableResult func send(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = unsafe bytes[offset...].withUnsafeBytes {
                unsafe Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    @discardableResult func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    func endSending() { Shutdown.sending.apply(to: descriptor) }

    /// Ends with a reset instead of an orderly close.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// The next answer with a `Content-Length`; `nil` when the connection ended or nothing came in time.
    func answer(bodyless: Bool = false) -> Answer? {
        while true {
            if let answer = takeAnswer(bodyless: bodyless) { return answer }
            guard receive() else { return nil }
        }
    }

    /// Reads until the server ends the connection; `false` when it did not in time.
    func awaitEnd() -> Bool {
        while receive() {}
        return isEnded
    }

    /// Everything that was received and not taken as an answer.
    var rest: String { String(decoding: received, as: UTF8.self) }

    private func receive() -> Bool {
        guard !isEnded else { return false }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 {
            received.append(contentsOf: buffer[..<count])
            return true
        }
        isEnded = count == 0 || errno == ECONNRESET || errno == EPIPE
        return false
    }

    private func takeAnswer(bodyless: Bool) -> Answer? {
        guard let end = received.indices.first(where: { received[$0...].starts(with: Array("\r\n\r\n".utf8)) }) else {
            return nil
        }
        let head = String(decoding: received[..<end], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
        var count = length.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        if bodyless || status == 100 { count = 0 }
        guard received.count >= end + 4 + count else { return nil }
        let body = Array(received[(end + 4)..<(end + 4 + count)])
        received.removeFirst(end + 4 + count)
        return Answer(status: status, head: head, body: body)
    }
}

/// Runs blocking work on a thread of its own, as the pools of tasks and queues have as few threads as there are cores.
func blocking<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: work()) }
    }
}

/// Waits on this thread.
func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }
