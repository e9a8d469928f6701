// SPDX-License-Identifier: Apache-2.0

// The C module includes the system's socket headers too; which of the two modules owns them differs from build to build.
import CMicroHTTPD
import Glibc

/// An IP address and a port, such as `127.0.0.1:8787` or `[::1]:8787`.
public struct SocketAddress: Sendable, Hashable {
    /// The address in its canonical text, without brackets; an IPv4 address that arrives on an IPv6 socket is
    /// written as IPv4.
    public let host: String

    /// The port; 0 when the system shall choose.
    public var port: UInt16

    /// Whether the address is an IPv6 one.
    public let isIPv6: Bool

    /// Reads `127.0.0.1:8787` or `[::1]:0`; names are not looked up.
    ///
    /// - Throws: ``ServerError`` with the code `invalidAddress`.
    public init(_ text: String) throws(ServerError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            text[text.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw ServerError(.invalidAddress, at: text) }
        let host = text[..<colon]
        let isIPv6 = host.hasPrefix("[") && host.hasSuffix("]")
        let bare = String(isIPv6 ? host.dropFirst().dropLast() : host)
        var storage = sockaddr_storage()
        let parsed = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe UnsafeMutableRawPointer(pointer).withMemoryRebound(to: UInt8.self, capacity: 128) { bytes in
                // The address proper begins at byte 8 of sockaddr_in6 and byte 4 of sockaddr_in.
                unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, bare, bytes + (isIPv6 ? 8 : 4))
            }
        }
        guard parsed == 1 else { throw ServerError(.invalidAddress, at: text) }
        storage.ss_family = sa_family_t(isIPv6 ? AF_INET6 : AF_INET)
        guard
            let address = unsafe withUnsafePointer(
                to: &storage,
                { unsafe SocketAddress(UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr.self)) }
            )
        else { throw ServerError(.invalidAddress, at: text) }
        self.host = address.host
        self.isIPv6 = address.isIPv6
        self.port = port
    }

    /// Reads what the system reports; `nil` for anything but IPv4 and IPv6.
    init?(_ address: UnsafePointer<sockaddr>) {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch Int32(unsafe address.pointee.sa_family) {
        case AF_INET:
            let port = unsafe UnsafeRawPointer(address).assumingMemoryBound(to: sockaddr_in.self).pointee.sin_port
            _ = unsafe inet_ntop(AF_INET, UnsafeRawPointer(address) + 4, &text, socklen_t(text.count))
            self.port = UInt16(bigEndian: port)
            isIPv6 = false
        case AF_INET6:
            let port = unsafe UnsafeRawPointer(address).assumingMemoryBound(to: sockaddr_in6.self).pointee.sin6_port
            _ = unsafe inet_ntop(AF_INET6, UnsafeRawPointer(address) + 8, &text, socklen_t(text.count))
            self.port = UInt16(bigEndian: port)
            isIPv6 = true
        default: return nil
        }
        let written = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        host = written.hasPrefix("::ffff:") && written.contains(".") ? String(written.dropFirst(7)) : written
    }
}

extension SocketAddress: CustomStringConvertible {
    /// The text that ``init(_:)`` reads.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
