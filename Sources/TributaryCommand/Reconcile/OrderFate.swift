// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// How far an order came, and where and why it went no further.
struct OrderFate: Sendable, Hashable {
    /// What one platform was told of the order.
    struct Told: Sendable, Hashable {
        var sink: String
        /// How its delivery ended, or `waiting`.
        var state: String
        /// What it should have now, by everything that it was told; `nil` where it has nothing of it.
        var amount: Money?
        /// How the amount came about, where it is not what was paid.
        var terms: String?
        /// What it lists, where it was asked and has it.
        var listed: ListedSale?
    }

    var order: Order
    var verdict: OrderVerdict
    var isReceived = false
    var isAttributed = false
    var isDelivered = false
    /// Given back to the buyer, by what was received.
    var refunded: Money?
    var told: [Told] = []

    /// Judges an order by what is known of it.
    ///
    /// - Parameters:
    ///   - order: The merchant's order.
    ///   - facts: What the books have of it.
    ///   - listing: What a platform lists, where it was asked.
    init(_ order: Order, _ facts: OrderFacts, listing: PlatformListing?) {
        self.order = order
        isReceived = facts.sale != nil || facts.noise != nil
        guard let sale = facts.sale else {
            verdict =
                facts.noise.map { record in
                    .cameToNothing(
                        record.submission.outcome,
                        source: record.submission.source,
                        type: record.submission.type,
                        webhook: record.number
                    )
                } ?? .notReceived
            return
        }
        isDelivered = facts.deliveries.contains { $0.isStored }
        isAttributed = facts.deliveries.contains { $0.hasPartner }
        if let total = sale.event.total {
            let given = facts.corrections.compactMap { $0.change?.after }.max() ?? 0
            if given > 0 { refunded = Money(minor: given, total.currency) }
        }
        told = facts.deliveries.map { Self.told($0, sale.event, facts.corrections, listing) }
        if let wanted = order.amount, let found = sale.event.total, wanted != found {
            verdict = .otherAmount(order: wanted, sale: found)
        } else {
            verdict = Self.verdict(facts, told, listing)
        }
    }

    /// An order that stands in the file twice; nothing is looked up again.
    init(_ order: Order, repeating line: Int) {
        self.order = order
        verdict = .repeated(line: line)
    }

    /// What a platform was told, refunds included, beside what it lists.
    private static func told(
        _ record: DeliveryRecord,
        _ sale: Event,
        _ corrections: [DeliveryRecord],
        _ listing: PlatformListing?
    ) -> Told {
        let state = if case .ended(let end) = record.state { end.rawValue } else { "waiting" }
        var told = Told(sink: record.sink, state: state)
        guard record.isStored else { return told }
        told.listed = listing?.sale(of: record)
        let terms = ToldSale(sale, receipt: record.receipt)
        told.terms = terms.words
        guard var amount = terms.whole, let total = sale.total else { return told }
        // Differences of running totals, as they are told, so that parts add up to exactly the whole.
        for correction in corrections where correction.sink == record.sink && correction.isStored {
            guard told.listed?.isAsSold != true, let change = correction.change,
                let before = terms.amount(Money(minor: change.before, total.currency)),
                let after = terms.amount(Money(minor: change.after, total.currency))
            else { continue }
            amount.minor -= after.minor - before.minor
        }
        told.amount = amount
        return told
    }

    /// The worst of the deliveries.
    private static func verdict(_ facts: OrderFacts, _ told: [Told], _ listing: PlatformListing?) -> OrderVerdict {
        guard !facts.deliveries.isEmpty else { return .noSink }
        if let failure = failure(facts.deliveries) {
            return .notDelivered(sink: failure.sink, failure.end, reason: failure.reason)
        }
        var rest: [OrderVerdict] = []
        for (record, told) in zip(facts.deliveries, told) {
            switch record.state {
            case .waiting, .blocked, .leased:
                rest.append(.waiting(sink: record.sink, reason: record.reason ?? ""))
            case .ended(let end):
                switch end {
                case .delivered, .unproven, .duplicate:
                    if let listing, listing.sink == record.sink {
                        guard let listed = told.listed else { return .notListed(sink: record.sink) }
                        if let amount = listed.amount, let wanted = told.amount, amount.currency == wanted.currency,
                            amount != wanted
                        {
                            return .listedOtherwise(sink: record.sink, told: wanted, listed: amount)
                        }
                    }
                    if end == .unproven, told.listed == nil { rest.append(.unproven(sink: record.sink)) }
                case .notAttributed: rest.append(.organic)
                case .notApplicable: break
                case .rejectedByPlatform, .permanent, .needsHuman: break
                }
            }
        }
        return refund(facts) ?? Self.mildest(rest, isStored: facts.deliveries.contains { $0.isStored })
    }

