// SPDX-License-Identifier: Apache-2.0

public import TributarySigning

/// What a verifier wants next, or its verdict on one webhook.
public enum VerifierStep: Sendable, Hashable {
    /// The webhook is the provider's own.
    case genuine
    /// It is not proven to be the provider's; answered with 400.
    case refused(Refused)
    /// Make this call and come back with the result.
    case call(VerifierCall)
    /// It cannot be judged now; answered with 503, so that the provider sends it again.
    case unavailable(Unavailable)

    /// Why a webhook is not genuine.
    public struct Refused: Sendable, Hashable {
        /// Stable name for logs and metrics, for example `signatureMismatch`.
        public var code: String
        /// What a person can do about it; shown to the sender, so without anything that helps a forger.
        public var remedy: String

        /// Creates a refusal of a plugin's own.
        public init(code: String, remedy: String) {
            self.code = code
            self.remedy = remedy
        }

        /// One of the refusals that all schemes share.
        public init(_ refusal: Refusal) { self.init(code: refusal.rawValue, remedy: refusal.remedy) }
    }

    /// Why a webhook cannot be judged now.
    public struct Unavailable: Sendable, Hashable {
        /// Why, stable and short, for logs: `certificateNotFetched`.
        public var reason: String
        /// When the provider shall come again; the host makes it at least 1 second and at most an hour.
        public var retryAfter: Duration
        /// Cache keys whose results have turned out to be useless, such as a token that was refused.
        public var forgetting: Set<String>

        /// Creates the verdict.
        public init(reason: String, retryAfter: Duration = .seconds(30), forgetting: Set<String> = []) {
            self.reason = reason
            self.retryAfter = retryAfter
            self.forgetting = forgetting
        }
    }

    /// Not the provider's, for one of the reasons that all schemes share.
    public static func refused(_ refusal: Refusal) -> VerifierStep { .refused(Refused(refusal)) }
}
