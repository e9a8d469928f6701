// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
public import TributaryModel

// The ledger's words in the words of plugins and dispatchers; for stores, which stand between the two.

extension LeasedDelivery {
    /// What the ledger granted, as the dispatcher takes it.
    public init(_ grant: Grant) {
        let delivery = Delivery(
            id: grant.row.number,
            event: grant.event,
            idempotencyKey: grant.idempotencyKey,
            isLive: grant.isLive,
            attempt: Int(grant.row.attempts),
            waits: Int(grant.row.waits),
            mayHaveArrivedBefore: grant.mayHaveArrivedBefore,
            sale: grant.sale.flatMap { CorrectedSale($0, grant.row.change) },
            isFirstPayment: grant.row.isFirstPayment,
            clickReceipt: grant.clickReceipt.isEmpty ? nil : Receipt(grant.clickReceipt)
        )
        self.init(
            delivery: delivery,
            token: LeaseToken(delivery: grant.row.number, number: grant.row.token),
            firstAttemptAt: grant.firstAttemptAt
        )
    }
}

extension CorrectedSale {
    fileprivate init?(_ sale: Grant.Sale, _ change: DeliveryRow.Change?) {
        guard let change, let end = sale.row.end, let total = sale.event.total else { return nil }
        self.init(
            event: sale.event,
            idempotencyKey: sale.idempotencyKey,
            receipt: Receipt(sale.row.receipt),
            end: end,
            correctedBefore: Money(minor: change.before, total.currency),
            correctedAfter: Money(minor: change.after, total.currency),
            correctionsBefore: sale.correctionsBefore
        )
    }
}

extension AttemptResult {
    /// The result in the ledger's words.
    public var outcome: AttemptOutcome {
        switch next {
        case .end(let end): .ended(end.end, reason: end.reason, receipt: end.receipt.ids)
        case .retry(let time, let reason): .retry(at: time, reason: reason)
        case .returned(let time): .returned(at: time)
        }
    }
}

extension DeliveryRecord {
    /// A row of the ledger, as a person looks at it.
    public init(_ row: DeliveryRow, _ event: Event) {
        self.init(
            id: row.number,
            webhook: row.event >> EventEntry.positionBits,
            sink: row.sink,
            event: event,
            state: State(row.state),
            attempts: Int(row.attempts),
            reason: row.reason,
            trail: row.trail,
            receipt: Receipt(row.receipt),
            change: row.change
        )
    }
}

extension DeliveryRecord.State {
    /// Where a row of the ledger stands.
    public init(_ state: DeliveryRow.State) {
        switch state {
        case .waiting(let until): self = .waiting(until: until)
        case .held: self = .blocked(by: "order")
        case .leased(let until): self = .leased(until: until)
        case .unattributed: self = .blocked(by: "attribution")
        case .saleUnknown, .saleOpen: self = .blocked(by: "sale")
        case .gathering(let until): self = .waiting(until: until)
        case .ended(let end): self = .ended(end)
        }
    }

    /// The state's name.
    public var name: Name {
        switch self {
        case .waiting, .blocked: .pending
        case .leased: .leased
        case .ended: .ended
        }
    }
}
