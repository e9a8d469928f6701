// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// How far an order came, and where and why it went no further.
struct OrderFate: Sendable, Hashable {
    /// The step at which an order stands.
    enum Verdict: Sendable, Hashable {
        /// No webhook of it is known.
        case notReceived
        /// Webhooks came, and no sale was made of them.
        case cameToNothing(JournalOutcome, source: String, type: String, webhook: Int64)
        /// The sale has another amount.
        case otherAmount(Money)
        /// No partner brought it.
        case organic
        /// No sink takes it.
        case noSink
        /// It is under way to a sink.
        case waiting(sink: String, reason: String)
        /// A sink could not be told.
        case notDelivered(sink: String, DeliveryEnd, reason: String)
        /// A sink was told, and its platform does not list it.
        case notListed(sink: String)
        /// All sinks that it was meant for have it.
        case delivered

        /// The name in tables and JSON.
        var name: String {
            switch self {
            case .notReceived: "not received"
            case .cameToNothing(let outcome, _, _, _): outcome.kind.rawValue
            case .otherAmount: "other amount"
            case .organic: "organic"
            case .noSink: "no sink"
            case .waiting: "waiting"
            case .notDelivered(_, let end, _): end.rawValue
            case .notListed: "not listed"
            case .delivered: "delivered"
            }
        }

        /// Whether something was lost.
        var isMissing: Bool {
            switch self {
            case .notReceived, .cameToNothing, .otherAmount, .notDelivered, .notListed: true
            case .organic, .noSink, .waiting, .delivered: false
            }
        }
    }

    var order: Order
    var verdict: Verdict
    var isReceived: Bool
    var isAttributed: Bool
    var isDelivered: Bool

    /// Judges an order by what is known of it.
    ///
    /// - Parameters:
    ///   - order: The merchant's order.
    ///   - sale: The amount of its sale, where one was entered.
    ///   - records: The deliveries of the sale.
    ///   - noise: A webhook that names the order without a sale.
    ///   - listing: What a platform lists, where it was asked.
    init(
        _ order: Order,
        sale: StoredEvent?,
        _ records: [DeliveryRecord],
        noise: WebhookRecord?,
        listing: PlatformListing?
    ) {
        self.order = order
        isReceived = sale != nil || noise != nil
        let ends = records.compactMap { record -> DeliveryEnd? in
            if case .ended(let end) = record.state { end } else { nil }
        }
        isDelivered = ends.contains { $0.isStored }
        isAttributed =
            !records.isEmpty
            && records.contains { record in
                switch record.state {
                case .blocked(by: "attribution"), .ended(.notAttributed): false
                case .waiting, .blocked, .leased, .ended: true
                }
            }
        guard let sale else {
            verdict =
                noise.map { record in
                    .cameToNothing(
                        record.submission.outcome,
                        source: record.submission.source,
                        type: record.submission.type,
                        webhook: record.number
                    )
                } ?? .notReceived
            return
        }
        if let wanted = order.amount, let found = sale.event.total, wanted != found {
            verdict = .otherAmount(found)
            return
        }
        verdict = Self.verdict(records, listing)
    }

    /// The worst of the deliveries.
    private static func verdict(_ records: [DeliveryRecord], _ listing: PlatformListing?) -> Verdict {
        guard !records.isEmpty else { return .noSink }
        var waiting: Verdict?
        var isOrganic = false
        for record in records {
            switch record.state {
            case .waiting, .blocked, .leased:
                waiting = .waiting(sink: record.sink, reason: record.reason ?? "")
            case .ended(let end):
                switch end {
                case .delivered, .unproven, .duplicate:
                    if let listing, listing.sink == record.sink, !listing.has(record) {
                        return .notListed(sink: record.sink)
                    }
                case .notAttributed: isOrganic = true
                case .notApplicable: break
                case .rejectedByPlatform, .permanent, .needsHuman:
                    return .notDelivered(sink: record.sink, end, reason: record.reason ?? "")
                }
            }
        }
        return waiting ?? (isOrganic && !records.contains { $0.isStored } ? .organic : .delivered)
    }

    /// Why it stands there, in words.
    var why: String {
        switch verdict {
        case .notReceived: "no webhook names this order"
        case .cameToNothing(let outcome, let source, let type, let webhook):
            "webhook \(webhook) of \(source), \(type), came to nothing" + (outcome.why.map { ": \($0)" } ?? "")
        case .otherAmount(let found): "the sale has \(found), the order \(order.amount.map { "\($0)" } ?? "none")"
        case .organic: "no partner brought it"
        case .noSink: "no sink takes it: test money, or a kind that is not sent"
        case .waiting(let sink, let reason): "on its way to \(sink)" + (reason.isEmpty ? "" : ": \(reason)")
        case .notDelivered(let sink, _, let reason): "\(sink): \(reason)"
        case .notListed(let sink): "\(sink) took it and does not list it now"
        case .delivered: "every sink that it was meant for has it"
        }
    }

    /// What to do about it.
    var remedy: String {
        switch verdict {
        case .notReceived:
            "look at the provider's list of webhooks for this order: have it sent again, or post its body with "
                + "`tributary send`; check the endpoint's address and which types it gets"
        case .cameToNothing(let outcome, _, _, let webhook):
            switch outcome.kind {
            case .unmapped, .incomplete, .invalid:
                "mend the mapping, then `tributary replay --webhook \(webhook)`; `tributary doctor` names the place"
            case .ignored, .filtered, .emitted:
                "if this is a sale, mend the rule and `tributary replay --webhook \(webhook)`; else the provider tells it "
                    + "by another type, which the endpoint has to get"
            }
        case .otherAmount:
            "see whether one of the two has tax, shipping or a discount; else mend the mapping's \"total\""
        case .organic:
            "none, if that is so; else attach the click's id to the checkout: `tributary attach PROVIDER`"
        case .noSink: "see \"send\" and \"accept\" of the sinks"
        case .waiting: "none; `tributary deliveries --state pending` says until when"
        case .notDelivered: "`tributary deliveries --state ended` shows what was called and answered"
        case .notListed:
            "look for it in the platform's dashboard: it may have been deleted there, or belong to another account"
        case .delivered: "none"
        }
    }

    var json: JSONValue {
        .object([
            .init("line", .integer(order.line)), .init("order", .string(order.id)),
            .init("amount", order.amount.map { .string("\($0)") } ?? .null),
            .init("time", order.time.map { .string($0.description) } ?? .null),
            .init("state", .string(verdict.name)), .init("missing", .bool(verdict.isMissing)),
            .init("received", .bool(isReceived)), .init("attributed", .bool(isAttributed)),
            .init("delivered", .bool(isDelivered)), .init("why", .string(why)), .init("remedy", .string(remedy)),
        ])
    }
}

extension DeliveryRecord {
    /// Whether the platform has it.
    var isStored: Bool { if case .ended(let end) = state { end.isStored } else { false } }
}

/// What a platform lists of a time, by key and by its own ids.
struct PlatformListing: Sendable {
    var sink: String
    private var keys: Set<String> = []
    private var ids: Set<String> = []
    /// How many it lists.
    private(set) var count = 0

    init(sink: String, _ sales: [ListedSale]) {
        self.sink = sink
        count = sales.count
        for sale in sales {
            if let key = sale.key { keys.insert(key) }
            ids.insert(sale.id)
        }
    }

    /// Whether a delivery that the platform took is on the list.
    func has(_ record: DeliveryRecord) -> Bool {
        record.receipt.ids.contains { ids.contains($0.value) }
            || keys.contains(record.event.idempotencyKey(isLive: record.event.live != false))
    }
}
