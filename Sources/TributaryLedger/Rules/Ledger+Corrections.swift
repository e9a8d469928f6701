// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// How long a correction waits for its sale to become known.
private let saleWaitMax = Duration.seconds(30 * 86_400)

extension Ledger {
    /// Enters a correction: joins it to its sale, or parks it until the sale is known.
    mutating func correct(
        _ event: Event,
        _ entry: EventEntry,
        _ person: Person,
        _ bindings: [Binding]
    ) throws(Book.Failure) {
        let sale = bindings.first { $0.isMoney && $0.link?.payment != nil }?.link?.payment
        var correction = Correction(
            event: entry.number,
            sale: sale,
            joined: sale == nil ? nil : entry.number,
            kind: event.kind,
            subject: event.correctedSubject,
            amount: event.total.map { abs($0.minor) },
            cumulative: event.refundedTotal.map { abs($0.minor) }
        )
        var saleEvent: Event?
        if let sale { saleEvent = try book.event(sale).event }
        let problem = saleEvent.flatMap { correction.weighed(event, for: $0) }
        try book.save(correction)
        if sale == nil {
            for binding in bindings where binding.isMoney {
                try book.park(entry.number, under: binding.reference, in: binding.scope)
            }
        }
        for sink in policy.sinks {
            guard takes(sink, event, in: entry.scope) else {
                try book.count(sink.name, accepted: 1, filtered: 1)
                continue
            }
            try book.count(sink.name, accepted: 1, filtered: 0)
            var row = try row(of: event, entry, to: sink.name, person)
            guard let sale, let saleEvent else {
                row.state = .saleUnknown(until: entry.receivedAt.advanced(by: saleWaitMax))
                row.reason = "waits for its sale, which is not known yet"
                try book.plan(row, sent: nil)
                continue
            }
            let target = SaleTarget(number: sale, event: saleEvent, problem: problem)
            try weigh(&row, event, correction, target, sink)
            let sent = try place(&row, event, sale: target, at: entry.receivedAt)
            try book.plan(row, sent: sent)
            try holdBehind(row, at: entry.receivedAt)
        }
    }

    /// Joins corrections that waited for a sale under ids that are known now, because of an event.
    mutating func join(_ found: [Binding], to sale: Int64, by entry: EventEntry) throws(Book.Failure) {
        let now = entry.receivedAt
        let parked = try takeWaiting(under: found, for: sale)
        guard !parked.isEmpty else { return }
        let saleEvent = try book.event(sale).event
        for parkedCorrection in parked.sorted(by: { $0.event < $1.event }) {
            var correction = parkedCorrection
            let event = try book.event(correction.event).event
            let problem = correction.weighed(event, for: saleEvent)
            correction.sale = sale
            correction.joined = entry.number
            try book.save(correction)
            let target = SaleTarget(number: sale, event: saleEvent, problem: problem)
            for sink in policy.sinks { try unpark(correction, event, target, sink, at: now) }
        }
    }

    /// Lets a correction that waits for its sale be found under the ids that a sibling of it tells, too.
    mutating func widen(_ correction: Int64, _ bindings: [Binding], by entry: EventEntry) throws(Book.Failure) {
        let money = bindings.filter(\.isMoney)
        guard let key = money.first else { return }
        let waiting = try book.takeParked(under: key.reference, in: key.scope)
        for parked in waiting { try book.park(parked.event, under: key.reference, in: key.scope) }
        guard waiting.contains(where: { $0.event == correction }) else { return }
        for binding in money.dropFirst() { try book.park(correction, under: binding.reference, in: binding.scope) }
        if let known = money.first(where: { $0.link?.payment != nil }), let payment = known.link?.payment {
            try join([known], to: payment, by: entry)
        }
    }

    private mutating func unpark(
        _ correction: Correction,
        _ event: Event,
        _ sale: SaleTarget,
        _ sink: SinkPolicy,
        at now: Timestamp
    ) throws(Book.Failure) {
        let number = try book.number(of: correction.event, to: sink.name)
        // One that gave up waiting stays over; its amount goes out with the sale's next correction.
        guard var row = try book.delivery(number), case .saleUnknown = row.state else { return }
        try weigh(&row, event, correction, sale, sink)
        if let sent = try place(&row, event, sale: sale, at: now) { try book.keep(sent, of: row.number) }
        try book.save(row)
        try holdBehind(row, at: now)
    }

