// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What two mappings count as paid, refunded and disputed, in each currency.
///
/// Sums the totals of all events, before a ledger drops those that tell of the same money. Refunds that state only the
/// sum so far (`refunded_total`) are left out: adding sums up would mean nothing.
public struct MoneySums: Sendable, Hashable {
    /// What is summed up apart.
    public struct Key: Sendable, Hashable, Comparable {
        /// The kind of the events.
        public var kind: EventKind
        /// The currency of the totals.
        public var currency: Currency

        /// By kind, then by currency.
        public static func < (a: Key, b: Key) -> Bool {
            (a.kind.rawValue, a.currency.code) < (b.kind.rawValue, b.currency.code)
        }
    }

    /// An old sum and a new one, in the currency's smallest unit.
    public struct Pair: Sendable, Hashable {
        /// The sum under the old mapping.
        public var old: Int128 = 0
        /// The sum under the new mapping.
        public var new: Int128 = 0
    }

    /// The sums.
    public private(set) var pairs: [Key: Pair] = [:]

    mutating func add(_ old: [Event], _ new: [Event]) {
        for event in old { add(event) { $0.old += $1 } }
        for event in new { add(event) { $0.new += $1 } }
    }

    private mutating func add(_ event: Event, _ sum: (inout Pair, Int128) -> Void) {
        guard Self.movesMoney(event.kind), let total = event.total else { return }
        sum(&pairs[Key(kind: event.kind, currency: total.currency), default: Pair()], Int128(total.minor))
    }

    private static func movesMoney(_ kind: EventKind) -> Bool {
        switch kind {
        case .paymentSucceeded, .refundSucceeded, .refundReversed, .disputeOpened, .disputeWon, .disputeLost: true
        case .paymentFailed, .paymentLinked, .milestoneReached, .clickRecorded, .customerCreated, .checkoutCompleted,
            .subscriptionCreated, .subscriptionTrialStarted, .subscriptionActivated, .subscriptionRenewed,
            .subscriptionChanged, .subscriptionCancelScheduled, .subscriptionUncanceled, .subscriptionPaused,
            .subscriptionResumed, .subscriptionEnded, .orderCanceled, .endpointTest:
            false
        }
    }

    /// A sum in whole units, for example `-1240.05`.
    public static func text(_ minor: Int128, in currency: Currency) -> String {
        let places = Int(currency.exponent)
        let digits = String(minor.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
        let fraction = places > 0 ? "." + padded.suffix(places) : ""
        return (minor < 0 ? "-" : "") + padded.dropLast(places) + fraction
    }
}
