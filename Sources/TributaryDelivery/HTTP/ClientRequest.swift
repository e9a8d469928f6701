// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// One HTTP request to a platform.
public struct ClientRequest: Sendable, Hashable {
    /// The request methods that platforms use.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        /// Reads.
        case get = "GET"
        /// Reads the head only.
        case head = "HEAD"
        /// Creates or records.
        case post = "POST"
        /// Replaces.
        case put = "PUT"
        /// Changes in part.
        case patch = "PATCH"
        /// Removes.
        case delete = "DELETE"
    }

    /// The method.
    public var method: Method

    /// Absolute address, percent-encoded, without user, password or fragment.
    public var url: String

    /// The fields to send; length, connection and host are the client's own business and refused here.
    public var headers: HeaderFields

    /// The body, sent with its length; `GET` and `HEAD` have none.
    public var body: [UInt8]

    /// What the call may cost.
    public var limits: ClientLimits

    /// The addresses that the host's name may stand for, checked when the connection is made.
    public var addresses: AddressPolicy

    /// Whether `http:` may go to other addresses than this machine's own.
    ///
    /// Only where somebody configured such a base address: the request, its key included, then crosses the network
    /// readable for everyone on the way.
    public var allowsPlaintext: Bool

    /// Creates a request.
    public init(
        _ method: Method,
        _ url: String,
        headers: HeaderFields = HeaderFields(),
        body: [UInt8] = [],
        limits: ClientLimits = ClientLimits(),
        addresses: AddressPolicy = .publicOnly,
        allowsPlaintext: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.addresses = addresses
        self.allowsPlaintext = allowsPlaintext
    }
}

extension ClientRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Method and number of body bytes: the address may carry identifiers and the fields carry keys.
    public var description: String { "\(method.rawValue) request, \(body.count) bytes" }

    /// The same as the description.
    public var debugDescription: String { description }

    /// A mirror without children, so that `dump` shows no key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
