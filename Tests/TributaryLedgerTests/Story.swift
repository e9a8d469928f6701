// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryLedger
import TributaryModel

/// A shop's day, told step by step to a ledger in memory; after every step the books must balance.
struct Story {
    var ledger: Ledger<MemoryBook>
    var now = Timestamp(unixSeconds: 1_790_000_000)
    private var webhooks = 0

    init(_ sinks: SinkPolicy..., touch: LedgerPolicy.Touch = .first) {
        ledger = Ledger(book: MemoryBook(), policy: LedgerPolicy(sinks: sinks, touch: touch))
    }

    /// A webhook with these events arrives.
    @discardableResult
    mutating func tell(
        _ events: Event...,
        key: String? = nil,
        source: String = "stripe",
        live: Bool? = true,
        _ location: Testing.SourceLocation = #_sourceLocation
    ) -> Settlement {
        webhooks += 1
        let settlement = ledger.settle(
            Submission(
                source: source,
                webhookKey: key ?? "evt_\(webhooks)",
                type: events.first?.provider.type ?? "noise",
                live: live,
                receivedAt: now,
                headers: [:],
                body: Array("{}".utf8),
                mapping: MappingStamp(name: "stripe", version: "1.0.0", contentHash: "00"),
                outcome: JournalOutcome(events.isEmpty ? .ignored : .emitted),
                events: events
            )
        )
        checkBalance(location)
        return settlement
    }

    /// Time goes by, and the ledger is told.
    mutating func wait(_ duration: Duration, _ location: Testing.SourceLocation = #_sourceLocation) {
        now = now.advanced(by: duration)
        while ledger.tick(at: now, limit: 100).hasMore {}
        checkBalance(location)
    }

    /// The dispatcher takes what is due.
    mutating func lease(_ sink: String = "affonso", limit: Int = 100) -> [Grant] {
        ledger.lease(sink, limit: limit, at: now, until: now.advanced(by: .seconds(10)))
    }

    /// An attempt has come to something.
    @discardableResult
    mutating func finish(
        _ grant: Grant,
        _ outcome: AttemptOutcome,
        mayHaveArrived: Bool = false,
        _ location: Testing.SourceLocation = #_sourceLocation
    ) -> Set<String>? {
        let wakes = ledger.finish(
            grant.row.number,
            token: grant.row.token,
            outcome,
            mayHaveArrived: mayHaveArrived,
            trail: [],
            at: now
        )
        checkBalance(location)
        return wakes
    }

    /// The platform takes everything that is due, until nothing is.
    ///
    /// - Returns: what it was told, in order: `payment.succeeded invoice:in_1 99.00 EUR for ref_1`.
    @discardableResult
    mutating func deliver(
        _ sink: String = "affonso",
        as end: DeliveryEnd = .delivered,
        _ location: Testing.SourceLocation = #_sourceLocation
    ) -> [String] {
        var told: [String] = []
        for _ in 0..<1000 {
            guard let grant = lease(sink, limit: 1).first else { return told }
            told.append(grant.line)
            let receipt = [Attribution.Parameter("id", "com_\(grant.row.number)")]
            finish(grant, .ended(end, reason: "stored", receipt: receipt), location)
        }
        return told
    }

    /// Where each delivery to a sink stands, in the order of their events: `invoice:in_1 ended(delivered)`.
    func standing(_ sink: String = "affonso") -> [String] {
        ledger.book.deliveries.values.filter { $0.sink == sink }.sorted { $0.number < $1.number }.map { row in
            "\(ledger.book.key(of: row.event)) \(row.word)"
        }
    }

    /// Why each delivery to a sink stands there.
    func reasons(_ sink: String = "affonso") -> [String] {
        ledger.book.deliveries.values.filter { $0.sink == sink }.sorted { $0.number < $1.number }.map {
            $0.reason ?? ""
        }
    }

    /// What each correction changes at a sink, in the order of their events: `refund:re_1 0-3000`.
    func changes(_ sink: String = "affonso") -> [String] {
        ledger.book.deliveries.values.filter { $0.sink == sink }.sorted { $0.number < $1.number }.compactMap { row in
            row.change.map { "\(ledger.book.key(of: row.event)) \($0.before)-\($0.after)" }
        }
    }

