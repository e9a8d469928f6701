// SPDX-License-Identifier: Apache-2.0

/// Calls platforms over HTTP/1.1, through libcurl, on one thread of its own.
///
/// Connections are kept and used again. Redirects, cookies, `.netrc`, content coding and HTTP/2 are off: platforms limit
/// us to some hundred calls a second, and what is off cannot surprise. TLS is 1.2 or newer and always verified. No
/// request is ever written twice: where a kept connection turns out to be dead after the request was written, the call
/// fails with ``TransportFailure/mayHaveArrived`` set, and whoever planned the delivery decides.
public final class HTTPClient: Sendable {
    private let loop: TransferLoop

    /// Starts the client and its thread.
    ///
    /// - Throws: ``TransportFailure`` with the code `exhausted` when there is no memory or thread for it.
    public init(_ settings: ClientSettings = ClientSettings()) throws(TransportFailure) {
        loop = try TransferLoop(settings)
        try loop.start()
    }

    deinit { loop.close(onEnd: nil) }

    /// Sends a request and waits for the whole answer.
    ///
    /// Cancelling the surrounding task ends the call at once. The caller's thread never blocks.
    ///
    /// - Throws: ``TransportFailure``; any status, also an error or a redirect, is an answer and not a failure.
    public func send(_ request: ClientRequest) async throws(TransportFailure) -> ClientAnswer {
        let call = AwaitedCall(request: request, target: try RequestTarget(request))
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { loop.submit(Submission(call: call, continuation: $0)) }
        } onCancel: {
            loop.cancel(call)
        }
        return try result.get()
    }

    /// Ends all calls, which fail as canceled, closes all connections and waits until the thread has ended.
    ///
    /// Calls that come later fail in the same way.
    public func close() async {
        await withCheckedContinuation { loop.close(onEnd: $0) }
    }
}