    /// The first refund that a platform with the sale was not told.
    private static func refund(_ facts: OrderFacts) -> OrderVerdict? {
        let stored = Set(facts.deliveries.filter { $0.isStored }.map(\.sink))
        return failure(facts.corrections.filter { stored.contains($0.sink) })
            .map { .refundNotTold(sink: $0.sink, $0.end, reason: $0.reason) }
    }

    /// The first delivery that could not be made, with the reasons of all that could not.
    private static func failure(_ records: [DeliveryRecord]) -> (sink: String, end: DeliveryEnd, reason: String)? {
        var failed: [(sink: String, end: DeliveryEnd, reason: String)] = []
        for record in records {
            guard case .ended(let end) = record.state else { continue }
            switch end {
            case .needsHuman, .permanent, .rejectedByPlatform:
                failed.append((record.sink, end, record.reason ?? ""))
            case .delivered, .unproven, .duplicate, .notAttributed, .notApplicable: continue
            }
        }
        guard let first = failed.first else { return nil }
        let others = failed.dropFirst().map { "; \($0.sink): \($0.reason)" }.joined()
        return (first.sink, first.end, first.reason + others)
    }

    /// What is said where nothing was lost: what waits first, then what is not known for sure.
    private static func mildest(_ verdicts: [OrderVerdict], isStored: Bool) -> OrderVerdict {
        let waiting = verdicts.first { if case .waiting = $0 { true } else { false } }
        let unproven = verdicts.first { if case .unproven = $0 { true } else { false } }
        if let found = waiting ?? unproven { return found }
        return verdicts.contains(.organic) && !isStored ? .organic : .delivered
    }

    var json: JSONValue {
        func amount(_ money: Money?) -> JSONValue { money.map { .string("\($0)") } ?? .null }
        return .object([
            .init("line", .integer(order.line)), .init("order", .string(order.id)),
            .init("amount", amount(order.amount)),
            .init("time", order.time.map { .string($0.description) } ?? .null),
            .init("state", .string(verdict.name)), .init("missing", .bool(verdict.isMissing)),
            .init("received", .bool(isReceived)), .init("attributed", .bool(isAttributed)),
            .init("delivered", .bool(isDelivered)), .init("refunded", amount(refunded)),
            .init(
                "sinks",
                .array(
                    told.map { told in
                        .object([
                            .init("sink", .string(told.sink)), .init("state", .string(told.state)),
                            .init("told", amount(told.amount)),
                            .init("terms", told.terms.map { .string($0) } ?? .null),
                            .init("listed", amount(told.listed?.amount)),
                            .init("listed_id", told.listed.map { .string($0.id) } ?? .null),
                            .init("listed_state", told.listed.map { .string($0.state) } ?? .null),
                        ])
                    }
                )
            ),
            .init("why", .string(verdict.why)), .init("remedy", .string(verdict.remedy)),
        ])
    }
}

/// What the books have of one order.
struct OrderFacts: Sendable, Hashable {
    /// Its sale, where one was entered.
    var sale: StoredEvent?
    /// The deliveries of the sale.
    var deliveries: [DeliveryRecord] = []
    /// The deliveries of the sale's corrections.
    var corrections: [DeliveryRecord] = []
    /// A webhook that names the order, where there is no sale.
    var noise: WebhookRecord?
}

extension DeliveryRecord {
    /// Whether the platform has it.
    var isStored: Bool { if case .ended(let end) = state { end.isStored } else { false } }

    /// Whether somebody is known to have brought the buyer.
    fileprivate var hasPartner: Bool {
        switch state {
        case .blocked(by: "attribution"), .ended(.notAttributed): false
        case .waiting, .blocked, .leased, .ended: true
        }
    }
}
