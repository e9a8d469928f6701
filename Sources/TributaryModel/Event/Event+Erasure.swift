// SPDX-License-Identifier: Apache-2.0

extension Event {
    /// What may stay of an event whose person was erased: what the money was, under ids of the transaction alone.
    ///
    /// A later refund still finds its sale, and the same money told again is still the same. Everything that names or
    /// follows the person is gone: customer, attribution, free texts, references of the merchant.
    ///
    /// - Parameter key: The business key that stays.
    /// - Returns: the event without the person.
    public func erased(keyed key: Reference) -> Event {
        // A merchant's backend often makes the id of a sign-up's message out of the id of the user.
        var facts = provider
        if kind.isKeyedByPerson { facts.event = key.id }
        let id = kind.isKeyedByPerson ? key.id : id
        var erased = Event(id: id, source: source, kind: kind, key: key, time: time, provider: facts)
        erased.aliases = kind.movement == .none && kind != .paymentLinked ? [] : aliases.filter { !$0.namesPerson }
        erased.live = live
        erased.phase = phase
        erased.milestone = milestone
        erased.total = total
        erased.subtotal = subtotal
        erased.revenue = revenue
        erased.tax = tax
        erased.shipping = shipping
        erased.discount = discount
        erased.fee = fee
        erased.refundedTotal = refundedTotal
        erased.subscription = subscription
        erased.lines = lines.map { line in
            Line(product: line.product, price: line.price, quantity: line.quantity, total: line.total)
        }
        return erased
    }
}

extension EventKind {
    /// Whether the business key is an id of a person and not of money, a subscription or a message.
    public var isKeyedByPerson: Bool {
        switch self {
        case .clickRecorded, .customerCreated, .milestoneReached: true
        case .checkoutCompleted, .paymentSucceeded, .paymentLinked, .paymentFailed, .refundSucceeded, .refundReversed,
            .disputeOpened, .disputeWon, .disputeLost, .subscriptionCreated, .subscriptionTrialStarted,
            .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged, .subscriptionCancelScheduled,
            .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed, .subscriptionEnded, .orderCanceled,
            .endpointTest:
            false
        }
    }
}

extension Reference {
    /// Whether it is the id of a person rather than of a transaction.
    public var namesPerson: Bool { ["customer", "user", "click", "lead", "email", "visitor"].contains(type) }
}
