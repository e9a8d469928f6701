// SPDX-License-Identifier: Apache-2.0

/// Fields of the provider's events that a mapping leaves unread on purpose.
public struct UnreadDeclaration: Sendable, Hashable {
    /// JSONPath of the fields: begins with `$`, may have wildcards and has no filter.
    public var path: String

    /// Why nobody needs them.
    public var why: String
}
