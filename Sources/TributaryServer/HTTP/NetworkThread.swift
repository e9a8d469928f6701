// SPDX-License-Identifier: Apache-2.0

import CMicroHTTPD
import Glibc
import Synchronization

/// The one thread on which the library works: it waits, lets the library run, and sweeps what is over its time.
///
/// The library could run a thread of its own, but that one hangs: libmicrohttpd 0.9.75 takes 128 events at a time,
/// and where there were exactly 128 (or 256, …) waits for a further one without limit before it handles any
/// (`MHD_epoll`, the loop around `epoll_wait`). We wait here and call it with no time to wait in.
///
/// The thread keeps this object alive and ends after ``stop(then:)``. `@unchecked`: `daemon` is used by the thread
/// only, everything else is a `Mutex` or an `Atomic`.
@safe final class NetworkThread: @unchecked Sendable {
    private struct Orders {
        var refuse = false
        var stop = false
        var isOver = false
        var afterwards: [@Sendable () -> Void] = []
    }

    private let daemon: OpaquePointer
    private let front: Front
    private let socket: ListeningSocket
    private let orders = Mutex(Orders())

    /// Starts the thread; `nil` when the system has none to give, and then everything is closed again.
    init?(daemon: OpaquePointer, front: Front, socket: ListeningSocket) {
        unsafe self.daemon = daemon
        self.front = front
        self.socket = socket
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        let outcome =
            front.bell.descriptor < 0
            ? EMFILE
            : unsafe pthread_create(
                &thread,
                nil,
                { context in
                    guard let context = unsafe context else { return nil }
                    unsafe Unmanaged<NetworkThread>.fromOpaque(context).takeRetainedValue().work()
                    return nil
                },
                context
            )
        guard outcome == 0 else {
            unsafe Unmanaged<NetworkThread>.fromOpaque(context).release()
            unsafe MHD_stop_daemon(daemon)
            socket.close()
            return nil
        }
        _ = pthread_detach(thread)
    }

    /// Takes no more connections; the open ones go on.
    func refuse() {
        orders.withLock { $0.refuse = true }
        front.bell.ring()
    }

    /// Closes every connection and ends the thread; then calls back, from whichever thread.
    ///
    /// The queue must be closed and every exchange abandoned before.
    func stop(then afterwards: @escaping @Sendable () -> Void) {
        let isOver = orders.withLock { orders in
            orders.stop = true
            if !orders.isOver { orders.afterwards.append(afterwards) }
            return orders.isOver
        }
        if isOver { afterwards() } else { front.bell.ring() }
    }

    private func work() {
        var nextSweep = Moment.now
        var refuses = false
        while true {
            let (refuse, stop) = orders.withLock { ($0.refuse, $0.stop) }
            if refuse || stop, !refuses {
                refuses = true
                // From now on ours; the library has taken it out of its set, so nobody polls it any more.
                if unsafe MHD_quiesce_daemon(daemon) >= 0 { socket.close() }
            }
            if stop { break }
            wait(milliseconds: refuses ? 5 : 100)
            resumeAnswered()
            _ = unsafe MHD_run(daemon)
            let now = Moment.now
            if now >= nextSweep {
                front.sweep(at: now, idleToo: refuses)
                nextSweep = now + (refuses ? 5_000_000 : 100_000_000)
            }
        }
        // The library insists that nothing is suspended when it stops; whoever ordered the stop has abandoned the rest.
        resumeAnswered()
        unsafe MHD_stop_daemon(daemon)
        let afterwards = orders.withLock { orders in
            orders.isOver = true
            defer { orders.afterwards = [] }
            return orders.afterwards
        }
        for call in afterwards { call() }
    }

    /// Wakes the connections whose answers have arrived.
    ///
    /// Here and not on the threads that answer: the library clears its own wake-up without looking when it comes
    /// between two steps of a run, which is harmless only for a loop that waits nowhere else.
    private func resumeAnswered() {
        for connection in front.takeAnswered() { connection.resume() }
    }

    /// Waits for the library's descriptor or the bell, unless the library has work left.
    private func wait(milliseconds: Int32) {
        var left: UInt64 = 0
        let hasLimit = unsafe MHD_get_timeout(daemon, &left) == .YES
        if hasLimit, left == 0 { return }
        var descriptors = unsafe [
            pollfd(fd: cmicrohttpd_epoll(daemon), events: Int16(POLLIN), revents: 0),
            pollfd(fd: front.bell.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe poll(&descriptors, 2, milliseconds)
        if descriptors[1].revents != 0 { front.bell.silence() }
    }
}
