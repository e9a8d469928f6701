// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What arrived: one HTTP request of a payment provider, untouched.
public struct Webhook: Sendable, Hashable {
    /// Name of the provider instance, the last part of the path: `/webhooks/shop-eu`.
    public var provider: String

    /// The request's header fields.
    public var headers: HeaderFields

    /// The raw body, byte for byte; signatures are made over exactly these bytes.
    public var body: [UInt8]

    /// Creates a webhook.
    public init(provider: String, headers: HeaderFields, body: [UInt8]) {
        self.provider = provider
        self.headers = headers
        self.body = body
    }
}