    /// Decides what a correction changes at one sink, and ends it where that is nothing.
    private mutating func weigh(
        _ row: inout DeliveryRow,
        _ event: Event,
        _ correction: Correction,
        _ sale: SaleTarget,
        _ sink: SinkPolicy
    ) throws(Book.Failure) {
        row.state = .saleOpen
        row.reason = "waits for its sale"
        let saleNumber = try book.number(of: sale.number, to: sink.name)
        guard var saleRow = try book.delivery(saleNumber) else {
            return row.finish(.notApplicable, "its sale does not go to this sink")
        }
        row.change = .init(sale: sale.number, before: saleRow.corrected, after: saleRow.corrected)
        if let problem = sale.problem { return row.finish(.needsHuman, problem) }
        // Money that a dispute holds back is neither given nor kept until it is decided.
        if event.kind == .disputeOpened { return }
        let others = try book.corrections(of: sale.number)
        let after = CorrectedAmount(others, kinds: sink.kinds).amount(ofSale: sale.event.total?.minor ?? 0)
        guard after != saleRow.corrected else {
            // That a dispute is over is worth telling also where no money was lost to it.
            if event.kind == .disputeWon { return }
            return row.finish(.notApplicable, try coverage(of: correction, among: others, sale))
        }
        row.change?.after = after
        saleRow.corrected = after
        try book.save(saleRow)
    }

    /// Why a correction changes nothing, in words.
    private mutating func coverage(
        of correction: Correction,
        among others: [Correction],
        _ sale: SaleTarget
    ) throws(Book.Failure) -> String {
        if correction.kind == .refundReversed { return "there is no refund to take back" }
        if others.contains(where: { $0.kind == .refundReversed && $0.subject == correction.subject }) {
            return "the refund was reversed before"
        }
        if others.contains(where: { $0.kind == .disputeWon && $0.subject == correction.subject }) {
            return "the dispute was won after all"
        }
        let giving = others.last { $0.event != correction.event && ($0.amount ?? $0.cumulative) != nil }
        guard let giving else { return "nothing is given back" }
        return "already covered by \(try book.key(of: giving.event))"
    }

    /// Decides what a weighed correction waits for: its sale's delivery, an earlier correction of it, or nothing.
    ///
    /// - Returns: the event as it is sent, once the sale is stored and it is decided.
    private mutating func place(
        _ row: inout DeliveryRow,
        _ event: Event,
        sale: SaleTarget,
        at now: Timestamp
    ) throws(Book.Failure) -> Event? {
        guard case .saleOpen = row.state, let change = row.change else { return nil }
        let saleNumber = try book.number(of: change.sale, to: row.sink)
        guard let saleRow = try book.delivery(saleNumber), let end = saleRow.end else { return nil }
        guard end.isStored else {
            row.finish(afterSale: end)
            return nil
        }
        var gathered: DeliveryRow?
        for other in try book.corrections(of: change.sale) {
            guard other.event != row.event else { break }
            let number = try book.number(of: other.event, to: row.sink)
            guard let earlier = try book.delivery(number), earlier.end == nil else { continue }
            // What tells no amount need not wait for one that is gathered.
            if case .gathering = earlier.state {
                if change.before != change.after { gathered = earlier }
                continue
            }
            // Amounts after a correction are absolute at some platforms, so they go out strictly one after the other.
            row.reason = "waits for an earlier correction of its sale"
            return nil
        }
        row.reason = nil
        let sent = try book.sentEvent(of: saleRow)
        try gather(&row, event, with: gathered, whole: sent.total?.minor, at: now)
        return event.correcting(sent, by: row.change ?? change)
    }

