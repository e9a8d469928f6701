// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A keyed digest of a message that may come in pieces (RFC 2104), computed by libcrypto.
@safe public struct HMAC: ~Copyable {
    private let context: OpaquePointer
    private let algorithm: HashAlgorithm
    private let key: [UInt8]

    /// Begins under a key.
    ///
    /// - Parameters:
    ///   - algorithm: The hash function inside.
    ///   - key: The key's bytes, already decoded; that it is not empty is the caller's duty.
    public init(_ algorithm: HashAlgorithm, key: Span<UInt8>) {
        self.init(algorithm, key: unsafe key.withUnsafeBufferPointer { unsafe Array($0) })
    }

    /// Begins under a key that is kept, so that the next message under it begins faster.
    init(_ algorithm: HashAlgorithm, key: [UInt8]) {
        unsafe context = algorithm.contexts.take(key)
        self.algorithm = algorithm
        self.key = key
    }

    deinit { unsafe algorithm.contexts.give(context, key) }

    /// Adds the next piece of the message.
    public mutating func update(_ bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        let outcome = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe EVP_MAC_update(context, source.baseAddress, source.count)
        }
        precondition(outcome == 1, "libcrypto refused to continue an HMAC")
    }

    /// The digest of all pieces.
    public consuming func finish() -> Digest {
        let (context, byteCount) = unsafe (context, algorithm.byteCount)
        let digest = unsafe Digest(count: byteCount) { target in
            var written = 0
            let outcome = unsafe EVP_MAC_final(context, target, &written, byteCount)
            precondition(outcome == 1 && written == byteCount, "libcrypto refused to finish an HMAC")
        }
        // The context is given back with `self`, which must therefore outlive the call above.
        extendLifetime(self)
        return digest
    }

    /// The digest of a message in one piece.
    public static func digest(_ algorithm: HashAlgorithm, key: [UInt8], message: [UInt8]) -> Digest {
        var code = HMAC(algorithm, key: key)
        code.update(message.span)
        return code.finish()
    }
}

/// One context belongs to one task: libcrypto does not lock it.
@available(*, unavailable) extension HMAC: Sendable {}
