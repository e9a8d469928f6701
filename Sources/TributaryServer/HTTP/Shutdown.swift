// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Which half of a connection is ended; the constants of POSIX are enumerators that Swift does not import.
enum Shutdown: Int32 {
    /// SHUT_WR: no more bytes to the other end.
    case sending = 1
    /// SHUT_RDWR: no more bytes at all.
    case both = 2

    /// Ends it on a socket.
    func apply(to socket: Int32) { _ = shutdown(socket, rawValue) }
}
