// SPDX-License-Identifier: Apache-2.0

// The C module includes the system's socket headers too; which of the two modules owns them differs from build to build.
import CMicroHTTPD
import Glibc

/// A bound and listening TCP socket, opened by us so that its errors can be named.
struct ListeningSocket: Sendable {
    /// The file descriptor; owned by whoever holds this value last, see ``close()``.
    let descriptor: Int32

    /// Where it really listens, with the port that the system chose.
    let address: SocketAddress

    /// Opens, binds and listens.
    init(_ address: SocketAddress, backlog: Int) throws(ServerError) {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, type, Int32(IPPROTO_TCP))
        guard descriptor >= 0 else { throw ListeningSocket.error(errno, address) }
        var on: Int32 = 1
        // A restarted server must not wait for the old one's connections to leave TIME_WAIT.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if let number = ListeningSocket.bind(descriptor, to: address) {
            _ = Glibc.close(descriptor)
            throw ListeningSocket.error(number, address)
        }
        guard listen(descriptor, Int32(clamping: backlog)) == 0 else {
            let number = errno
            _ = Glibc.close(descriptor)
            throw ListeningSocket.error(number, address)
        }
        self.descriptor = descriptor
        self.address = ListeningSocket.name(of: descriptor) ?? address
    }

    /// Gives the descriptor back.
    func close() { _ = Glibc.close(descriptor) }

    private static func bind(_ descriptor: Int32, to address: SocketAddress) -> Int32? {
        let outcome: Int32
        if address.isIPv6 {
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = address.port.bigEndian
            _ = unsafe inet_pton(AF_INET6, address.host, &name.sin6_addr)
            let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
            outcome = unsafe withUnsafePointer(to: &name) {
                unsafe Glibc.bind(descriptor, UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr.self), size)
            }
        } else {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = address.port.bigEndian
            _ = unsafe inet_pton(AF_INET, address.host, &name.sin_addr)
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            outcome = unsafe withUnsafePointer(to: &name) {
                unsafe Glibc.bind(descriptor, UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr.self), size)
            }
        }
        return outcome == 0 ? nil : errno
    }

    private static func name(of descriptor: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let name = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            guard unsafe getsockname(descriptor, name, &size) == 0 else { return nil }
            return unsafe SocketAddress(name)
        }
    }

    private static func error(_ number: Int32, _ address: SocketAddress) -> ServerError {
        let code: ServerError.Code =
            switch number {
            case EADDRINUSE: .addressInUse
            case EADDRNOTAVAIL: .addressNotAvailable
            case EACCES: .permissionDenied
            default: .systemRefused
            }
        return ServerError(code, at: address.description, errorNumber: number)
    }
}
