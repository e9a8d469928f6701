// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Why the server itself turned a request away, before any handler saw it.
public enum Refusal: String, Error, Sendable, Hashable, CaseIterable {
    /// The head is not exactly what RFC 9112 describes: line ends, folds, blanks before a colon, NUL, and so on.
    case malformedHead
    /// The target is not a path that has one meaning, see ``RequestTarget``.
    case malformedTarget
    /// HTTP/1.1 without exactly one `Host`, or any version with several.
    case hostMissing
    /// `Content-Length` is no number, or occurs twice, or stands beside `Transfer-Encoding`.
    case ambiguousLength
    /// A transfer coding that is not exactly `chunked`, or any in HTTP/1.0.
    case unknownTransferCoding
    /// Chunks, where the configuration does not take them.
    case lengthRequired
    /// The head is larger than allowed or has too many fields.
    case headTooLarge
    /// The body is larger than allowed here, by its declared length or by what arrived.
    case bodyTooLarge
    /// A version other than HTTP/1.0 and HTTP/1.1.
    case unsupportedVersion
    /// An `Expect` other than `100-continue`.
    case unknownExpectation
    /// Head and body did not arrive within the limit.
    case tooSlow
    /// As many requests as allowed are waiting already.
    case overloaded
    /// The server is being stopped.
    case stopping

    /// The HTTP status.
    public var status: Int {
        switch self {
        case .malformedHead, .malformedTarget, .hostMissing, .ambiguousLength: 400
        case .unknownTransferCoding: 501
        case .lengthRequired: 411
        case .headTooLarge: 431
        case .bodyTooLarge: 413
        case .unsupportedVersion: 505
        case .unknownExpectation: 417
        case .tooSlow: 408
        case .overloaded, .stopping: 503
        }
    }

    /// One sentence for the sender.
    public var detail: String {
        switch self {
        case .malformedHead: "The head of the request is not well formed."
        case .malformedTarget: "The request target is not an unambiguous path."
        case .hostMissing: "The request needs exactly one Host field."
        case .ambiguousLength: "The length of the body is stated in an ambiguous way."
        case .unknownTransferCoding: "The only transfer coding accepted is chunked."
        case .lengthRequired: "State the length of the body with Content-Length."
        case .headTooLarge: "The head of the request is too large."
        case .bodyTooLarge: "The body is larger than accepted here."
        case .unsupportedVersion: "Use HTTP/1.1."
        case .unknownExpectation: "The only expectation accepted is 100-continue."
        case .tooSlow: "The request did not arrive in time."
        case .overloaded: "Too many requests are waiting; try again later."
        case .stopping: "The server is being stopped; try again later."
        }
    }

    /// The answer, which also closes the connection where the request's end is not certain.
    func response(retryAfterSeconds: Int) -> ServerResponse {
        var response = ServerResponse.problem(
            status: status,
            detail: detail,
            members: [.init("code", .string(rawValue))]
        )
        switch self {
        case .overloaded, .stopping: response.headers.append("Retry-After", String(retryAfterSeconds))
        case .malformedHead, .malformedTarget, .hostMissing, .ambiguousLength, .unknownTransferCoding,
            .lengthRequired, .headTooLarge, .bodyTooLarge, .unsupportedVersion, .unknownExpectation, .tooSlow:
            break
        }
        return response
    }
}
