// SPDX-License-Identifier: Apache-2.0

import CMicroHTTPD
import Glibc
import TributaryModel

/// The library's daemon with our listening socket and our thread; closes itself when it is dropped.
final class Daemon: Sendable {
    /// Where it listens.
    let address: SocketAddress

    private let front: Front
    private let thread: NetworkThread

    /// Opens the socket and starts the thread.
    init(_ configuration: ServerConfiguration, front: Front) throws(ServerError) {
        let socket = try ListeningSocket(configuration.address, backlog: configuration.backlog)
        // The library keeps the head, one record for each field, and its own answer's head in this memory, and reads
        // bodies through half of it.
        let memory = configuration.headBytesMax + 96 * configuration.headerFieldsMax + 4096
        guard
            let pointer = unsafe cmicrohttpd_start(
                socket.descriptor,
                memory,
                UInt32(clamping: configuration.connectionsMax),
                UInt32(clamping: configuration.connectionsPerAddressMax),
                tributaryServerAccess,
                tributaryServerTarget,
                tributaryServerCompleted,
                tributaryServerConnection,
                Unmanaged.passUnretained(front).toOpaque()
            )
        else {
            let number = errno
            socket.close()
            throw ServerError(.systemRefused, at: configuration.address.description, errorNumber: number)
        }
        guard let thread = unsafe NetworkThread(daemon: pointer, front: front, socket: socket) else {
            throw ServerError(.systemRefused, at: configuration.address.description, errorNumber: EAGAIN)
        }
        self.front = front
        self.thread = thread
        address = socket.address
    }

    deinit {
        // After a regular stop both do nothing; a server that was started and never run ends here, in its own time.
        front.abandonAll()
        thread.stop {}
    }

    /// Takes no more connections; the open ones go on.
    func refuse() { thread.refuse() }

    /// Closes every connection and ends the thread; all suspended connections must have been resumed.
    func stop() async {
        await withCheckedContinuation { continuation in thread.stop { continuation.resume() } }
    }
}
