// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a webhook says of itself, whatever it means.
public struct WebhookFacts: Sendable, Hashable {
    /// The provider's event id, or a digest where it gives none: drops the same webhook sent twice.
    public var id: String

    /// Whether ``id`` is a digest.
    public var idIsDigest: Bool

    /// The provider's event type; `nil` where the body does not say.
    public var type: String?

    /// When it happened, where the body says so readably.
    public var time: Timestamp?

    /// Whether this is real money, where the body says so readably.
    public var live: Bool?

    /// The provider's API version, where the body says so.
    public var api: String?

    init(id: String) {
        self.id = id
        idIsDigest = false
    }
}
