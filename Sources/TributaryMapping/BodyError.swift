// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

/// Why a body cannot be read in the form that the provider sends.
///
/// Holds places and no content, so that it may be logged and answered.
public struct BodyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, stable across releases: a code of `JSONError`, `badForm`, `badContentType` or `noBatch`.
    public let code: String

    /// Where, counted from 0.
    public let byteOffset: Int

    /// What is wrong, and what to do about it.
    public let message: String

    init(_ error: JSONError) {
        code = error.code.rawValue
        byteOffset = error.byteOffset
        message = error.description
    }

    init(badForm message: String, at byteOffset: Int) {
        code = "badForm"
        self.byteOffset = byteOffset
        self.message = "byte \(byteOffset): \(message)"
    }

    init(contentType message: String) {
        code = "badContentType"
        byteOffset = 0
        self.message = message
    }

    init(noBatch message: String) {
        code = "noBatch"
        byteOffset = 0
        self.message = message
    }

    /// Code and message.
    public var description: String { "\(code): \(message)" }
}
