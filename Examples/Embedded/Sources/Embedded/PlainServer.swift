// SPDX-License-Identifier: Apache-2.0

import Glibc
import TributaryModel

/// The server that you have already; here a plain loop that takes one request a connection.
///
/// Good enough to show where Tributary goes in, not for the open Internet.
struct PlainServer: Sendable {
    struct Request: Sendable {
        var path: String
        var headers: HeaderFields
        var body: [UInt8]
    }

    let port: UInt16
    private let listener: Int32

    init() {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(listener, address, length) == 0, listen(listener, 64) == 0 else { exit(1) }
                getsockname(listener, address, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        self.listener = listener
    }

    /// Takes the next connection's request; the answer closes the connection.
    func next() -> (Request, answer: (Int) -> Void)? {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let request = read(connection) else { return nil }
        return (
            request,
            { status in
                let text = "HTTP/1.1 \(status) .\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                _ = text.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                close(connection)
            }
        )
    }

    private func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < 1 << 20 {
            if let request = Self.parse(bytes) { return request }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        close(connection)
        return nil
    }

    private static func parse(_ bytes: [UInt8]) -> Request? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers = HeaderFields()
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers.append(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        let body = bytes.dropFirst(text[..<end.upperBound].utf8.count)
        guard body.count >= headers["Content-Length"].flatMap(Int.init) ?? 0 else { return nil }
        return Request(path: String(words[1]), headers: headers, body: Array(body))
    }
}
