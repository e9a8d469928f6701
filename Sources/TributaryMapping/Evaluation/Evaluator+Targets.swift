// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension Evaluator {
    /// Fills one target of an event.
    ///
    /// - Returns: Whether there was something to fill it with.
    func fill(
        _ event: inout Event,
        _ fill: PlannedRule.Fill,
        at node: JSONNode,
        _ state: inout WalkState
    ) throws(Fault) -> Bool {
        switch fill.target {
        case .time:
            guard let time = try time(fill.operation, at: node, &state) else { return false }
            event.time = time
        case .live:
            guard let live = try bool(fill.operation, at: node, &state) else { return false }
            event.live = live
        case .phase: event.phase = try word(fill.operation, at: node, "a phase", &state)
        case .milestone: event.milestone = try text(fill.operation, at: node, &state)
        case .customerUser: event.customer.user = try text(fill.operation, at: node, &state)
        case .customerRef: event.customer.ref = try text(fill.operation, at: node, &state)
        case .customerEmail: event.customer.email = try text(fill.operation, at: node, &state)
        case .click: event.attribution.click = try text(fill.operation, at: node, &state)
        case .referral: event.attribution.referral = try text(fill.operation, at: node, &state)
        case .code: event.attribution.code = try text(fill.operation, at: node, &state)
        case .coupon: event.attribution.coupon = try text(fill.operation, at: node, &state)
        case .params: event.attribution.params = try parameters(fill.operation, at: node, &state)
        case .amount(let field): event[field] = try money(fill.operation, at: node, &state)
        case .subscriptionRef: event.subscription.ref = try text(fill.operation, at: node, &state)
        case .interval: event.subscription.interval = try word(fill.operation, at: node, "an interval", &state)
        case .intervalCount: event.subscription.intervalCount = try integer(fill.operation, at: node, &state)
        case .trialEnd: event.subscription.trialEnd = try time(fill.operation, at: node, &state)
        case .lines: event.lines = try lines(fill.operation, at: node, &state)
        case .reference(let field): event[field] = try text(fill.operation, at: node, &state)
        case .raw(let name):
            guard let text = try text(fill.operation, at: node, &state) else { return false }
            event.raw.append(Attribution.Parameter(name, text))
        }
        return true
    }

    /// A text of a closed set of words.
    private func word<Word: RawRepresentable<String>>(
        _ number: Int32,
        at node: JSONNode,
        _ wanted: String,
        _ state: inout WalkState
    ) throws(Fault) -> Word? {
        let value = try value(number, at: node, &state)
        guard let text = try text(value) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw .invalid(within: "", path: place(of: value), reason: "the text is not \(wanted) of the common event")
        }
        return word
    }
}

extension Event {
    /// Name of the target that the event's kind cannot be without and that is empty.
    var missingTarget: String? {
        switch kind {
        case .paymentSucceeded, .paymentFailed, .disputeOpened, .disputeWon, .disputeLost:
            total == nil ? "total" : nil
        case .refundSucceeded, .refundReversed: total == nil && refundedTotal == nil ? "total" : nil
        case .milestoneReached: milestone == nil ? "milestone" : nil
        case .clickRecorded, .customerCreated, .checkoutCompleted, .paymentLinked, .subscriptionCreated,
            .subscriptionTrialStarted,
            .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged, .subscriptionCancelScheduled,
            .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed, .subscriptionEnded, .orderCanceled,
            .endpointTest:
            nil
        }
    }
}
