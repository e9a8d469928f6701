// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

/// A verifier together with everything that the conformance kit needs to put it to the test.
public struct VerifierSubject: Sendable {
    /// The verifier.
    public var verifier: any Verifier

    /// A webhook that is genuine at ``now``, every byte of whose body is signed.
    public var webhook: Webhook

    /// The secrets of the provider instance; the last one alone proves the webhook, if any does.
    public var secrets: [Secret]

    /// The header fields without any one of which the webhook is not proven.
    public var provingHeaders: [String]

    /// The moment of arrival.
    public var now: Timestamp

    /// Creates a subject.
    public init(
        verifier: any Verifier,
        webhook: Webhook,
        secrets: [Secret],
        provingHeaders: [String],
        now: Timestamp
    ) {
        self.verifier = verifier
        self.webhook = webhook
        self.secrets = secrets
        self.provingHeaders = provingHeaders
        self.now = now
    }
}
