// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// One request and its answer on a connection, from the request line to the last byte sent.
///
/// A pure value: the connection feeds it what the library reports and performs the ``Step`` that comes back.
struct Exchange: Sendable {
    /// What the connection must do next.
    enum Step: Sendable {
        /// Let the library go on reading.
        case proceed
        /// Suspend, and hand the request to a handler.
        case serve(ServerRequest)
        /// Queue this answer.
        case answer(PreparedResponse)
        /// Queue this refusal; the library closes the connection behind it.
        case refuse(Refusal)
        /// Write this refusal past the library, which takes no answer while a body arrives, and read on for a while.
        case cutShort(Refusal)
        /// Close without a word.
        case close
    }

    private enum State {
        /// No request line yet; leads to `targeted`.
        case idle
        /// The request line is there; leads to `arriving`, `refused` or `discarding`.
        case targeted(String)
        /// The head is there, the body on its way; leads to `serving` or `discarding`.
        case arriving(ServerRequest, bodyBytesMax: Int)
        /// The sender was told no, but is still sending; leads to `idle` by the end of the connection.
        case discarding(bytesLeft: Int)
        /// A handler is at work; leads to `answered`.
        case serving
        /// The answer is there; leads to `sent`.
        case answered(PreparedResponse)
        /// The library has the answer or the refusal; leads to `idle`.
        case sent
    }

    /// How much of a refused body is read before the connection is closed.
    ///
    /// Closing with unread bytes makes the system send a reset, on which many clients drop the answer they had.
    static let discardedBytesMax = 256 << 10

    /// Counts the requests of the connection, so that a late answer to an abandoned one can be told apart.
    private(set) var number: UInt64 = 0

    private var state = State.idle

    /// The request line has arrived.
    mutating func begin(target: String) {
        number += 1
        state = .targeted(target)
    }

    /// The connection is free for the next request, or gone.
    mutating func end() { state = .idle }

    /// The request's target as it arrived, as long as the head is not read.
    var target: String? {
        if case .targeted(let target) = state { target } else { nil }
    }

    /// The head has arrived.
    mutating func headArrived(
        _ head: Result<RequestHead, Refusal>,
        from remote: SocketAddress?,
        limits: borrowing ServerConfiguration
    ) -> Step {
        guard case .targeted(let text) = state else { return refused(.malformedHead) }
        let read: RequestHead
        switch head {
        case .success(let head): read = head
        case .failure(let refusal): return refused(refusal)
        }
        return headArrived(read, target: text, from: remote, limits: limits)
    }

    private mutating func headArrived(
        _ head: RequestHead,
        target text: String,
        from remote: SocketAddress?,
        limits: borrowing ServerConfiguration
    ) -> Step {
        guard let target = RequestTarget(text) else { return refused(.malformedTarget) }
        let bodyBytesMax = limits.bodyBytesMaxFor?(head.method, target.path) ?? limits.bodyBytesMax
        var request = ServerRequest(
            method: head.method,
            path: target.path,
            query: target.query,
            headers: head.headers,
            remoteAddress: remote
        )
        switch head.length {
        case .declared(let count):
            guard count <= UInt64(max(0, bodyBytesMax)) else {
                // A client that waits for 100 Continue is never told to go on; the others are sending already.
                guard !head.expectsContinue else { return refused(.bodyTooLarge) }
                return cutShort(.bodyTooLarge)
            }
            request.body.reserveCapacity(Int(count))
        case .chunked:
            guard limits.acceptsChunkedBodies else { return refused(.lengthRequired) }
        }
        state = .arriving(request, bodyBytesMax: bodyBytesMax)
        return .proceed
    }

    /// A part of the body has arrived.
    mutating func bodyArrived(_ bytes: UnsafeRawBufferPointer) -> Step {
        switch state {
        case .arriving(var request, let bodyBytesMax):
            guard request.body.count + bytes.count <= bodyBytesMax else { return cutShort(.bodyTooLarge) }
            // Out of the enum while it grows, so that the array is not shared and not copied.
            state = .sent
            unsafe request.body.append(contentsOf: bytes)
            state = .arriving(request, bodyBytesMax: bodyBytesMax)
            return .proceed
        case .discarding(let bytesLeft):
            guard bytes.count <= bytesLeft else { return .close }
            state = .discarding(bytesLeft: bytesLeft - bytes.count)
            return .proceed
        case .idle, .targeted, .serving, .answered, .sent: return .close
        }
    }

    /// The library calls without new bytes: the request is complete, or the suspended connection is awake again.
    mutating func turned() -> Step {
        switch state {
        case .arriving(let request, _):
            state = .serving
            return .serve(request)
        case .answered(let response):
            state = .sent
            return response.isDropped ? .close : .answer(response)
        case .idle, .targeted, .discarding, .serving, .sent: return .close
        }
    }

    /// There is no place for the request, and no handler has seen it.
    mutating func refused(_ refusal: Refusal) -> Step {
        state = .sent
        return .refuse(refusal)
    }

    /// An answer; `false` when it comes too late.
    mutating func answered(_ response: PreparedResponse, number: UInt64) -> Bool {
        guard number == self.number, case .serving = state else { return false }
        state = .answered(response)
        return true
    }

    private mutating func cutShort(_ refusal: Refusal) -> Step {
        state = .discarding(bytesLeft: Self.discardedBytesMax)
        return .cutShort(refusal)
    }
}
