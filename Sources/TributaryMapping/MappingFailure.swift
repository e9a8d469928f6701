// SPDX-License-Identifier: Apache-2.0

/// Why a webhook that should mean something could not be made into events.
public enum MappingFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The body cannot be read.
    case body(BodyError)
    /// A field is missing or cannot be read, or the webhook is too large.
    case outcome(MappingOutcome)

    /// The reason without a value of the webhook; safe for logs.
    public var description: String {
        switch self {
        case .body(let error): "the body cannot be read: \(error)"
        case .outcome(let outcome): outcome.description
        }
    }
}
