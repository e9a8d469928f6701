// SPDX-License-Identifier: Apache-2.0

/// A literal in an expression.
package enum PathLiteral: Sendable, Hashable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number: its text, and its value where it is written as an integer of 64 bits.
    case number(text: [UInt8], integer: Int64?)
    /// A string, unescaped, in UTF-8.
    case string([UInt8])
}
