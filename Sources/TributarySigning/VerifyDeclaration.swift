// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// How a provider proves that a webhook is its own: the `verify` object of a mapping file as a value.
///
/// Pure data; ``SignatureVerifier`` checks webhooks by it and ``WebhookSigner`` makes genuine ones.
public indirect enum VerifyDeclaration: Sendable, Hashable {
    /// A keyed digest over the body and whatever else the provider signs.
    case hmac(HMACDeclaration)

    /// A shared text in a header; it does not bind the body.
    case token(TokenDeclaration)

    /// HTTP Basic (RFC 7617), the secret being `user:password`; it does not bind the body.
    case basic

    /// Nothing in the request, only an unguessable last part of its address; it does not bind the body.
    ///
    /// The address is the server's business: ``SignatureVerifier`` refuses such a webhook, whoever sent it.
    case path

    /// Alternatives, each with its own header: a request is judged by the first whose header is there.
    ///
    /// Read by ``init(json:at:)`` only where no scheme that does not bind the body comes before one that does, so that a
    /// forged weak header beside a strong one never wins.
    case any([VerifyDeclaration])

    /// What a plugin of that name does; ``SignatureVerifier`` refuses such a webhook, whoever sent it.
    case plugin(String)

    /// Nothing: everybody can send. The engine must demand an explicit permission, see ``isUnauthenticated``.
    case unauthenticated

    /// Whether every request passes, whoever sent it.
    public var isUnauthenticated: Bool { self == .unauthenticated }

    /// Whether a genuine request proves its body too; otherwise who has seen one request can forge others.
    ///
    /// A plugin says so itself; here it is said not to.
    public var bindsBody: Bool {
        switch self {
        case .hmac: true
        case .token, .basic, .path, .plugin, .unauthenticated: false
        case .any(let alternatives): alternatives.allSatisfy(\.bindsBody)
        }
    }

    /// Whether the provider instance needs at least one secret; a plugin says so itself.
    public var needsSecret: Bool {
        switch self {
        case .hmac, .token, .basic, .any: true
        case .path, .plugin, .unauthenticated: false
        }
    }

    /// The header by which a request shows that it is to be judged by this scheme; `nil` where there is none.
    public var header: String? {
        switch self {
        case .hmac(let declaration): declaration.header
        case .token(let token): token.header
        case .basic: "Authorization"
        case .path, .any, .plugin, .unauthenticated: nil
        }
    }

    /// Stripe, as its own libraries check it, and in addition no more than the tolerance in the future.
    public static let stripe = VerifyDeclaration.hmac(Preset.stripe.declaration)

    /// Standard Webhooks with symmetric keys.
    public static let standardWebhooks = VerifyDeclaration.hmac(Preset.standardWebhooks.declaration)

    /// What is wrong with a secret for this scheme, to be asked when the configuration is read.
    ///
    /// - Parameter secret: One of the provider instance's secrets.
    /// - Returns: The first problem found; `nil` when the secret is usable.
    public func problem(with secret: Secret) -> SecretProblem? {
        switch self {
        case .hmac(let declaration): declaration.key.problem(with: secret)
        case .token: SecretProblem.inText(secret)
        case .basic: SecretProblem.inCredentials(secret)
        case .any(let alternatives): Self.problem(with: secret, in: alternatives)
        case .path, .plugin, .unauthenticated: nil
        }
    }

    /// A secret that one alternative can use is fine; otherwise what keeps it from the first, which is the strongest.
    private static func problem(with secret: Secret, in alternatives: [VerifyDeclaration]) -> SecretProblem? {
        let problems = alternatives.map { $0.problem(with: secret) }
        return problems.contains(nil) ? nil : problems.first ?? .empty
    }
}

extension VerifyDeclaration {
    /// A scheme that several providers share, known by name.
    public enum Preset: String, Sendable, Hashable, CaseIterable {
        /// Header `Stripe-Signature`.
        ///
        /// Source: stripe/stripe-python, stripe/_webhook.py; stripe/stripe-node, src/Webhooks.ts.
        case stripe

        /// Headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.
        ///
        /// Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
        case standardWebhooks = "standard-webhooks"

        /// The parts that the name stands for.
        public var declaration: HMACDeclaration {
            switch self {
            case .stripe:
                HMACDeclaration(
                    unchecked: .sha256,
                    header: "Stripe-Signature",
                    signature: .pairs(key: "v1", by: ",", is: "="),
                    message: [.timestamp, .text("."), .body],
                    encoding: .hex,
                    key: .text,
                    timestamp: HMACDeclaration.Time(place: .pair("t"))
                )
            case .standardWebhooks:
                HMACDeclaration(
                    unchecked: .sha256,
                    header: "webhook-signature",
                    signature: .pairs(key: "v1", by: " ", is: ","),
                    message: [.id, .text("."), .timestamp, .text("."), .body],
                    encoding: .base64,
                    key: .whsec,
                    timestamp: HMACDeclaration.Time(place: .header("webhook-timestamp")),
                    idHeader: "webhook-id"
                )
            }
        }
    }
}
