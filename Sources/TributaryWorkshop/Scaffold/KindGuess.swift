// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// What a type's words and the object's state mean in the common vocabulary.
struct KindGuess: Sendable, Hashable {
    /// The kind; `nil` where nobody has decided yet.
    var kind: EventKind?
    /// Why.
    var reason: String
    /// Whether the object's state had a say, so that the rule has to ask for it.
    var asksState = false

    private init(_ kind: EventKind?, _ reason: String, asksState: Bool = false) {
        self.kind = kind
        self.reason = reason
        self.asksState = asksState
    }

    /// What is looked at.
    struct Evidence: Sendable {
        /// Words of the type; empty where there is none.
        var type: [String]
        /// Words of the object's status; empty where there is none.
        var state: [String]
        /// Words of further fields that say what it is, such as `action`.
        var action: [String]
        /// Whether there is an amount of money.
        var hasAmount: Bool
        /// Whether a name of an amount speaks of refunds and no other amount is there.
        var isRefundShape: Bool
        /// Whether the subscription goes on until a later time.
        var endsLater: Bool
        /// Words of what the object is.
        var object: [String]
    }

    static let good = [
        "paid", "succeeded", "success", "successful", "completed", "complete", "captured", "settled", "processed",
        "approved", "accepted", "finished", "active", "confirmed",
        "collected", "cleared", "done", "received", "ok", "final", "executed", "fulfilled",
    ]
    private static let bad = [
        "failed", "failure", "declined", "denied", "rejected", "canceled", "cancelled", "expired", "void", "voided",
        "pending", "open", "processing", "unpaid", "draft", "requires", "created", "authorized", "initiated",
    ]
    private static let paidWords = [
        "paid", "succeeded", "success", "successful", "captured", "settled", "charged", "completed", "complete",
        "collected", "cleared", "done", "received", "fulfilled",
    ]
    private static let undone = [
        "reversed", "reversal", "pending", "voided", "void", "canceled", "cancelled", "expired", "authorized",
        "approved",
    ]
    private static let refundedStates = ["refunded", "refund", "partial"]

    static func of(_ evidence: Evidence) -> KindGuess {
        let type = evidence.type
        if type.has("ping", "test", "webhook") && !evidence.hasAmount { return .init(nil, "a test of the endpoint") }
        if type.has("refund", "refunded", "refunds", "reimbursed", "reimbursement", "returned")
            || type.has("adjustment", "credit") && evidence.action.has("refund")
        {
            return refund(evidence)
        }
        if type.has("dispute", "disputes", "disputed", "chargeback", "chargebacks", "contested") {
            return dispute(evidence)
        }
        let isFailure =
            type.has("failed", "failure", "declined", "denied", "unpaid", "refused", "bounced", "unsuccessful")
            || type.has("past") && type.has("due")
        if isFailure { return .init(.paymentFailed, "the type says that collecting failed") }
        let isUndone = type.contains(where: undone.contains)
        let isPaid = !isUndone && (type == ["sale"] || type.contains(where: paidWords.contains))
        let isSubscription =
            type.has("subscription", "subscriptions", "membership", "memberships", "cancellation", "agreement")
            || type.has("plan") && !type.has("payment")
        if isPaid && (evidence.hasAmount || type.has("paid", "charged", "captured", "succeeded", "success"))
            && !(isSubscription && type.has("completed", "complete")) && !type.has("trial")
        {
            return paid(evidence, isSubscription: isSubscription)
        }
        if isSubscription { return subscription(evidence) }
        return rest(evidence, isPaid: isPaid)
    }

    private static func refund(_ evidence: Evidence) -> KindGuess {
        if evidence.type.has("failed", "rejected", "canceled", "cancelled", "declined") {
            return .init(nil, "a refund that did not happen moves no money")
        }
        if evidence.type.has("reversed") { return .init(.refundReversed, "the type says that a refund was reversed") }
        let states = evidence.state
        if states.has("failed", "rejected", "canceled", "cancelled", "declined", "pending", "requires", "created") {
            return .init(nil, "the refund's status says that no money has moved", asksState: true)
        }
        let isSettled = good.contains { states.contains($0) } || refundedStates.contains { states.contains($0) }
        return .init(
            .refundSucceeded,
            "the type says refund" + (isSettled ? ", and the status that it is done" : ""),
            asksState: isSettled
        )
    }

