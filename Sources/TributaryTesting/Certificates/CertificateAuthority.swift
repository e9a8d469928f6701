// SPDX-License-Identifier: Apache-2.0

import COpenSSL
public import TributaryModel

/// A certificate authority made up for a test or a demonstration; its key lives in this process alone.
public struct CertificateAuthority: Sendable {
    /// Its own certificate as PEM.
    public let certificate: String

    private let own: CertificateKey
    private let issued: IssuedCertificate

    /// Makes an authority that vouches for itself.
    ///
    /// - Parameters:
    ///   - name: Its common name.
    ///   - start: From when it is valid.
    ///   - end: Until when it is valid.
    /// - Throws: ``CertificateFailure`` when the library refuses.
    public init(_ name: String, from start: Timestamp, to end: Timestamp) throws(CertificateFailure) {
        own = try CertificateKey(.p256)
        issued = try IssuedCertificate(own, name, names: nil, isAuthority: true, from: start, to: end, by: nil)
        certificate = try issued.text()
    }

    /// Makes an authority that another one vouches for.
    ///
    /// - Parameters:
    ///   - name: Its common name.
    ///   - parent: The other authority.
    ///   - start: From when it is valid.
    ///   - end: Until when it is valid.
    /// - Throws: ``CertificateFailure`` when the library refuses.
    public init(
        _ name: String,
        below parent: CertificateAuthority,
        from start: Timestamp,
        to end: Timestamp
    ) throws(CertificateFailure) {
        own = try CertificateKey(.p256)
        let by = (parent.issued, parent.own)
        issued = try IssuedCertificate(own, name, names: nil, isAuthority: true, from: start, to: end, by: by)
        certificate = try issued.text()
    }

    /// Issues a server's certificate for a new key.
    ///
    /// - Parameters:
    ///   - commonName: The subject's common name.
    ///   - hosts: The host names in the certificate's alternative names; none leaves the extension out.
    ///   - kind: The kind of key.
    ///   - start: From when it is valid.
    ///   - end: Until when it is valid.
    /// - Returns: Certificate and private key, both as PEM.
    /// - Throws: ``CertificateFailure`` when the library refuses.
    public func issue(
        _ commonName: String,
        hosts: [String],
        key kind: CertificateKeyKind = .rsa2048,
        from start: Timestamp,
        to end: Timestamp
    ) throws(CertificateFailure) -> (certificate: String, key: Secret) {
        let key = try CertificateKey(kind)
        let names = hosts.isEmpty ? nil : hosts.map { "DNS:" + $0 }.joined(separator: ",")
        let made = try IssuedCertificate(
            key,
            commonName,
            names: names,
            isAuthority: false,
            from: start,
            to: end,
            by: (issued, own)
        )
        return (try made.text(), try key.text())
    }
}

/// The kinds of keys that certificates of tests have.
public enum CertificateKeyKind: Sendable, Hashable, CaseIterable {
    /// RSA with 2048 bits.
    case rsa2048
    /// RSA with 1024 bits, too weak to be trusted.
    case rsa1024
    /// The elliptic curve P-256.
    case p256
}

/// The library refused to make a key or a certificate.
public struct CertificateFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What it refused.
    public let step: String

    /// What it refused.
    public var description: String { "libcrypto refused to \(step)" }
}
