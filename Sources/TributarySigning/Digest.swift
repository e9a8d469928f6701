// SPDX-License-Identifier: Apache-2.0

/// What a hash function or an HMAC yields: 20, 32 or 64 bytes, held without an allocation.
///
/// Two digests are compared in constant time.
public struct Digest: Sendable {
    private var storage = InlineArray<64, UInt8>(repeating: 0)

    /// Length in bytes.
    public let count: Int

    /// Lets a C function write the bytes.
    ///
    /// - Parameters:
    ///   - count: How many bytes will be written, 64 at most.
    ///   - write: Writes exactly that many bytes.
    init(count: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) {
        precondition(count <= 64)
        self.count = count
        var bytes = storage.mutableSpan
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress { unsafe write(start) }
        }
    }

    /// Hands the bytes to `body`, in place.
    public func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(storage.span.extracting(first: count))
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { withSpan { span in (0..<span.count).map { span[$0] } } }

    /// Lower-case hexadecimal digits.
    public var hexText: String { withSpan { Hex.encode($0) } }

    /// Standard Base64 with padding.
    public var base64Text: String { withSpan { Base64.encode($0) } }
}

extension Digest: Hashable {
    /// Whether both are the same, in time that does not depend on the bytes.
    public static func == (lhs: Digest, rhs: Digest) -> Bool {
        lhs.withSpan { left in rhs.withSpan { right in ConstantTime.equal(left, right) } }
    }

    /// Feeds all bytes to the hasher.
    public func hash(into hasher: inout Hasher) {
        for index in 0..<count { hasher.combine(storage[index]) }
    }
}
