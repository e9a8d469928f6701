// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// How much of a sale is given back, whatever the order in which that was told.
struct CorrectedAmount {
    private var refunds: [String: Int64] = [:]
    private var reversals: [String: Int64?] = [:]
    private var lost: [String: Int64] = [:]
    private var won: [String: Int64?] = [:]
    private var cumulative: Int64 = 0

    /// Takes what the corrections of one sale say, as far as their kind is in `kinds`.
    init(_ corrections: [Correction], kinds: Set<EventKind>) {
        for correction in corrections where kinds.contains(correction.kind) {
            let subject = correction.subject
            switch correction.kind {
            case .refundSucceeded:
                if let amount = correction.amount { refunds[subject] = max(refunds[subject] ?? 0, amount) }
                cumulative = max(cumulative, correction.cumulative ?? 0)
            case .refundReversed:
                Self.enter(correction.amount, of: subject, into: &reversals)
            case .disputeLost:
                if let amount = correction.amount { lost[subject] = max(lost[subject] ?? 0, amount) }
            case .disputeWon:
                Self.enter(correction.amount, of: subject, into: &won)
            case .disputeOpened, .clickRecorded, .customerCreated, .checkoutCompleted, .paymentSucceeded,
                .paymentLinked, .paymentFailed, .subscriptionCreated, .subscriptionTrialStarted, .subscriptionActivated,
                .subscriptionRenewed, .subscriptionChanged, .subscriptionCancelScheduled, .subscriptionUncanceled,
                .subscriptionPaused, .subscriptionResumed, .subscriptionEnded, .orderCanceled, .milestoneReached,
                .endpointTest:
                break
            }
        }
    }

    /// Gross in minor units, never more than the sale and never less than nothing.
    ///
    /// Refunds are told one by one, as a running sum, or both; the greater of the two stories counts. A reversal takes
    /// away from the single refund that it undoes, and from the highest running sum, which was told before it. A dispute
    /// that was won gives back what was lost to it; one that was never lost has nothing to give.
    func amount(ofSale total: Int64) -> Int64 {
        var single: Int64 = 0
        for (subject, amount) in refunds {
            single = single.addingClamped(amount - min(amount, reversed(subject)))
        }
        var undone: Int64 = 0
        for subject in reversals.keys { undone = undone.addingClamped(reversed(subject)) }
        var sum = max(single, cumulative.addingClamped(-undone), 0)
        for (subject, amount) in lost {
            let regained = won[subject].map { min(amount, $0 ?? amount) } ?? 0
            sum = sum.addingClamped(amount - regained)
        }
        return min(max(total, 0), sum)
    }

    /// Enters what takes something back; an amount goes before none, and the greater before the lesser.
    private static func enter(_ amount: Int64?, of subject: String, into table: inout [String: Int64?]) {
        let known = table[subject] ?? nil
        table[subject] = .some(known.map { max($0, amount ?? $0) } ?? amount)
    }

    /// What a reversal takes back of its refund; all of it where it states no amount.
    private func reversed(_ subject: String) -> Int64 {
        guard let reversal = reversals[subject] else { return 0 }
        guard let refund = refunds[subject] else { return reversal ?? 0 }
        return min(refund, reversal ?? refund)
    }
}

extension Int64 {
    /// The sum, or the nearest value that fits.
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
