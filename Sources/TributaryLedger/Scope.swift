// SPDX-License-Identifier: Apache-2.0

/// Where an id is unique: one provider instance, live or test money.
public struct Scope: Sendable, Hashable {
    /// Name of the provider instance; empty for the merchant's own ids.
    public var source: String

    /// Whether it is about real money.
    public var isLive: Bool

    /// Creates a scope.
    public init(source: String, isLive: Bool) {
        self.source = source
        self.isLive = isLive
    }

    /// The scope of the merchant's own user ids.
    ///
    /// They are the same whichever provider or backend names them; that is how a sign-up told by the merchant's backend
    /// meets the payment told by a provider. Test money still never meets real money.
    public var merchant: Scope { Scope(source: "", isLive: isLive) }
}
