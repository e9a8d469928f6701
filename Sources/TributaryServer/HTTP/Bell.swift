// SPDX-License-Identifier: Apache-2.0

import CMicroHTTPD
import Glibc

/// Wakes the network thread from its wait; any thread may ring, as often as it likes.
final class Bell: Sendable {
    /// The descriptor to poll; -1 where the system had none to give.
    let descriptor: Int32

    /// Creates a silent bell.
    init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }

    deinit { if descriptor >= 0 { _ = close(descriptor) } }

    /// Makes the descriptor readable.
    func ring() {
        var one: UInt64 = 1
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Makes the descriptor unreadable again.
    func silence() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, 8)
    }
}
