// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// One buyer of a story, with the ids that shop and provider give.
struct Buyer: Sendable {
    /// Where the shop puts the thread from the click to the money; renewals carry nothing in any case.
    enum Thread: CaseIterable, Sendable {
        /// Click and user in the session's metadata.
        case session
        /// The click alone in the session's metadata; the sign-up names the user.
        case sessionClick
        /// The user alone in the session's metadata; the sign-up names the click.
        case sessionUser
        /// Click and user in the metadata of session and subscription, which the first invoices copy.
        case subscription
        /// The user in the provider's customer; nothing in the checkout.
        case customer
    }

    /// What becomes of the sign-up.
    enum SignUp: Sendable {
        /// The shop tells of it when it happens.
        case told
        /// The shop never tells of it; the checkout says who the buyer is.
        case untold
        /// The shop tells of it days after the first payment.
        case overdue
    }

    var name: String
    /// `nil` for a buyer whom nobody brought.
    var partner: String?
    var thread: Thread
    var release: StripeObject.Release
    var price: Money
    /// The part of the price that is tax.
    var tax: Int64
    /// The bytes of the click's id.
    var random: [UInt8]
    /// What becomes of the sign-up.
    var signUp = SignUp.told

    var user: String { "user_" + name }
    var customer: String { "cus_" + name }
    var subscription: String { "sub_" + name }
    var click: String { ClickID(random: random)?.text ?? "" }

    func invoice(_ position: Int) -> String { "in_\(name)_\(position)" }
    func intent(_ position: Int) -> String { "pi_\(name)_\(position)" }
    func charge(_ position: Int) -> String { "ch_\(name)_\(position)" }

    /// What the session's metadata say.
    var sessionMetadata: JSONValue {
        switch thread {
        case .session, .subscription: metadata(click: true, user: true)
        case .sessionClick: metadata(click: true, user: false)
        case .sessionUser: metadata(click: false, user: true)
        case .customer: [:]
        }
    }

    /// What the subscription's metadata say.
    var subscriptionMetadata: JSONValue { thread == .subscription ? metadata(click: true, user: true) : [:] }

    /// What the provider's customer says.
    var customerMetadata: JSONValue { thread == .customer ? metadata(click: false, user: true) : [:] }

    private func metadata(click hasClick: Bool, user hasUser: Bool) -> JSONValue {
        var members: [JSONValue.Member] = []
        if hasClick, partner != nil { members.append(.init("tributary_click", .string(click))) }
        if hasUser { members.append(.init("user_id", .string(user))) }
        return .object(members)
    }
}
