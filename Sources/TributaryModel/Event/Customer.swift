// SPDX-License-Identifier: Apache-2.0

/// The buyer, as far as an event knows.
public struct Customer: Sendable, Hashable {
    /// The merchant's own stable id of the person.
    public var user: String?

    /// The provider's id of the customer.
    public var ref: String?

    /// E-mail address; personal data, never logged.
    public var email: String?

    /// Creates a customer; what is not known stays `nil`.
    public init(user: String? = nil, ref: String? = nil, email: String? = nil) {
        self.user = user
        self.ref = ref
        self.email = email
    }

    /// Whether nothing is known.
    public var isEmpty: Bool { user == nil && ref == nil && email == nil }
}