    /// Takes an earlier correction over that was still gathered, and gathers on or makes ready.
    ///
    /// Only what gives back a part waits: nothing can follow a whole refund, and money regained is told at once.
    private mutating func gather(
        _ row: inout DeliveryRow,
        _ event: Event,
        with earlier: DeliveryRow?,
        whole: Int64?,
        at now: Timestamp
    ) throws(Book.Failure) {
        var until = now.advanced(by: sinkPolicy(row.sink)?.correctionHold ?? .zero)
        if var earlier, case .gathering(let end) = earlier.state {
            row.change?.before = earlier.change?.before ?? 0
            until = end
            earlier.finish(.notApplicable, "told together with \(event.key)")
            try book.save(earlier)
        }
        if let change = row.change, change.before < change.after, change.after < whole ?? .min, until > now {
            row.state = .gathering(until: until)
            row.reason = "waits for further refunds of its sale, to be told as one"
        } else {
            try makeReady(&row, at: now)
        }
    }

    /// Lets the corrections of a sale go on after its delivery, or an earlier correction's, has ended.
    mutating func releaseCorrections(of sale: Int64, at sink: String, now: Timestamp) throws(Book.Failure) {
        for correction in try book.corrections(of: sale) {
            let number = try book.number(of: correction.event, to: sink)
            guard var row = try book.delivery(number), case .saleOpen = row.state else { continue }
            let stored = try book.event(correction.event)
            let target = SaleTarget(number: sale, event: stored.event, problem: nil)
            if let sent = try place(&row, stored.event, sale: target, at: now) {
                try book.keep(sent, of: row.number)
            }
            try book.save(row)
            try holdBehind(row, at: now)
        }
    }
}

/// The sale that a correction is weighed against.
private struct SaleTarget {
    let number: Int64
    let event: Event
    /// Why the correction cannot be weighed against it.
    let problem: String?
}

extension Correction {
    /// Forgets the amounts that cannot be weighed against the sale.
    ///
    /// - Returns: why the correction as a whole cannot be, in words.
    fileprivate mutating func weighed(_ event: Event, for sale: Event) -> String? {
        let problem = unusable(event, for: sale)
        // A dispute that was won gives back all that was lost to it, whatever currency it speaks of.
        if problem != nil || kind == .disputeWon && event.total?.currency != sale.total?.currency {
            amount = nil
            cumulative = nil
        }
        return problem
    }

    /// Why a correction cannot be weighed against its sale, in words.
    private func unusable(_ event: Event, for sale: Event) -> String? {
        switch kind {
        case .disputeOpened, .disputeWon: return nil
        default: break
        }
        guard let total = sale.total else { return "its sale states no amount" }
        let amounts = [event.total, event.refundedTotal].compactMap(\.self)
        if amounts.isEmpty, kind != .refundReversed { return "it states no amount" }
        guard amounts.allSatisfy({ $0.currency == total.currency }) else {
            return "its currency is not its sale's, \(total.currency)"
        }
        return nil
    }
}

extension Event {
    /// The refund or dispute that a correction is about.
    fileprivate var correctedSubject: String {
        switch kind {
        case .refundSucceeded, .refundReversed: refund.map { "refund:" + $0 } ?? key.description
        case .disputeOpened, .disputeLost, .disputeWon: dispute.map { "dispute:" + $0 } ?? key.description
        default: key.description
        }
    }

    /// A correction as it is sent: the buyer and the partner of the sale, and what it adds to what was given back.
    func correcting(_ sale: Event, by change: DeliveryRow.Change) -> Event {
        var result = self
        result.customer.user = customer.user ?? sale.customer.user
        result.customer.ref = customer.ref ?? sale.customer.ref
        result.attribution.complete(from: sale.attribution)
        if change.before != change.after, let total = sale.total {
            result.total = Money(minor: change.after - change.before, total.currency)
        }
        return result
    }
}

extension DeliveryRow {
    /// Ends the delivery; what depends on it is the caller's business.
    mutating func finish(_ end: DeliveryEnd, _ why: String) {
        state = .ended(end)
        reason = why
    }

    /// Ends a correction whose sale the platform does not have.
    fileprivate mutating func finish(afterSale end: DeliveryEnd) {
        switch end {
        case .needsHuman: finish(.needsHuman, "its sale needs a person first")
        case .notAttributed: finish(.notApplicable, "its sale was not attributed")
        case .rejectedByPlatform: finish(.notApplicable, "its sale was rejected by the platform")
        case .permanent: finish(.notApplicable, "its sale could not be sent")
        case .notApplicable, .delivered, .unproven, .duplicate: finish(.notApplicable, "there was no sale to send")
        }
    }
}
