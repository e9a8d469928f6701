// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// One call and what came of it.
public struct Exchange: Sendable, Hashable {
    /// The call that was made.
    public var call: Call

    /// What came of it.
    public var result: Result

    /// What came of a call.
    public enum Result: Sendable, Hashable {
        /// The platform answered.
        case answer(Answer)
        /// No usable answer came.
        case failure(CallFailure)
    }

    /// Creates an exchange.
    public init(_ call: Call, _ result: Result) {
        self.call = call
        self.result = result
    }
}

/// A platform's answer to one call.
public struct Answer: Sendable, Hashable {
    /// HTTP status code.
    public var status: Int

    /// Header fields.
    public var headers: HeaderFields

    /// The body; at most as long as the client's limit.
    public var body: [UInt8]

    /// The body as JSON; `nil` when it is not JSON, for example an error page.
    public var json: JSONValue?

    /// The wait that the platform asks for (`Retry-After` or a rate limit's reset time), already made relative.
    public var retryAfter: Duration?

    /// Creates an answer.
    public init(
        status: Int,
        headers: HeaderFields = [:],
        body: [UInt8] = [],
        json: JSONValue? = nil,
        retryAfter: Duration? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.json = json
        self.retryAfter = retryAfter
    }

    /// Whether the status is 2xx.
    public var isSuccess: Bool { (200..<300).contains(status) }
}

/// The reason why a call brought no usable answer.
public struct CallFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, stable, for example `timeout_total`.
    public var code: String

    /// Whether the platform may have received and carried out the request.
    public var mayHaveArrived: Bool

    /// Creates a failure.
    public init(code: String, mayHaveArrived: Bool) {
        self.code = code
        self.mayHaveArrived = mayHaveArrived
    }

    /// The code.
    public var description: String { code }
}
