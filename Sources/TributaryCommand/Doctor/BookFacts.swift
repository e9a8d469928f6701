// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel
import TributarySQLite

/// What one walk through the books tells the checks; bounded, however large the books are.
struct BookFacts: Sendable {
    /// The webhooks of one provider instance, real or test.
    struct Arrivals: Sendable, Hashable {
        var source: String
        var isLive: Bool
        var count: Int64
        var first: Timestamp
        var last: Timestamp
    }

    /// A subscription, by what its payments carried.
    struct SubscriptionFacts: Sendable, Hashable {
        var source: String
        /// Whether the first payment named a partner.
        var isFirstAttributed: Bool
        var first: Timestamp
        /// Payments after the first, and how many of them carried nothing themselves.
        var renewals = 0
        var bareRenewals = 0
        var interval: Duration?
        var isOver = false
    }

    /// Amounts of one product.
    struct ProductFacts: Sendable, Hashable {
        /// The first of them, for the median.
        var amounts: [Int64] = []
        var least: (Int64)?
        var most: (Int64)?
        var exampleOfLeast = ""
        var exampleOfMost = ""
        var count = 0
    }

    /// Deliveries of one sink that came to the same for the same reason.
    struct Ends: Sendable, Hashable {
        var sink: String
        var state: String
        var reason: String
        var count: Int64 = 0
        var example: Int64 = 0
        /// Those that a platform knew at the first attempt already.
        var atFirst: Int64 = 0
        /// The most attempts of one.
        var attempts = 0
    }

    var arrivals: [Arrivals] = []
    var subscriptions: [String: SubscriptionFacts] = [:]
    var products: [String: ProductFacts] = [:]
    var ends: [Ends] = []
    /// Renewals that ended as organic although the subscription's first payment had a partner.
    var lostRenewals: [String] = []
    var leadUsers: Set<String> = []
    /// Payments with a user whom a lead named, and with one whom none did.
    var knownUsers = 0
    var strangeUsers = 0
    var payments = 0
    var attributedPayments = 0
    var balances: [SinkBalance] = []

    private static let subscriptionsMax = 200_000
    private static let productsMax = 2_000
    private static let amountsMax = 201
    private static let usersMax = 200_000
    private static let endsMax = 500
    private static let deliveriesMax = 10_000

    /// Reads everything.
    static func read(_ reader: SQLiteReader, sinks: [String], progress: (Int) -> Void) async throws(StoreError)
        -> BookFacts
    {
        var facts = BookFacts()
        facts.arrivals = try await reader.arrivals().map {
            Arrivals(source: $0.source, isLive: $0.isLive, count: $0.count, first: $0.first, last: $0.last)
        }
        facts.balances = try await reader.balances(of: sinks)
        var last: Int64 = 0
        while true {
            let page = try await reader.events(after: last, limit: 500)
            guard let end = page.last else { break }
            for stored in page where stored.entry.siblingOf == nil { facts.add(stored) }
            last = end.entry.number
            progress(Int(last >> EventEntry.positionBits))
        }
        for state in [DeliveryRecord.State.Name.pending, .ended] {
            let query = DeliveryQuery(state: state, limit: deliveriesMax)
            for record in try await reader.deliveries(query) { facts.add(record) }
        }
        return facts
    }

    // MARK: Adding one

    mutating func add(_ stored: StoredEvent) {
        let event = stored.event
        switch event.kind {
        case .customerCreated:
            if let user = event.customer.user, leadUsers.count < Self.usersMax { leadUsers.insert(user) }
        case .subscriptionEnded:
            if let ref = event.subscription.ref { subscriptions[Self.place(stored, ref)]?.isOver = true }
        case .paymentSucceeded: addPayment(stored)
        case .clickRecorded, .checkoutCompleted, .paymentLinked, .paymentFailed, .refundSucceeded, .refundReversed,
            .disputeOpened, .disputeWon, .disputeLost, .subscriptionCreated, .subscriptionTrialStarted,
            .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged, .subscriptionCancelScheduled,
            .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed, .orderCanceled, .milestoneReached,
            .endpointTest:
            break
        }
    }

    private mutating func addPayment(_ stored: StoredEvent) {
        let event = stored.event
        payments += 1
        attributedPayments += event.attribution.isEmpty ? 0 : 1
        if let user = event.customer.user {
            if leadUsers.contains(user) { knownUsers += 1 } else { strangeUsers += 1 }
        }
        if let total = event.total, total.minor > 0 {
            for line in event.lines.prefix(1) {
                guard let product = line.product else { continue }
                addAmount(total, of: "\(product) in \(total.currency.code)", event.key)
            }
        }
        guard let ref = event.subscription.ref, !ref.isEmpty else { return }
        let place = Self.place(stored, ref)
        if subscriptions[place] == nil {
            guard subscriptions.count < Self.subscriptionsMax else { return }
            subscriptions[place] = SubscriptionFacts(
                source: stored.entry.scope.source,
                isFirstAttributed: !event.attribution.isEmpty,
                first: event.time,
                interval: event.subscription.length
            )
        } else {
            subscriptions[place]?.renewals += 1
            subscriptions[place]?.bareRenewals += event.attribution.isEmpty ? 1 : 0
        }
    }

    private mutating func addAmount(_ total: Money, of product: String, _ key: Reference) {
        guard products[product] != nil || products.count < Self.productsMax else { return }
        var facts = products[product] ?? ProductFacts()
        facts.count += 1
        if facts.amounts.count < Self.amountsMax { facts.amounts.append(total.minor) }
        if total.minor < facts.least ?? .max { (facts.least, facts.exampleOfLeast) = (total.minor, "\(key)") }
        if total.minor > facts.most ?? .min { (facts.most, facts.exampleOfMost) = (total.minor, "\(key)") }
        products[product] = facts
    }

    mutating func add(_ record: DeliveryRecord) {
        let state =
            switch record.state {
            case .ended(let end): end.rawValue
            case .waiting: record.attempts > 0 ? "waiting" : ""
            case .blocked, .leased: ""
            }
        guard !state.isEmpty, state != DeliveryEnd.delivered.rawValue else { return }
        if record.state == .ended(.notAttributed), record.event.kind == .paymentSucceeded,
            let ref = record.event.subscription.ref,
            let facts = subscriptions["\(record.event.source) \(ref)"], facts.isFirstAttributed,
            facts.first < record.event.time
        {
            if lostRenewals.count < Self.endsMax { lostRenewals.append("\(record.event.key) at \(record.sink)") }
        }
        let reason = record.reason ?? ""
        let known = ends.firstIndex { $0.sink == record.sink && $0.state == state && $0.reason == reason }
        if known == nil, ends.count >= Self.endsMax { return }
        let index = known ?? ends.count
        if known == nil { ends.append(Ends(sink: record.sink, state: state, reason: reason, example: record.webhook)) }
        ends[index].count += 1
        ends[index].attempts = max(ends[index].attempts, record.attempts)
        if record.attempts == 1 { ends[index].atFirst += 1 }
    }

    private static func place(_ stored: StoredEvent, _ ref: String) -> String { "\(stored.event.source) \(ref)" }
}

extension Subscription {
    /// How long one period is, about.
    fileprivate var length: Duration? {
        guard let interval else { return nil }
        let days: Int64 =
            switch interval {
            case .day: 1
            case .week: 7
            case .month: 31
            case .year: 366
            }
        return .seconds(days * 86_400 * max(1, min(intervalCount ?? 1, 120)))
    }
}
