// SPDX-License-Identifier: Apache-2.0

import COpenSSL
import TributaryModel
import TributarySigning

/// Signatures of RSASSA-PKCS1-v1_5 with SHA-256.
enum RSASignature {
    /// What speaks against a signature; `nil` for nothing.
    static func objection(
        to signature: [UInt8],
        of messages: [[UInt8]],
        under list: CertificateList
    ) -> Objection? {
        for message in messages {
            switch verify(signature, message, list) {
            case 1: return nil
            case 0: continue
            default: return .certificateKeyUnusable
            }
        }
        return .shared(.signatureMismatch)
    }

    private static func verify(_ signature: [UInt8], _ message: [UInt8], _ list: CertificateList) -> CInt {
        unsafe signature.withUnsafeBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe copenssl_rsa_verify(
                    list.stack,
                    signature.baseAddress,
                    signature.count,
                    message.baseAddress,
                    message.count
                )
            }
        }
    }

    /// Signs; `nil` where the text is no RSA key as PEM.
    static func sign(_ message: [UInt8], pem: Secret) -> [UInt8]? {
        let key = pem.revealed
        var signature = [UInt8](repeating: 0, count: 1024)
        let count = unsafe signature.withUnsafeMutableBufferPointer { target in
            unsafe key.withUnsafeBytes { key in
                unsafe message.withUnsafeBufferPointer { message in
                    unsafe copenssl_rsa_sign(
                        key.baseAddress,
                        key.count,
                        message.baseAddress,
                        message.count,
                        target.baseAddress,
                        target.count
                    )
                }
            }
        }
        return count > 0 ? Array(signature.prefix(count)) : nil
    }
}