    private func checkBalance(_ location: Testing.SourceLocation) {
        for sink in ledger.policy.sinks {
            let (accepted, filtered) = ledger.book.counters(of: sink.name)
            let rows = ledger.book.deliveries.values.filter { $0.sink == sink.name }
            #expect(accepted - filtered - Int64(rows.count) == 0, sourceLocation: location)
        }
    }
}

extension Grant {
    var line: String {
        var text = "\(event.kind.rawValue) \(event.key)"
        if let total = event.total { text += " \(total)" }
        if let referral = event.attribution[parameter: "affonso_referral"] { text += " for \(referral)" }
        return text
    }
}

extension DeliveryRow {
    var word: String {
        switch state {
        case .waiting: "waiting"
        case .held: "held"
        case .leased: "leased"
        case .unattributed: "unattributed"
        case .saleUnknown: "saleUnknown"
        case .saleOpen: "saleOpen"
        case .gathering: "gathering"
        case .ended(let end): end.rawValue
        }
    }
}

extension SinkPolicy {
    static let affonso = SinkPolicy(
        name: "affonso",
        kinds: [
            .customerCreated, .subscriptionTrialStarted, .paymentSucceeded, .refundSucceeded, .refundReversed,
            .disputeLost,
        ],
        parameters: ["affonso_referral"]
    )
}

extension SinkPolicy {
    /// A sink that takes whatever there is.
    static let everything = SinkPolicy(
        name: "affonso",
        kinds: Set(EventKind.allCases),
        parameters: ["affonso_referral"]
    )
}

extension Event {
    static let noon = Timestamp(unixSeconds: 1_789_990_000)

    private static func plain(_ kind: EventKind, _ key: Reference, _ seconds: Int64) -> Event {
        Event(
            id: "evt_\(key.id)",
            source: "stripe",
            kind: kind,
            key: key,
            time: Timestamp(unixSeconds: noon.unixSeconds + seconds),
            provider: ProviderFacts(name: "stripe", event: "evt_\(key.id)", type: kind.rawValue)
        )
    }

    static func euro(_ minor: Int64) -> Money? { Currency("EUR").map { Money(minor: minor, $0) } }

    static func payment(
        _ invoice: String,
        _ minor: Int64 = 9900,
        customer: String? = "cus_1",
        referral: String? = nil,
        aliases: [Reference] = [],
        at seconds: Int64 = 0
    ) -> Event {
        var event = plain(.paymentSucceeded, Reference("invoice", invoice), seconds)
        event.total = euro(minor)
        event.customer.ref = customer
        event.aliases = aliases
        event.phase = .renewal
        if let referral { event.attribution.params = [.init("affonso_referral", referral)] }
        return event
    }

    static func lead(_ customer: String, user: String? = nil, referral: String? = nil, at seconds: Int64 = 0) -> Event {
        var event = plain(.customerCreated, Reference("customer", customer), seconds)
        event.customer.ref = customer
        event.customer.user = user
        if let referral { event.attribution.params = [.init("affonso_referral", referral)] }
        return event
    }

    static func trial(_ subscription: String, customer: String, at seconds: Int64 = 0) -> Event {
        var event = plain(.subscriptionTrialStarted, Reference("subscription", subscription), seconds)
        event.subscription.ref = subscription
        event.customer.ref = customer
        return event
    }

    static func refund(
        _ refund: String,
        of alias: Reference,
        _ minor: Int64?,
        soFar: Int64? = nil,
        kind: EventKind = .refundSucceeded,
        at seconds: Int64 = 60
    ) -> Event {
        var event = plain(kind, Reference("refund", refund), seconds)
        event.aliases = [alias]
        event.total = minor.flatMap(euro)
        event.refundedTotal = soFar.flatMap(euro)
        return event
    }

    static func dispute(_ dispute: String, of alias: Reference, _ minor: Int64, kind: EventKind) -> Event {
        var event = plain(kind, Reference("dispute", dispute), 90)
        event.aliases = [alias]
        event.total = euro(minor)
        return event
    }
}
