// SPDX-License-Identifier: Apache-2.0

public import TributaryModel
import TributarySigning

extension StandardWebhook {
    /// The header fields of one attempt: id, time, and one signature for each secret.
    ///
    /// Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme".
    ///
    /// - Parameters:
    ///   - body: The body exactly as it will be sent.
    ///   - now: The moment of the attempt.
    /// - Returns: the fields; `nil` where there is no secret, or one cannot be used.
    public func fields(body: [UInt8], now: Timestamp) -> HeaderFields? {
        let signer = WebhookSigner(.standardWebhooks)
        var fields: HeaderFields?
        var signatures: [String] = []
        for secret in secrets {
            // What cannot be used was refused when the configuration was read; here nothing is sent unsigned.
            guard let made = try? signer.sign(body: body, secret: secret, id: id, now: now),
                let signature = made["webhook-signature"]
            else { return nil }
            signatures.append(signature)
            fields = made
        }
        fields?.set("webhook-signature", signatures.joined(separator: " "))
        return fields
    }

    /// What is wrong with a secret, in words; `nil` for nothing.
    public static func problem(with secret: Secret) -> String? { KeyForm.whsec.problem(with: secret)?.remedy }
}
