// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel
import TributarySigning

/// Judges by PayPal's signature, here or by asking PayPal.
///
/// PayPal signs a text with the id of the webhook's registration and the CRC-32 of the body. So nobody can make up a
/// signature, but whoever has seen one genuine webhook can make another body to its checksum: a `path` that nobody
/// guesses is worth having all the same.
///
/// Source: `reference/providers-1.md` section B1.
struct PayPalVerifier: Verifier {
    /// Who does the judging.
    enum Method: Sendable {
        case offline(OfflineProof)
        case rest(RESTProof)
    }

    let webhookIDs: [String]
    let isLive: Bool
    let method: Method

    var bindsBody: Bool { true }

    var needsSecret: Bool { false }

    func problem(with secret: Secret) -> String? {
        "PayPal signs with a key of its own and shares no secret: remove \"secrets\", and set \"webhook_ids\"."
    }

    func step(for webhook: Webhook, secrets: [Secret], at now: Timestamp, after exchanges: [Exchange]) -> VerifierStep {
        let transmission: Transmission
        do throws(Objection) {
            transmission = try Transmission(webhook.headers, isLive: isLive)
        } catch {
            return .refused(error.refused)
        }
        switch method {
        case .offline(let proof):
            let messages = webhookIDs.map { transmission.message(to: $0, body: webhook.body) }
            return proof.step(for: transmission, messages, at: now, after: exchanges)
        case .rest(let proof): return proof.step(for: transmission, webhook.body, webhookIDs, after: exchanges)
        }
    }

    func lifetime(of exchange: Exchange, under key: String, at now: Timestamp) -> Duration {
        guard case .answer(let answer) = exchange.result, answer.isSuccess else { return .seconds(60) }
        switch method {
        case .offline: return OfflineProof.lifetime(of: answer)
        case .rest: return RESTProof.lifetime(ofToken: answer)
        }
    }

    /// Signs as PayPal would, with an RSA key of one's own; it takes a certificate of one's own to believe that.
    func sign(_ webhook: Webhook, secret: Secret, id: String, at now: Timestamp) throws(VerifierSigningFailure)
        -> HeaderFields
    {
        guard let webhookID = webhookIDs.first else { throw VerifierSigningFailure("no webhook id is configured") }
        var fields: HeaderFields = [
            Transmission.idHeader: id, Transmission.timeHeader: now.description,
            Transmission.algorithmHeader: Transmission.algorithm,
            // Where a signature is expected; the right one takes its place.
            Transmission.signatureHeader: "AAAA",
            Transmission.addressHeader: webhook.headers[Transmission.addressHeader]
                ?? CertificateAddress.example(isLive: isLive),
        ]
        let message: [UInt8]
        do throws(Objection) {
            message = try Transmission(fields, isLive: isLive).message(to: webhookID, body: webhook.body)
        } catch {
            throw VerifierSigningFailure(error.refused.remedy)
        }
        guard let signature = RSASignature.sign(message, pem: secret) else {
            throw VerifierSigningFailure("the secret must be an RSA private key as PEM, without a password")
        }
        fields.set(Transmission.signatureHeader, Base64.encode(signature))
        return fields
    }
}
