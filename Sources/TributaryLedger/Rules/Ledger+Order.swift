// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The longest time for which a delivery that cannot get through holds back the customer's others.
private let holdMax = Duration.seconds(30 * 60)

/// The most deliveries of one customer that are put in order at once.
private let reorderedMax = 64

extension Ledger {
    /// Makes a delivery ready to be leased, or holds it behind one that goes first.
    mutating func makeReady(_ row: inout DeliveryRow, at now: Timestamp) throws(Book.Failure) {
        if sinkPolicy(row.sink)?.needsOrder ?? false,
            let first = try book.ahead(of: row, notTriedBefore: now.advanced(by: .zero - holdMax))
        {
            row.state = .held(until: (first.firstAttemptAt ?? now).advanced(by: holdMax))
        } else {
            row.state = .waiting(until: now)
            wakes.insert(row.sink)
        }
    }

    /// Holds deliveries that were planned before this one and go behind it, as far as they were never tried.
    mutating func holdBehind(_ row: DeliveryRow, at now: Timestamp) throws(Book.Failure) {
        guard sinkPolicy(row.sink)?.needsOrder ?? false else { return }
        switch row.state {
        case .waiting, .held: break
        case .leased, .unattributed, .saleUnknown, .saleOpen, .gathering, .ended: return
        }
        try hold(try book.untriedBehind(row, limit: reorderedMax), at: now)
    }

    /// Makes the next held delivery of a customer ready, where nothing goes before it any more.
    mutating func releaseBehind(_ row: DeliveryRow, at now: Timestamp) throws(Book.Failure) {
        // Only the first can become ready: all others are behind it.
        for other in try book.queue(row.sink, party: row.party, limit: reorderedMax) {
            guard case .held = other.state else { continue }
            var next = other
            try makeReady(&next, at: now)
            if case .waiting = next.state { try book.save(next) }
            return
        }
    }

    /// Puts the deliveries of a party in order that was two before.
    mutating func restoreOrder(of person: Person, at now: Timestamp) throws(Book.Failure) {
        for sink in policy.sinks where sink.needsOrder {
            guard let first = try book.queue(sink.name, party: person.party.number, limit: 1).first else { continue }
            try hold(try book.untriedBehind(first, limit: reorderedMax), at: now)
        }
    }

    private mutating func hold(_ rows: [DeliveryRow], at now: Timestamp) throws(Book.Failure) {
        for row in rows {
            var held = row
            held.state = .held(until: now.advanced(by: holdMax))
            try book.save(held)
        }
    }
}
