// SPDX-License-Identifier: Apache-2.0

/// The six kinds of value that RFC 8259 knows.
public enum JSONKind: UInt8, Sendable {
    /// The literal `null`.
    case null

    /// `true` or `false`.
    case bool

    /// A number.
    case number

    /// A string.
    case string

    /// An array.
    case array

    /// An object.
    case object
}
