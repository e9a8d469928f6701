// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Ledger {
    /// What is known about the subscription of an event.
    mutating func subscriptionFacts(
        of event: Event,
        in scope: Scope
    ) throws(Book.Failure) -> SubscriptionFacts? {
        guard event.kind == .paymentSucceeded, let ref = event.subscription.ref else { return nil }
        switch event.phase {
        case nil, .renewal: return try book.subscription(ref, in: scope)
        case .oneTime, .first, .trialConversion, .change, .other: return nil
        }
    }

    /// Notes trials and first payments of a subscription.
    mutating func noteSubscription(of event: Event, _ entry: EventEntry) throws(Book.Failure) {
        guard let ref = event.subscription.ref, !ref.isEmpty else { return }
        let isPayment = event.kind == .paymentSucceeded
        let isFree = isPayment && event.total?.minor == 0
        let inTrial = event.subscription.trialEnd.map { $0 > event.time } ?? false
        let marksTrial = event.kind == .subscriptionTrialStarted || isFree || (!isPayment && inTrial)
        guard marksTrial || (isPayment && entry.siblingOf == nil) else { return }
        let before = try book.subscription(ref, in: entry.scope)
        var facts = before ?? SubscriptionFacts()
        if marksTrial { facts.hadTrial = true }
        if isPayment, !isFree, entry.siblingOf == nil, event.time < facts.firstPaymentAt ?? .distantFuture {
            facts.firstPayment = entry.number
            facts.firstPaymentAt = event.time
        }
        if facts != before { try book.save(facts, of: ref, in: entry.scope) }
    }

    /// Completes the phase of a subscription's payment by what a mapping, which sees one webhook at a time, cannot know.
    ///
    /// Stripe bills the first payment after a trial as an ordinary cycle, so that its mapping must call it a renewal. PayPal
    /// and others do not say at all which payment of a subscription this is; their mappings leave the phase open, and the
    /// earliest payment that is known becomes the first one.
    func settledPhase(of event: Event, number: Int64, _ facts: SubscriptionFacts?) -> Event {
        guard let facts else { return event }
        var result = event
        switch (facts.firstPayment == number, facts.hadTrial) {
        case (true, true): result.phase = .trialConversion
        case (true, false): result.phase = event.phase ?? .first
        case (false, _): result.phase = event.phase ?? .renewal
        }
        return result
    }
}

extension Timestamp {
    /// Later than any event.
    fileprivate static let distantFuture = Timestamp(unixMilliseconds: .max)
}
