// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// A person whom a platform shall forget.
public struct ForgottenPerson: Sendable, Hashable {
    /// The merchant's own user ids.
    public var users: [String]
    /// The provider's customer ids.
    public var customers: [String]
    /// E-mail addresses.
    public var emails: [String]
    /// What the platform gave us for deliveries about this person, oldest first.
    public var receipts: [Receipt]

    /// Creates a person.
    public init(users: [String] = [], customers: [String] = [], emails: [String] = [], receipts: [Receipt] = []) {
        self.users = users
        self.customers = customers
        self.emails = emails
        self.receipts = receipts
    }
}

/// A sale as a platform lists it.
public struct ListedSale: Sendable, Hashable {
    /// The idempotency key under which it was told; `nil` where the platform does not give it back.
    public var key: String?
    /// The platform's own id.
    public var id: String
    /// The amount as it stands, what was given back taken off; `nil` where the platform does not say.
    public var amount: Money?
    /// Whether the amount is that of the sale all the same, because the platform lists refunds by themselves.
    public var isAsSold: Bool
    /// The platform's word for its state, for example `approved`.
    public var state: String
    /// When it was made, where the platform says.
    public var time: Timestamp?

    /// Creates a sale.
    public init(
        key: String?,
        id: String,
        amount: Money? = nil,
        isAsSold: Bool = false,
        state: String,
        time: Timestamp? = nil
    ) {
        self.key = key
        self.id = id
        self.amount = amount
        self.isAsSold = isAsSold
        self.state = state
        self.time = time
    }
}

/// The next step of listing what a platform has.
public enum ListStep: Sendable, Hashable {
    /// Make this call and come back with the answer.
    case call(Call)
    /// Everything between the two times; `isWhole` is false where a limit cut it short.
    case sales([ListedSale], isWhole: Bool)
    /// It cannot be listed, for this reason.
    case unavailable(String)
}

extension Sink {
    /// The next step of checking the key by a call without side effects; ends as delivered where the key is good.
    ///
    /// Unless a sink says otherwise its platform has no such call.
    public func probe(after exchanges: [Exchange]) -> Step {
        .end(.init(.notApplicable, reason: "the platform has no call that only checks the key"))
    }

    /// The next step of making the platform forget a person; unless a sink says otherwise, it cannot.
    public func forget(_ person: ForgottenPerson, after exchanges: [Exchange]) -> Step {
        .end(.init(.needsHuman, reason: "the platform has no call that erases a person; ask it to, in its dashboard"))
    }

    /// The next step of listing the platform's sales between two times, for comparison with the books.
    public func list(from start: Timestamp, to end: Timestamp, after exchanges: [Exchange]) -> ListStep {
        .unavailable("the platform has no call that lists sales")
    }
}
