// SPDX-License-Identifier: Apache-2.0

import COpenSSL
import TributaryModel

/// The certificates that are trusted, and a way from PayPal's certificate to them.
@safe final class TrustStore: Sendable {
    /// Most trusted certificates; a system's store has about 150.
    static let countMax = 1000

    // Proof of safety: the store is only asked after it was made, and libcrypto locks it while it looks certificates up.
    // Source: openssl/openssl, doc/man7/openssl-threads.pod.
    private nonisolated(unsafe) let store: OpaquePointer

    /// Certificates that may stand between PayPal's and a trusted one.
    private let intermediates: CertificateList?

    /// Trusts each of some certificates; `nil` when memory is short.
    init?(_ trusted: CertificateList, intermediates: CertificateList? = nil) {
        guard let made = unsafe copenssl_trusting(trusted.stack) else { return nil }
        unsafe store = made
        self.intermediates = intermediates
    }

    deinit { unsafe X509_STORE_free(store) }

    /// Judges a leaf with the certificates that came with it.
    ///
    /// - Parameters:
    ///   - list: The leaf, then others that may lead from it to a trusted one.
    ///   - name: The host name that it must be for.
    ///   - now: The moment.
    /// - Returns: what speaks against it; `nil` for nothing.
    func objection(to list: CertificateList, name: String, at now: Timestamp) -> Objection? {
        let outcome = unsafe copenssl_judge(store, list.stack, intermediates?.stack, now.unixSeconds, name)
        switch outcome {
        case X509_V_OK: return nil
        case X509_V_ERR_CERT_HAS_EXPIRED: return .certificateExpired
        case X509_V_ERR_CERT_NOT_YET_VALID: return .certificateNotYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH: return .certificateNameMismatch
        default: return .certificateUntrusted
        }
    }
}
