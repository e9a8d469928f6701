// SPDX-License-Identifier: Apache-2.0

/// One HTTP request that a verifier wants made.
public struct VerifierCall: Sendable, Hashable {
    /// The request; `https` only, unless ``mayReachLoopback``.
    public var call: Call

    /// Under which key the result serves other webhooks of the same provider instance, for example the URL of a
    /// certificate; `nil` for a call that judges this webhook alone.
    ///
    /// Webhooks that want the same key at the same time share one call. Never make a key of more than the call depends on,
    /// and never of the webhook's id.
    public var cacheKey: String?

    /// Whether the call may go to this machine, also over plain HTTP: only where the operator configured such an address,
    /// never because a webhook says so.
    public var mayReachLoopback: Bool

    /// Creates a call.
    public init(_ call: Call, cacheKey: String? = nil, mayReachLoopback: Bool = false) {
        self.call = call
        self.cacheKey = cacheKey
        self.mayReachLoopback = mayReachLoopback
    }
}

/// Makes the calls of verifiers; the engine limits how often, and keeps results.
public protocol VerifierTransport: Sendable {
    /// Makes one call, without following redirects.
    ///
    /// - Parameters:
    ///   - call: The call; only addresses of the Internet over `https`, and this machine where the call permits it.
    ///   - time: The longest that it may take in all.
    ///   - bytes: The longest body of an answer; a longer one is a failure.
    /// - Returns: What came of it.
    func perform(_ call: VerifierCall, within time: Duration, bytes: Int) async -> Exchange.Result
}
