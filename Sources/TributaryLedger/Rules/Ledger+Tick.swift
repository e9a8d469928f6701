// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What one step of ``Ledger/tick(at:limit:)`` did.
public struct TickReport: Sendable, Hashable {
    /// Names of the sinks that have something new to send.
    public var wakes: Set<String>
    /// Whether there was more to do than the limit allowed.
    public var hasMore: Bool
}

extension Ledger {
    /// Ends what waited too long, forgets touches that led to nothing, and drops old bodies.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - limit: The most rows of each sort that are treated in this step.
    /// - Returns: what was done, and whether there is more.
    /// - Throws: what the book throws.
    public mutating func tick(at now: Timestamp, limit: Int) throws(Book.Failure) -> TickReport {
        wakes = []
        let overdue = try book.overdue(at: now, limit: limit)
        for row in overdue { try giveUp(row, at: now) }
        let lapsed = try book.lapsed(before: now.advanced(by: .zero - policy.clickLifetime), limit: limit)
        for party in lapsed {
            var forgotten = party
            forgotten.touches = []
            try book.save(forgotten)
        }
        let bodies = try book.dropBodies(
            receivedBefore: now.advanced(by: .zero - policy.bodyRetention),
            limit: limit
        )
        return TickReport(wakes: wakes, hasMore: max(overdue.count, lapsed.count, bodies) >= limit)
    }

    private mutating func giveUp(_ overdue: DeliveryRow, at now: Timestamp) throws(Book.Failure) {
        // An earlier one in this step may have changed it.
        guard var row = try book.delivery(overdue.number) else { return }
        switch row.state {
        case .unattributed:
            let party = try root(of: row.party)
            if try releaseIfAttributed(row, from: party, at: now, isOver: true) { return }
            row.finish(.notAttributed, "organic: no attribution arrived in time")
            try book.save(row)
            try follow(row, .notAttributed, at: now)
        case .saleUnknown:
            row.finish(.notApplicable, "its sale did not arrive within 30 days")
            try book.save(row)
        case .gathering:
            row.reason = nil
            try makeReady(&row, at: now)
            try book.save(row)
            try holdBehind(row, at: now)
        case .waiting, .held, .leased, .saleOpen, .ended: return
        }
    }
}
