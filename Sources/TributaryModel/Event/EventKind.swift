// SPDX-License-Identifier: Apache-2.0

/// What happened, in the one vocabulary that all providers and platforms share.
///
/// Closed: a new kind is a new version of the model. Money moves only in `payment.*`, `refund.*` and `dispute.*`.
public enum EventKind: String, Sendable, Hashable, CaseIterable {
    /// Somebody came through a partner's link; nobody is known yet and no money moves.
    case clickRecorded = "click.recorded"
    /// A person became known to the provider or to the merchant.
    case customerCreated = "customer.created"
    /// A checkout was finished; the money, if any, is told by a payment of its own.
    case checkoutCompleted = "checkout.completed"
    /// Money was received.
    case paymentSucceeded = "payment.succeeded"
    /// Ids of one payment became known to belong together; no money moves and nobody is told.
    case paymentLinked = "payment.linked"
    /// An attempt to collect money failed.
    case paymentFailed = "payment.failed"
    /// Money was given back, in part or in whole.
    case refundSucceeded = "refund.succeeded"
    /// A refund was undone: the merchant has the money again.
    case refundReversed = "refund.reversed"
    /// The buyer's bank asks for the money back.
    case disputeOpened = "dispute.opened"
    /// The merchant keeps the money.
    case disputeWon = "dispute.won"
    /// The money went back to the buyer.
    case disputeLost = "dispute.lost"
    /// A subscription exists.
    case subscriptionCreated = "subscription.created"
    /// A trial began.
    case subscriptionTrialStarted = "subscription.trial_started"
    /// A subscription left its trial or its incomplete state and runs.
    case subscriptionActivated = "subscription.activated"
    /// A further period began; the money is told by a payment of its own.
    case subscriptionRenewed = "subscription.renewed"
    /// Plan, price or quantity changed.
    case subscriptionChanged = "subscription.changed"
    /// The subscription will end at a known time.
    case subscriptionCancelScheduled = "subscription.cancel_scheduled"
    /// A scheduled end was taken back.
    case subscriptionUncanceled = "subscription.uncanceled"
    /// Collection is suspended.
    case subscriptionPaused = "subscription.paused"
    /// Collection goes on after a pause.
    case subscriptionResumed = "subscription.resumed"
    /// The subscription is over.
    case subscriptionEnded = "subscription.ended"
    /// An order was canceled before money moved.
    case orderCanceled = "order.canceled"
    /// The merchant's own named step was reached: activation, first project, demo.
    case milestoneReached = "milestone.reached"
    /// The provider tests whether the endpoint answers.
    case endpointTest = "endpoint.test"
}

extension EventKind {
    /// What a kind does to the books.
    public enum MoneyMovement: Sendable, Hashable {
        /// Nothing.
        case none
        /// Money comes in.
        case payment
        /// Money goes out again, or a claim to that is opened or decided.
        case correction
    }

    /// What this kind does to the books.
    public var movement: MoneyMovement {
        switch self {
        case .paymentSucceeded: .payment
        case .refundSucceeded, .refundReversed, .disputeOpened, .disputeWon, .disputeLost: .correction
        case .clickRecorded, .customerCreated, .checkoutCompleted, .paymentLinked, .paymentFailed, .subscriptionCreated,
            .subscriptionTrialStarted,
            .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged, .subscriptionCancelScheduled,
            .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed, .subscriptionEnded, .orderCanceled,
            .milestoneReached, .endpointTest:
            .none
        }
    }
}

/// Which payment of a customer's life this is.
public enum Phase: String, Sendable, Hashable, CaseIterable {
    /// A purchase without a subscription.
    case oneTime = "one_time"
    /// The first payment of a subscription.
    case first
    /// The first payment after a trial.
    case trialConversion = "trial_conversion"
    /// A further period of a subscription.
    case renewal
    /// A payment caused by a changed plan or quantity.
    case change
    /// Anything else.
    case other
}
