// SPDX-License-Identifier: Apache-2.0

/// Where a merchant puts the affiliate identifiers when creating a checkout at the provider.
public struct AttachDeclaration: Sendable, Hashable {
    /// What the provider accepts there.
    public struct Limits: Sendable, Hashable {
        /// Number of entries at most.
        public var keys: Int?

        /// Characters of a name at most.
        public var keyLength: Int?

        /// Characters of a value at most.
        public var valueLength: Int?
    }

    /// Place in the request, for example `subscription_data.metadata`.
    public var to: String

    /// The provider's call, for example `POST /v1/checkout/sessions`.
    public var call: String

    /// What the provider accepts there.
    public var limits: Limits

    /// What the place is good for.
    public var why: String?
}
