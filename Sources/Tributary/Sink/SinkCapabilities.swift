// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a platform can take, stated by its sink and used to plan deliveries.
public struct SinkCapabilities: Sendable, Hashable {
    /// How a platform takes refunds.
    public enum RefundSupport: String, Sendable, Hashable {
        /// Not at all; a refund needs a person.
        case none
        /// Only the whole sale.
        case full
        /// One partial or full refund for each sale.
        case once
        /// Any number of partial refunds.
        case partial
    }

    /// A way in which a platform finds the partner.
    public enum Identifier: String, Sendable, Hashable {
        /// The merchant's own user id.
        case user
        /// The provider's customer id.
        case customer
        /// A click id.
        case click
        /// A referral id of the platform.
        case referral
        /// The partner's public code.
        case code
        /// A coupon.
        case coupon
    }

    /// The kinds that the platform has a place for.
    public var kinds: Set<EventKind>

    /// The kinds that are sent when the configuration does not say.
    public var kindsByDefault: Set<EventKind>

    /// How refunds are taken.
    public var refunds: RefundSupport

    /// The identifiers that the platform understands, the preferred one first.
    public var identifiers: [Identifier]

    /// Metadata keys in which merchants put this platform's identifiers, and what each one is.
    public var parameters: [String: Identifier]

    /// Whether lead, sale and refund of one customer must arrive in that order.
    public var needsOrder: Bool

    /// Whether the platform can be told of nobody whose user id is not known, so that a sale waits for a late sign-up.
    public var needsUser: Bool

    /// How long a refund of a part waits for others of its sale, for a platform that takes one; zero for not at all.
    public var correctionHold: Duration

    /// Which amount of a sale the platform is told where the configuration does not say; see ``MoneyTerms``.
    public var amountByDefault: AmountBasis

    /// How many calls the platform takes, where its sink knows that beforehand.
    public var rate: CallRate?

    /// States what a platform can take; unless stated, everything of it is sent, in order, and refunds are not taken.
    public init(
        kinds: Set<EventKind>,
        kindsByDefault: Set<EventKind>? = nil,
        refunds: RefundSupport = .none,
        identifiers: [Identifier] = [],
        parameters: [String: Identifier] = [:],
        needsOrder: Bool = true,
        needsUser: Bool = false,
        correctionHold: Duration = .zero,
        amountByDefault: AmountBasis = .gross,
        rate: CallRate? = nil
    ) {
        self.kinds = kinds
        self.kindsByDefault = kindsByDefault ?? kinds
        self.refunds = refunds
        self.identifiers = identifiers
        self.parameters = parameters
        self.needsOrder = needsOrder
        self.needsUser = needsUser
        self.correctionHold = correctionHold
        self.amountByDefault = amountByDefault
        self.rate = rate
    }

    /// Everything that says something about a customer, in any order: what a sink of one's own takes.
    public static let wholeStory = SinkCapabilities(
        kinds: Set(EventKind.allCases).subtracting([.paymentLinked, .endpointTest]),
        refunds: .partial,
        needsOrder: false
    )
}
