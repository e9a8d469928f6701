// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributarySigning

/// Why a webhook is not taken as PayPal's.
enum Objection: Error, Sendable, Hashable {
    /// For a reason that all schemes share.
    case shared(Refusal)
    /// The signature is of an algorithm other than RSA with SHA-256.
    case unsupportedAlgorithm
    /// The certificate's address is not PayPal's.
    case foreignCertificate
    /// The certificate's address is the sandbox's, and this instance is live.
    case sandboxOnLive
    /// The certificate's address is the live one, and this instance is not live.
    case liveOnSandbox
    /// The certificate, or one above it, has ended.
    case certificateExpired
    /// The certificate, or one above it, has not begun.
    case certificateNotYetValid
    /// The certificate is for another name.
    case certificateNameMismatch
    /// The certificate does not lead to one that is trusted.
    case certificateUntrusted
    /// The certificate has no RSA key.
    case certificateKeyUnusable
    /// The body is no JSON object, so PayPal cannot be asked about it.
    case bodyNotJSON
    /// PayPal's API refuses to judge it.
    case verificationRejected

    /// The refusal, with what a person can do about it.
    var refused: VerifierStep.Refused {
        switch self {
        case .shared(.signatureMismatch): .init(code: Refusal.signatureMismatch.rawValue, remedy: remedy)
        case .shared(let refusal): .init(refusal)
        case .unsupportedAlgorithm, .foreignCertificate, .sandboxOnLive, .liveOnSandbox, .certificateExpired,
            .certificateNotYetValid, .certificateNameMismatch, .certificateUntrusted, .certificateKeyUnusable,
            .bodyNotJSON, .verificationRejected:
            .init(code: "\(self)", remedy: remedy)
        }
    }

    private var remedy: String {
        switch self {
        case .shared(.signatureMismatch):
            "The webhook id is the usual cause: compare \"webhook_ids\" with the id that PayPal's dashboard shows beside "
                + "this address, and check that nothing between PayPal and here changes the body."
        case .shared(let refusal): refusal.remedy
        case .unsupportedAlgorithm: "Look at who sends this; PayPal signs with SHA256withRSA."
        case .foreignCertificate: "Look at who sends this; the certificate's address is not PayPal's."
        case .sandboxOnLive:
            "PayPal's sandbox sent this, and the instance takes live webhooks: give the sandbox an instance with "
                + "\"live\": false."
        case .liveOnSandbox:
            "Live PayPal sent this, and the instance takes the sandbox's webhooks: remove its \"live\": false, or "
                + "correct the address in PayPal's dashboard."
        case .certificateExpired: "PayPal's certificate has expired; compare this machine's clock with the true time."
        case .certificateNotYetValid:
            "PayPal's certificate is not valid yet; compare this machine's clock with the true time."
        case .certificateNameMismatch: "The certificate is not that of PayPal's webhooks; look at who sends this."
        case .certificateUntrusted:
            "No trusted certificate stands behind PayPal's: update the system's certificates, or name the missing "
                + "ones by \"trust\" or \"intermediates\"."
        case .certificateKeyUnusable: "The certificate has no RSA key; look at who sends this."
        case .bodyNotJSON: "Look at who sends this; PayPal sends one JSON object."
        case .verificationRejected:
            "PayPal's API would not judge this webhook: compare \"webhook_ids\", \"client_id\" and \"live\" with its "
                + "dashboard. Webhooks of the simulator cannot be judged this way."
        }
    }
}
