// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

/// A member's name, made ready once so that looking it up allocates nothing.
///
/// Names are equal when their UTF-8 bytes are, as RFC 8259 section 8.3 has it; Swift's `String` would also call `é` equal
/// to `e` with a combining accent.
public struct JSONKey: Sendable, Hashable {
    let bytes: [UInt8]
    let nameHash: UInt32

    /// Makes a name ready.
    ///
    /// - Parameter name: The name without escapes, as it is meant and not as it is written in JSON.
    public init(_ name: String) {
        bytes = Array(name.utf8)
        nameHash = unsafe bytes.withUnsafeBufferPointer { unsafe csimdjson_name_hash($0.baseAddress, $0.count) }
    }

    /// The name itself.
    public var name: String { String(decoding: bytes, as: UTF8.self) }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(nameHash) }
}

extension JSONKey: ExpressibleByStringLiteral {
    /// Makes a name ready.
    public init(stringLiteral value: String) { self.init(value) }
}
