// SPDX-License-Identifier: Apache-2.0

public import TributaryModel
import TributarySigning

/// A provider's way to prove a webhook that no declaration can express, as a pure state machine.
///
/// A verifier does no I/O, reads no clock and keeps no state: what it must fetch, the engine fetches for it, within limits
/// and through a cache. So every verifier can be tested without a socket and driven from another language.
public protocol Verifier: Sendable {
    /// Whether a genuine request proves every part of its body that is read; where not, the configuration must give the
    /// provider instance an unguessable path.
    var bindsBody: Bool { get }

    /// Whether the provider instance needs at least one entry in `"secrets"`.
    var needsSecret: Bool { get }

    /// What is wrong with one of the provider instance's secrets, as a remedy for the operator; `nil` when it is usable.
    ///
    /// Asked when the configuration is read. Unless stated: a secret is a text without blanks around it.
    func problem(with secret: Secret) -> String?

    /// The next step in judging one webhook.
    ///
    /// Called with no exchanges first; each ``VerifierStep/call(_:)`` is made, or answered from the cache, and comes back as
    /// one more exchange, until the verifier has a verdict. The same arguments always give the same step. After three
    /// exchanges no further call is made, and the provider is asked to come again.
    ///
    /// - Parameters:
    ///   - webhook: What arrived, untouched.
    ///   - secrets: The provider instance's secrets, any of which may have signed; an empty one never authenticates.
    ///   - now: The moment of arrival.
    ///   - exchanges: The calls made so far for this webhook, with their answers, oldest first.
    /// - Returns: what to do next.
    func step(for webhook: Webhook, secrets: [Secret], at now: Timestamp, after exchanges: [Exchange]) -> VerifierStep

    /// How long the result of a call with a cache key may serve other webhooks.
    ///
    /// The host keeps nothing longer than seven days, and a bounded number of results. Unless stated: an answer of success
    /// an hour, everything else a minute, so that forged webhooks cannot make a flood of calls.
    ///
    /// - Parameters:
    ///   - exchange: The call and its result.
    ///   - key: The call's ``VerifierCall/cacheKey``.
    ///   - now: The moment of arrival of the webhook for which the call was made.
    /// - Returns: the time; zero to keep nothing.
    func lifetime(of exchange: Exchange, under key: String, at now: Timestamp) -> Duration

    /// The header fields that make a body a genuine webhook, for trying out an installation and for tests.
    ///
    /// Unless stated, a verifier cannot sign.
    ///
    /// - Parameters:
    ///   - webhook: The request so far: the exact body, and header fields that take part.
    ///   - secret: The secret to sign with.
    ///   - id: An id for this webhook, for schemes that sign one.
    ///   - now: The moment of signing.
    /// - Returns: The header fields to add to the request.
    /// - Throws: ``VerifierSigningFailure``.
    func sign(_ webhook: Webhook, secret: Secret, id: String, at now: Timestamp) throws(VerifierSigningFailure)
        -> HeaderFields
}

extension Verifier {
    /// A secret is a text without blanks around it.
    public func problem(with secret: Secret) -> String? { SecretProblem.inText(secret)?.remedy }

    /// An answer of success an hour, everything else a minute.
    public func lifetime(of exchange: Exchange, under key: String, at now: Timestamp) -> Duration {
        guard case .answer(let answer) = exchange.result, answer.isSuccess else { return .seconds(60) }
        return .seconds(3600)
    }

    /// Refuses: the verifier cannot sign.
    public func sign(_ webhook: Webhook, secret: Secret, id: String, at now: Timestamp)
        throws(VerifierSigningFailure) -> HeaderFields
    {
        throw VerifierSigningFailure("this provider's webhooks cannot be signed here")
    }
}

/// A kind of verifier that a mapping can name: `"verify": { "plugin": "segment" }`.
public protocol VerifierPlugin: Sendable {
    /// Stable lower-case name, for example `segment`.
    static var name: String { get }

    /// One line for `tributary plugins` and error messages.
    static var summary: String { get }

    /// Creates a verifier from the settings of a provider instance that the engine itself does not know.
    ///
    /// - Throws: ``ConfigurationProblems`` with everything that is wrong, found through ``PluginSettings``.
    static func makeVerifier(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Verifier
}

/// Why a verifier made no signature: one sentence for the person at the command line, without a secret.
public struct VerifierSigningFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is missing or wrong.
    public var reason: String

    /// Creates a failure.
    public init(_ reason: String) { self.reason = reason }

    /// The reason.
    public var description: String { reason }
}
