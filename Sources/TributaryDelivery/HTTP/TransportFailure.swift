// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// The reason why a call ended without a whole answer.
///
/// `description` names the code, the origin (scheme, host, port) and a constant sentence: no path, no query, no header
/// value and no body, so it is safe for logs.
public struct TransportFailure: Error, Sendable, Hashable {
    /// What went wrong, stable across releases.
    @nonexhaustive public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The request is not one that may be written to a connection: see the detail.
        case badRequest
        /// The client is full: too many calls wait, or this one waited longer than its limit.
        case busy
        /// The address policy, or the rule against plain HTTP, forbids every address of the host.
        case addressRefused
        /// The host's name has no address.
        case resolve
        /// No address of the host accepts connections.
        case connect
        /// The TLS handshake failed, or the certificate is not one to trust for that host.
        case tls
        /// No connection, TLS included, stood in time.
        case timeoutConnect
        /// The call as a whole took too long.
        case timeoutTotal
        /// The platform fell below the lowest permitted speed.
        case timeoutSlow
        /// The connection was closed or reset before the answer was whole.
        case reset
        /// The answer's body is longer than permitted.
        case answerTooLarge
        /// The answer's head is longer than permitted.
        case headersTooLarge
        /// What arrived is not HTTP/1.x.
        case badAnswer
        /// The caller's task was cancelled, or the client was closed.
        case canceled
        /// This process lacks memory or threads.
        case exhausted
    }

    /// What went wrong.
    public var code: Code

    /// Whether the platform may have received the request, in whole or in part.
    ///
    /// `false` is a proof: not one byte of it was written, so that another attempt cannot count the money twice.
    public var mayHaveArrived: Bool

    /// Scheme, host and port of the platform; empty when the request's address could not be read.
    public var origin: String

    /// A constant sentence with more about the cause.
    public var detail: String

    /// What of the answer had arrived, marked as truncated; `nil` when its head was not whole.
    ///
    /// A status 200 whose body was too long, or cut by a reset, still says that the platform took the request. The
    /// failure is thrown nevertheless, so that nobody reads half a body as a whole one without noticing.
    public var partial: ClientAnswer?

    /// Where in our source the failure was recognised.
    public var location: SourceLocation

    package init(
        _ code: Code,
        mayHaveArrived: Bool = false,
        origin: String,
        detail: String,
        partial: ClientAnswer? = nil,
        location: SourceLocation = .here()
    ) {
        self.code = code
        self.mayHaveArrived = mayHaveArrived
        self.origin = origin
        self.detail = detail
        self.partial = partial
        self.location = location
    }
}

extension TransportFailure: CustomStringConvertible, CustomDebugStringConvertible {
    /// Code, origin, whether the request may have arrived, and the detail.
    public var description: String {
        let place = origin.isEmpty ? "" : " at \(origin)"
        return "\(code.rawValue)\(place), request \(mayHaveArrived ? "may have arrived" : "not sent"): \(detail)"
    }

    /// The description and the place in our source.
    public var debugDescription: String { "\(description) [\(location)]" }
}
