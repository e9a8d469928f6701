// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributarySigning

/// What PayPal says in the header of a webhook: who signed what, and how.
struct Transmission: Sendable {
    static let idHeader = "PAYPAL-TRANSMISSION-ID"
    static let timeHeader = "PAYPAL-TRANSMISSION-TIME"
    static let signatureHeader = "PAYPAL-TRANSMISSION-SIG"
    static let addressHeader = "PAYPAL-CERT-URL"
    static let algorithmHeader = "PAYPAL-AUTH-ALGO"

    /// The only algorithm; older kits know one with SHA-1, which is refused.
    static let algorithm = "SHA256withRSA"

    let id: String
    /// As received: the text is signed, and the time may be that of sending again, so it is never compared with a clock.
    let time: String
    let signatureText: String
    let signature: [UInt8]
    let address: CertificateAddress

    /// Reads the header fields.
    ///
    /// - Parameters:
    ///   - headers: Of the webhook.
    ///   - isLive: Whether real money is meant; the sandbox has certificates of its own.
    /// - Throws: ``Objection``.
    init(_ headers: HeaderFields, isLive: Bool) throws(Objection) {
        id = try Self.text(Self.idHeader, in: headers, longest: 128)
        time = try Self.text(Self.timeHeader, in: headers, longest: 64)
        guard try Self.text(Self.algorithmHeader, in: headers, longest: 64) == Self.algorithm else {
            throw .unsupportedAlgorithm
        }
        // 1,024 bytes are a key of 8,192 bits, thrice as long as any that PayPal used.
        signatureText = try Self.text(Self.signatureHeader, in: headers, longest: 1368)
        guard let signature = Base64.decode(signatureText), !signature.isEmpty else { throw .shared(.malformedHeader) }
        self.signature = signature
        guard let address = CertificateAddress(try Self.text(Self.addressHeader, in: headers, longest: 512)) else {
            throw .foreignCertificate
        }
        guard address.isLive == isLive else { throw isLive ? .sandboxOnLive : .liveOnSandbox }
        self.address = address
    }

    /// The text that PayPal signs: `id|time|webhook id|CRC-32 of the body`.
    func message(to webhookID: String, body: [UInt8]) -> [UInt8] {
        Array("\(id)|\(time)|\(webhookID)|\(CRC32.checksum(body.span))".utf8)
    }

    /// A header field that is there once, made of visible ASCII without the sign that parts the signed text.
    private static func text(_ name: String, in headers: HeaderFields, longest: Int) throws(Objection) -> String {
        let values = headers.values(name)
        guard let value = values.first, !value.isEmpty else { throw .shared(.missingHeader) }
        guard values.count == 1 else { throw .shared(.repeatedHeader) }
        guard value.utf8.count <= longest else { throw .shared(.headerTooLong) }
        guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "|") }) else {
            throw .shared(.malformedHeader)
        }
        return value
    }
}
