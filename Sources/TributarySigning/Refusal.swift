// SPDX-License-Identifier: Apache-2.0

/// Why a webhook is not genuine; stable names, for logs, metrics and the operator's page.
@nonexhaustive public enum Refusal: String, Error, Sendable, Hashable, CaseIterable {
    /// The header with the signature, token or credentials, or another signed one, is not there.
    case missingHeader
    /// A header that must be unique is there more than once.
    case repeatedHeader
    /// A header's value is longer than ``SignatureVerifier/headerBytesMax``.
    case headerTooLong
    /// The header's value does not have the declared shape.
    case malformedHeader
    /// The header has no signature of the declared scheme; others are not accepted, against downgrades.
    case noSupportedSignature
    /// The header has more than ``SignatureVerifier/signaturesMax`` signatures.
    case tooManySignatures
    /// There is no timestamp.
    case missingTimestamp
    /// There is more than one timestamp.
    case repeatedTimestamp
    /// The timestamp is not a plain decimal number.
    case malformedTimestamp
    /// The signature is right and older than the tolerance.
    case staleTimestamp
    /// The signature is right and lies further ahead than the tolerance.
    case futureTimestamp
    /// The header with the webhook's id is missing or empty.
    case missingID
    /// No signature fits the body under any secret.
    case signatureMismatch
    /// The token, or user and password, is none of ours.
    case credentialMismatch
    /// No secret is configured.
    case noSecret
    /// Every configured secret is empty.
    case emptySecret
    /// No configured secret has the declared form.
    case unusableSecret
    /// More than ``SignatureVerifier/secretsMax`` secrets are configured.
    case tooManySecrets
    /// The scheme is judged by whoever knows the address or has the plugin, not by the request's signature.
    case notJudgedHere

    /// What a person can do about it.
    public var remedy: String {
        switch self {
        case .missingHeader: "Check that the provider signs this webhook and that no proxy removes its headers."
        case .repeatedHeader: "Send the signature headers once; look for a proxy that doubles them."
        case .headerTooLong: "Look at who sends this; no provider writes a signature header of this length."
        case .malformedHeader: "Check that the sender is the provider that this address belongs to."
        case .noSupportedSignature: "Check the provider's signature version against the mapping's \"verify\"."
        case .tooManySignatures: "Look at who sends this; end a secret rotation that was left open."
        case .missingTimestamp: "Check that the sender is this provider and that no proxy removes its headers."
        case .repeatedTimestamp: "Look at who sends this; the provider states the time of signing once."
        case .malformedTimestamp: "Look at who sends this; the provider writes the time of signing as a number."
        case .staleTimestamp: "Compare this machine's clock with the true time; an old webhook must be sent anew."
        case .futureTimestamp: "Compare this machine's clock with the true time; it seems to be slow."
        case .missingID: "Check that no proxy removes the header with the webhook's id."
        case .signatureMismatch:
            "Compare the configured secret with the one of this endpoint (test and live differ), and check that "
                + "nothing between the provider and here changes the body."
        case .credentialMismatch:
            "Compare the configured secret with what is set at the provider (test and live differ)."
        case .noSecret: "Configure the secret of this provider instance."
        case .emptySecret: "The configured secret is empty; check the environment variable or file that it comes from."
        case .unusableSecret: "The configured secret does not have the form that this provider uses; copy it whole."
        case .notJudgedHere:
            "Use the engine, which compares addresses and has plugins, to judge this provider's webhooks."
        case .tooManySecrets: "Remove secrets that are no longer in use."
        }
    }

    /// Whether the cause is our own configuration and not the request.
    public var isConfigurationFault: Bool {
        switch self {
        case .noSecret, .emptySecret, .unusableSecret, .tooManySecrets, .notJudgedHere: true
        case .missingHeader, .repeatedHeader, .headerTooLong, .malformedHeader, .noSupportedSignature,
            .tooManySignatures, .missingTimestamp, .repeatedTimestamp, .malformedTimestamp, .staleTimestamp,
            .futureTimestamp, .missingID, .signatureMismatch, .credentialMismatch:
            false
        }
    }
}

extension Refusal: CustomStringConvertible {
    /// The stable name.
    public var description: String { rawValue }
}
