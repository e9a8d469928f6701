// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// How the text of a secret becomes the bytes of a key.
///
/// It must be declared and cannot be guessed: `whsec_…` is text for Stripe and Polar, Base64 for Standard Webhooks.
public enum KeyForm: String, Sendable, Hashable, CaseIterable {
    /// The text itself as UTF-8, prefixes included.
    case text
    /// Standard Base64; padding may be missing.
    case base64
    /// Hexadecimal in either case.
    case hex
    /// Standard Webhooks: an optional `whsec_`, then Base64 of 24 to 64 bytes; padding may be missing.
    ///
    /// Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme".
    case whsec

    /// What is wrong with a secret, or `nil`.
    public func problem(with secret: Secret) -> SecretProblem? {
        do throws(SecretProblem) {
            _ = try key(from: secret)
            return nil
        } catch { return error }
    }

    /// The key's bytes.
    func key(from secret: Secret) throws(SecretProblem) -> [UInt8] {
        if let problem = SecretProblem.inText(secret) { throw problem }
        switch self {
        case .text: return secret.revealed
        case .base64:
            guard let key = Base64.decode(secret.revealed[...], padding: .optional) else { throw .notBase64 }
            guard key.count >= SecretProblem.decodedBytesMin else { throw .tooShort }
            return key
        case .hex:
            guard let key = Hex.decode(secret.revealed) else { throw .notHex }
            guard key.count >= SecretProblem.decodedBytesMin else { throw .tooShort }
            return key
        case .whsec:
            let prefix = Array("whsec_".utf8)
            let text = secret.revealed.starts(with: prefix) ? secret.revealed.dropFirst(6) : secret.revealed[...]
            guard let key = Base64.decode(text, padding: .optional) else { throw .notBase64 }
            guard (24...64).contains(key.count) else { throw .wrongLength }
            return key
        }
    }
}