    private static func dispute(_ evidence: Evidence) -> KindGuess {
        let type = evidence.type
        if type.has("won") { return .init(.disputeWon, "the type says that the dispute was won") }
        if type.has("lost") { return .init(.disputeLost, "the type says that the dispute was lost") }
        if evidence.state.has("won") {
            return .init(.disputeWon, "the status says that the dispute was won", asksState: true)
        }
        if evidence.state.has("lost") {
            return .init(.disputeLost, "the status says that the dispute was lost", asksState: true)
        }
        let isOpening =
            type.has(
                "created",
                "opened",
                "open",
                "initiated",
                "raised",
                "filed",
                "received",
                "started",
                "disputed",
                "contested"
            )
            || type.count == 1
        guard isOpening else { return .init(nil, "a step of a dispute that decides nothing") }
        return .init(.disputeOpened, "the type says that a dispute began")
    }

    private static func paid(_ evidence: Evidence, isSubscription: Bool) -> KindGuess {
        let states = evidence.state
        let isGood = good.contains { states.contains($0) }
        if !isGood, let word = bad.first(where: { states.contains($0) }), !isSubscription {
            return .init(nil, "the status \"\(word)\" says that no money was received", asksState: true)
        }
        if !evidence.hasAmount, evidence.type.has("checkout", "session") {
            return .init(.checkoutCompleted, "a checkout was finished and no amount is stated")
        }
        return .init(
            .paymentSucceeded,
            "the type says that money was received" + (isGood ? ", and so does the status" : ""),
            asksState: isGood && !isSubscription
        )
    }

    private static func subscription(_ evidence: Evidence) -> KindGuess {
        let type = evidence.type
        let inTrial = evidence.state.has("trial", "trialing", "trialling")
        if type.has("trial", "trialing") {
            if type.has("will", "ending", "ended", "end") {
                return .init(nil, "the end of a trial says nothing of money")
            }
            return .init(.subscriptionTrialStarted, "the type says that a trial began")
        }
        if type.has("created", "create", "started", "activated", "active", "authenticated"), inTrial {
            return .init(
                .subscriptionTrialStarted,
                "the type says that it began, the status that it is a trial",
                asksState: true
            )
        }
        let table: [(words: [String], kind: EventKind, says: String)] = [
            (["uncanceled", "uncancelled"], .subscriptionUncanceled, "a scheduled end was taken back"),
            (["created", "create", "started", "begun", "opened"], .subscriptionCreated, "it exists now"),
            (["activated", "active"], .subscriptionActivated, "it became active"),
            (["renewed"], .subscriptionRenewed, "a further period began"),
            (
                [
                    "deleted", "expired", "ended", "revoked", "inactivated", "completed", "terminated", "stopped",
                    "lapsed",
                ],
                .subscriptionEnded, "it is over"
            ),
            (["resumed", "unpaused", "reactivated", "restarted"], .subscriptionResumed, "collection goes on"),
            (["paused", "halted", "hold", "suspended"], .subscriptionPaused, "collection is suspended"),
            (["changed", "upgraded", "downgraded", "switched"], .subscriptionChanged, "the plan changed"),
        ]
        for row in table where type.contains(where: { row.words.contains($0) }) {
            return .init(row.kind, "the type says of the subscription: \(row.says)")
        }
        guard type.has("canceled", "cancelled", "cancel", "cancellation") else {
            return .init(nil, "nobody decided yet what this means for the subscription")
        }
        return evidence.endsLater || type.has("scheduled")
            ? .init(.subscriptionCancelScheduled, "cancelled, with an end that lies later")
            : .init(.subscriptionEnded, "the type says that it was cancelled, and no later end is stated")
    }

    private static func rest(_ evidence: Evidence, isPaid: Bool) -> KindGuess {
        let type = evidence.type
        let isGood = good.contains { evidence.state.contains($0) }
        if type.has("order"), type.has("canceled", "cancelled") {
            return .init(.orderCanceled, "the type says that an order was cancelled")
        }
        if type.has("customer"), type.has("created") {
            return .init(.customerCreated, "the type says that a customer exists now")
        }
        if type.has("checkout"), isPaid {
            return .init(.checkoutCompleted, "a checkout was finished and no amount is stated")
        }
        let isMoney =
            type.isEmpty
            || type.has(
                "created",
                "capture",
                "transaction",
                "payment",
                "order",
                "charge",
                "card",
                "sale",
                "purchase",
                "invoice",
                "donation"
            )
        if evidence.hasAmount, evidence.isRefundShape, type.isEmpty, isGood {
            return .init(
                .refundSucceeded,
                "there is no type; its one amount is called a refund and the status says it is done",
                asksState: true
            )
        }
        if evidence.hasAmount, isMoney, isGood, !type.has("updated", "refund"), !type.contains(where: undone.contains) {
            return .init(.paymentSucceeded, "there is an amount and the status says that it was paid", asksState: true)
        }
        return .init(nil, "nobody decided yet")
    }
}
