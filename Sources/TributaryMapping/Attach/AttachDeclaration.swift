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

    /// How the identifiers stand at a place; the raw values are those of the mapping file.
    public enum Form: String, Sendable, Hashable, CaseIterable {
        /// As members of an object.
        case bag
        /// As one text of pairs, `a=1;b=2`.
        case pairs
        /// As the query of an address.
        case query
        /// One id and nothing else.
        case id
    }

    /// The only sort of checkout that takes a place.
    public enum Purpose: String, Sendable, Hashable, CaseIterable {
        /// A subscription.
        case subscription
        /// A single payment.
        case oneTime = "one_time"
    }

    /// How the identifiers stand there.
    public var form: Form

    /// The only sort of checkout that takes it; `nil` for any.
    public var purpose: Purpose?

    /// What the place is good for.
    public var why: String?
}
