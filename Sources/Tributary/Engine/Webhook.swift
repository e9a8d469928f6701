// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What arrived: one HTTP request of a payment provider, untouched.
public struct Webhook: Sendable, Hashable {
    /// Name of the provider instance, the last part of the path: `/webhooks/shop-eu`.
    public var provider: String

    /// What stood behind the name in the path, `/webhooks/gumroad/SECRET`; `nil` for nothing.
    ///
    /// A secret, because for some providers it is the only proof.
    public var path: Secret?

    /// The request's header fields.
    public var headers: HeaderFields

    /// The raw body, byte for byte; signatures are made over exactly these bytes.
    public var body: [UInt8]

    /// Creates a webhook.
    public init(provider: String, path: Secret? = nil, headers: HeaderFields, body: [UInt8]) {
        self.provider = provider
        self.path = path
        self.headers = headers
        self.body = body
    }
}
