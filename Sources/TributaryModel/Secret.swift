// SPDX-License-Identifier: Apache-2.0

/// Bytes that must never be seen: signing secrets, API keys, tokens.
///
/// Whatever prints, logs, mirrors or interpolates it gets `<secret>`; the bytes are reached by name only.
public struct Secret: Sendable, Hashable {
    /// The bytes themselves; hand them to a cryptographic function or an outgoing header, never to a log.
    public let revealed: [UInt8]

    /// Wraps the bytes of a secret.
    public init(_ bytes: [UInt8]) { revealed = bytes }

    /// Wraps the UTF-8 bytes of a secret given as text.
    public init(_ text: String) { revealed = Array(text.utf8) }

    /// The bytes as UTF-8 text, for header fields; never for a log.
    public var revealedText: String { String(decoding: revealed, as: UTF8.self) }

    /// Whether there is nothing in it; an empty secret authenticates nobody and is refused everywhere.
    public var isEmpty: Bool { revealed.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<secret>`.
    public var description: String { "<secret>" }

    /// `<secret>`.
    public var debugDescription: String { "<secret>" }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
