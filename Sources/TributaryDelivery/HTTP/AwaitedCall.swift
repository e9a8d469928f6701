// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// One call that somebody waits for.
final class AwaitedCall: Sendable {
    let request: ClientRequest
    let target: RequestTarget

    /// Set before the loop is told, so that a cancellation which comes before the submission is not lost.
    let isCanceled = Atomic(false)

    init(request: ClientRequest, target: RequestTarget) {
        self.request = request
        self.target = target
    }
}

/// A call on its way to the loop, with the continuation that must be resumed exactly once.
struct Submission: Sendable {
    let call: AwaitedCall
    let continuation: CheckedContinuation<Result<ClientAnswer, TransportFailure>, Never>

    /// Ends a call of which nothing was written.
    func refuse(_ code: TransportFailure.Code, _ detail: String) {
        continuation.resume(returning: .failure(TransportFailure(code, origin: call.target.origin, detail: detail)))
    }
}
