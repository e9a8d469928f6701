// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A hash function of libcrypto.
///
/// SHA-1 is here for providers whose HMAC uses it (Segment); inside an HMAC it is still sound, elsewhere it is not.
public enum HashAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// SHA-1, 20 bytes.
    case sha1
    /// SHA-256, 32 bytes.
    case sha256
    /// SHA-512, 64 bytes.
    case sha512

    /// Length of a digest, in bytes.
    public var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        }
    }

    /// The digest of some bytes.
    public func digest(of bytes: [UInt8]) -> Digest { digest(of: bytes.span) }

    /// The digest of some bytes, in place.
    public func digest(of bytes: Span<UInt8>) -> Digest {
        unsafe Digest(count: byteCount) { target in
            let outcome = unsafe bytes.withUnsafeBufferPointer { source in
                unsafe EVP_Digest(source.baseAddress, source.count, target, nil, function, nil)
            }
            precondition(outcome == 1, "libcrypto refused to hash")
        }
    }
}

extension HashAlgorithm {
    /// The fetched function; fetching by name for every call would cost more than hashing a short webhook.
    private var function: OpaquePointer {
        switch self {
        case .sha1: unsafe Self.fetchedSHA1
        case .sha256: unsafe Self.fetchedSHA256
        case .sha512: unsafe Self.fetchedSHA512
        }
    }

    /// Contexts that are ready for a key.
    var contexts: HMACContextPool {
        switch self {
        case .sha1: Self.contextsSHA1
        case .sha256: Self.contextsSHA256
        case .sha512: Self.contextsSHA512
        }
    }

    private static let contextsSHA1 = HMACContextPool("SHA1")
    private static let contextsSHA256 = HMACContextPool("SHA2-256")
    private static let contextsSHA512 = HMACContextPool("SHA2-512")

    // Safe to share: an EVP_MD is immutable and counts its references atomically; it lives until the process ends.
    // Source: openssl/openssl, doc/man7/openssl-threads.pod ("objects that are not modified may be shared").
    private nonisolated(unsafe) static let fetchedSHA1 = unsafe fetch("SHA1")
    private nonisolated(unsafe) static let fetchedSHA256 = unsafe fetch("SHA2-256")
    private nonisolated(unsafe) static let fetchedSHA512 = unsafe fetch("SHA2-512")

    private static func fetch(_ name: String) -> OpaquePointer {
        guard let function = unsafe EVP_MD_fetch(nil, name, nil) else {
            preconditionFailure("libcrypto has no \(name); check the OpenSSL configuration of this machine")
        }
        return unsafe function
    }
}
