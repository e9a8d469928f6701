// SPDX-License-Identifier: Apache-2.0

/// A literal of a mapping file.
enum Scalar: Sendable, Hashable {
    /// A text.
    case text(String)
    /// A number, as its text.
    case number(String)
    /// `true` or `false`.
    case bool(Bool)

    /// The literal as it stands in the file.
    var literal: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .number(let text): text
        case .bool(let value): value ? "true" : "false"
        }
    }
}
