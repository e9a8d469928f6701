// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What a lease gives to the dispatcher.
public struct Grant: Sendable, Hashable {
    /// What is known about the sale of a correction.
    public struct Sale: Sendable, Hashable {
        /// The sale as it was sent.
        public var event: Event
        /// The sale's delivery.
        public var row: DeliveryRow
        /// The key under which the sale was sent.
        public var idempotencyKey: String
        /// How many corrections of the sale the sink has stored.
        public var correctionsBefore: Int
    }

    /// The delivery in its new state.
    public var row: DeliveryRow
    /// When the first attempt was begun.
    public var firstAttemptAt: Timestamp
    /// The event as it is sent.
    public var event: Event
    /// The key under which it is sent.
    public var idempotencyKey: String
    /// Whether it is about real money.
    public var isLive: Bool
    /// Whether an earlier attempt may have reached the platform without our knowing its answer.
    public var mayHaveArrivedBefore: Bool
    /// The sale, on a correction.
    public var sale: Sale?
    /// What the platform gave us for the click that led here; empty where it was told of none.
    public var clickReceipt: [Attribution.Parameter] = []
}

extension Ledger {
    /// Takes deliveries that are due, oldest first, and counts the start of an attempt for each.
    public mutating func lease(
        _ sink: String,
        limit: Int,
        at now: Timestamp,
        until: Timestamp
    ) throws(Book.Failure) -> [Grant] {
        var grants: [Grant] = []
        for due in try book.due(sink, at: now, limit: limit) {
            var row = due
            // A lease that lapsed was held by someone who died or hung, perhaps after the platform had the call.
            if case .leased = row.state { row.mayHaveArrived = true }
            let grant = try grant(&row, at: now, until: until)
            try book.save(row)
            grants.append(grant)
        }
        return grants
    }

    private mutating func grant(
        _ row: inout DeliveryRow,
        at now: Timestamp,
        until: Timestamp
    ) throws(Book.Failure) -> Grant {
        let stored = try book.event(row.event)
        row.token += 1
        row.attempts += 1
        row.state = .leased(until: until)
        if row.firstAttemptAt == nil {
            row.firstAttemptAt = now
            row.isFirstPayment =
                row.rank == .payment ? try !book.hasBought(row.party, at: row.sink) : false
        }
        var sale: Grant.Sale?
        if let change = row.change { sale = try self.sale(of: change, row, isLive: stored.entry.scope.isLive) }
        let event = try book.sentEvent(of: row)
        return Grant(
            row: row,
            firstAttemptAt: row.firstAttemptAt ?? now,
            event: event,
            idempotencyKey: stored.event.idempotencyKey(isLive: stored.entry.scope.isLive),
            isLive: stored.entry.scope.isLive,
            mayHaveArrivedBefore: row.mayHaveArrived,
            sale: sale,
            clickReceipt: try clickReceipt(of: event, sale, row, in: stored.entry.scope)
        )
    }

    /// The platform's own ids of the click that an event, or the sale that it corrects, goes back to.
    private mutating func clickReceipt(
        of event: Event,
        _ sale: Grant.Sale?,
        _ row: DeliveryRow,
        in scope: Scope
    ) throws(Book.Failure) -> [Attribution.Parameter] {
        guard row.rank != .click,
            let landing = event.attribution.landing ?? sale?.event.attribution.landing,
            let click = try book.link(.click(landing), in: scope.merchant)?.payment
        else { return [] }
        return try book.delivery(try book.number(of: click, to: row.sink))?.receipt ?? []
    }

    private mutating func sale(
        of change: DeliveryRow.Change,
        _ row: DeliveryRow,
        isLive: Bool
    ) throws(Book.Failure) -> Grant.Sale? {
        guard let saleRow = try book.delivery(try book.number(of: change.sale, to: row.sink)) else { return nil }
        let event = try book.sentEvent(of: saleRow)
        var before = 0
        // One that is sent again goes out behind those that were planned after it.
        for correction in try book.corrections(of: change.sale) where correction.event != row.event {
            let number = try book.number(of: correction.event, to: row.sink)
            if try book.delivery(number)?.end?.isStored ?? false { before += 1 }
        }
        return Grant.Sale(
            event: event,
            row: saleRow,
            idempotencyKey: event.idempotencyKey(isLive: isLive),
            correctionsBefore: before
        )
    }

    /// Prolongs a lease that was not taken by another since.
    public mutating func renew(_ delivery: Int64, token: Int64, until: Timestamp) throws(Book.Failure) {
        guard var row = try book.delivery(delivery), row.token == token, case .leased = row.state else { return }
        row.state = .leased(until: until)
        try book.save(row)
    }
}
