// SPDX-License-Identifier: Apache-2.0

import COpenSSL
import TributaryModel

/// A certificate that was just made.
@safe final class IssuedCertificate: Sendable {
    // Proof of safety: nothing changes it after it was made; libcrypto locks what it remembers of itself.
    private nonisolated(unsafe) let pointer: OpaquePointer

    init(
        _ key: CertificateKey,
        _ commonName: String,
        names: String?,
        isAuthority: Bool,
        from start: Timestamp,
        to end: Timestamp,
        by issuer: (certificate: IssuedCertificate, key: CertificateKey)?
    ) throws(CertificateFailure) {
        let made = unsafe copenssl_issue(
            key.pointer,
            commonName,
            names,
            isAuthority ? 1 : 0,
            start.unixSeconds,
            end.unixSeconds,
            issuer?.certificate.pointer,
            issuer?.key.pointer
        )
        guard let made = unsafe made else { throw CertificateFailure(step: "issue a certificate") }
        unsafe pointer = made
    }

    deinit { unsafe X509_free(pointer) }

    /// The certificate as PEM.
    func text() throws(CertificateFailure) -> String {
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        let count = unsafe copenssl_certificate_text(pointer, &bytes, bytes.count)
        guard count > 0 else { throw CertificateFailure(step: "write a certificate") }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

/// The key of a certificate that was just made.
@safe final class CertificateKey: Sendable {
    // Proof of safety: a key never changes, and libcrypto permits its use by several threads.
    nonisolated(unsafe) let pointer: OpaquePointer

    init(_ kind: CertificateKeyKind) throws(CertificateFailure) {
        let made: OpaquePointer?
        switch kind {
        case .rsa2048: unsafe made = copenssl_rsa_key(2048)
        case .rsa1024: unsafe made = copenssl_rsa_key(1024)
        case .p256: unsafe made = copenssl_p256_key()
        }
        guard let made = unsafe made else { throw CertificateFailure(step: "make a key") }
        unsafe pointer = made
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// The private key as PEM.
    func text() throws(CertificateFailure) -> Secret {
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        let count = unsafe copenssl_key_text(pointer, &bytes, bytes.count)
        guard count > 0 else { throw CertificateFailure(step: "write a key") }
        return Secret(Array(bytes.prefix(count)))
    }
}
