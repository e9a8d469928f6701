// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// The reason why a store could not do what it was asked.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, stable across releases.
    @nonexhaustive public enum Code: String, Sendable, Hashable {
        /// Another process has the store open.
        case inUse
        /// The store was written by a newer release.
        case newerSchema
        /// The store cannot be opened or is not one of ours.
        case unusable
        /// Too much is waiting to be written; try again shortly.
        case busy
        /// The disk is full; nothing of this transaction was kept.
        case full
        /// An I/O error or a broken invariant; the process must end.
        case failed
        /// The store was closed.
        case closed
    }

    /// What went wrong.
    public var code: Code

    /// What to do about it, for a person; no payload, no secret.
    public var detail: String

    /// Where in our source the error was first thrown.
    public var location: SourceLocation

    /// Creates an error.
    public init(_ code: Code, _ detail: String, location: SourceLocation = .here()) {
        self.code = code
        self.detail = detail
        self.location = location
    }

    /// Code and detail.
    public var description: String { "\(code.rawValue): \(detail)" }
}
