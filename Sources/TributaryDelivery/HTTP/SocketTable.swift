// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The sockets of one client's connections, so that a kept connection can be looked at before it is used again.
///
/// libcurl 7.88.1 does not tell a callback which socket its connection has, only the two ends. Lives on the loop's
/// thread and outlives the multi handle, which closes its sockets through it.
final class SocketTable {
    /// Both ends of a connection, as libcurl names them; unique while the connection stands.
    struct Ends: Hashable {
        var local: String
        var localPort: CInt
        var remote: String
        var remotePort: CInt
    }

    private var sockets: [Ends: CInt] = [:]
    private var ends: [CInt: Ends] = [:]

    /// Remembers which of some sockets has these ends.
    func bind(_ opened: [CInt], to connection: Ends) {
        guard let socket = opened.last(where: { Self.localPort(of: $0) == connection.localPort }) else { return }
        if let before = ends[socket] { sockets[before] = nil }
        sockets[connection] = socket
        ends[socket] = connection
    }

    /// Whether a connection holds bytes, or an end, that nobody has read; true also for one that is not known.
    func hasInput(_ connection: Ends) -> Bool {
        guard let socket = sockets[connection] else { return true }
        var byte: UInt8 = 0
        let count = unsafe recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)
    }

    /// Closes a socket and forgets it.
    func close(_ socket: CInt) -> CInt {
        if let connection = ends.removeValue(forKey: socket), sockets[connection] == socket {
            sockets[connection] = nil
        }
        return Glibc.close(socket)
    }

    private static func localPort(of socket: CInt) -> CInt? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let outcome = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe getsockname(socket, address, &length)
            }
        }
        guard outcome == 0 else { return nil }
        // The port has the same place in the addresses of both families.
        let port = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe bytes.loadUnaligned(as: sockaddr_in.self).sin_port
        }
        return CInt(UInt16(bigEndian: port))
    }
}
