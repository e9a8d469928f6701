// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

/// A running `tributary workshop` on a free port; ends by itself after two minutes.
final class WorkshopProcess {
    /// The address that it printed, with the token.
    let address: String
    /// The port.
    let port: UInt16
    /// What stands behind the `#`.
    let token: String

    private let process = Process()

    /// Starts it, and waits until it listens.
    init(_ words: [String], in folder: Sandbox) throws {
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["timeout", "120", CommandLineRun.binary, "workshop"] + words
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = CommandLineRun.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe.fileHandleForWriting
        process.standardError = FileHandle.nullDevice
        try process.runWithOpenSignals()
        try pipe.fileHandleForWriting.close()  // ours; the child's end must end the reading
        var text = ""
        while !text.contains("Ctrl-C"), case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
            text += String(decoding: data, as: UTF8.self)
        }
        let match = try #require(text.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\/#([\w-]+)/), "\(text)")
        address = String(match.0)
        port = try #require(UInt16(match.1))
        token = String(match.2)
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    /// Stops it as its user does.
    ///
    /// - Returns: its exit code.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Sends a request byte by byte as written, without the help of a client that would mend it.
    ///
    /// - Parameters:
    ///   - line: For example `POST /api/start`.
    ///   - headers: All header fields except for the length.
    ///   - body: The body.
    /// - Returns: The whole answer.
    /// - Throws: Where the workshop cannot be reached.
    func exchange(_ line: String, headers: [String: String], body: String = "") throws -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        let fields = headers.map { "\($0.key): \($0.value)\r\n" }.sorted().joined()
        let request =
            "\(line) HTTP/1.1\r\n\(fields)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        let bytes = Array(request.utf8)
        let sent = unsafe bytes.withUnsafeBytes { unsafe send(descriptor, $0.baseAddress, $0.count, 0) }
        try #require(sent == bytes.count)
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = unsafe recv(descriptor, &buffer, buffer.count, 0), count > 0 {
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }
}
