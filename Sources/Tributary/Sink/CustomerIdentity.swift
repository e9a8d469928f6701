// SPDX-License-Identifier: Apache-2.0

/// Which id a platform is told as the customer's: what a sink's `"customer_id"` says.
public enum CustomerIdentity: String, CaseIterable, Sendable {
    /// The merchant's own user id.
    case user
    /// The provider's customer id.
    case provider

    /// The identifier that it is.
    public var identifier: SinkCapabilities.Identifier {
        switch self {
        case .user: .user
        case .provider: .customer
        }
    }

    /// The ids of that sort that are known of a person.
    public func ids(of person: ForgottenPerson) -> [String] {
        switch self {
        case .user: person.users
        case .provider: person.customers
        }
    }
}
