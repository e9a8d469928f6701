// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The certificates of one PEM text, in their order.
@safe final class CertificateList: Sendable {
    // Proof of safety: nothing changes the list after it was made, and libcrypto locks what its certificates remember of
    // themselves. Source: openssl/openssl, doc/man7/openssl-threads.pod.
    nonisolated(unsafe) let stack: OpaquePointer

    /// How many there are; never none.
    var count: Int { Int(unsafe copenssl_certificate_count(stack)) }

    /// Reads a text; `nil` where it has no certificate, too many, or one that cannot be read.
    init?(pem: [UInt8], countMax: Int) {
        let found = unsafe pem.withUnsafeBytes { bytes in
            unsafe copenssl_read_certificates(bytes.baseAddress, bytes.count, CInt(clamping: countMax))
        }
        guard let found = unsafe found else { return nil }
        unsafe stack = found
    }

    deinit { unsafe copenssl_free_certificates(stack) }
}
