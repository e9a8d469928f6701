// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What an attempt came to, in the ledger's words.
public enum AttemptOutcome: Sendable, Hashable {
    /// The delivery is over.
    case ended(DeliveryEnd, reason: String, receipt: [Attribution.Parameter])
    /// It is tried again at that time.
    case retry(at: Timestamp, reason: String)
    /// The attempt was not made: as if the lease had not been taken.
    case returned(at: Timestamp)
}

extension Ledger {
    /// Records what an attempt came to, if its lease is the newest of the delivery.
    ///
    /// - Parameters:
    ///   - delivery: The delivery's number.
    ///   - token: The lease's number.
    ///   - outcome: What the attempt came to.
    ///   - mayHaveArrived: Whether the platform may have received the attempt although no answer is known.
    ///   - isWait: Whether a retry waits for what the delivery builds on.
    ///   - trail: What was called and answered.
    ///   - now: The time.
    /// - Returns: the names of the sinks that have something new to send, or `nil` where the lease was lost and nothing
    ///   was recorded.
    /// - Throws: what the book throws.
    public mutating func finish(
        _ delivery: Int64,
        token: Int64,
        _ outcome: AttemptOutcome,
        mayHaveArrived: Bool,
        isWait: Bool = false,
        trail: [String],
        at now: Timestamp
    ) throws(Book.Failure) -> Set<String>? {
        wakes = []
        guard var row = try book.delivery(delivery), row.token == token, case .leased = row.state else { return nil }
        switch outcome {
        case .ended(let end, let reason, let receipt):
            row.trail = trail
            row.receipt = receipt
            row.finish(end, reason)
            try book.save(row)
            try follow(row, end, at: now)
        case .retry(let time, let reason):
            row.trail = trail
            row.reason = reason
            row.mayHaveArrived = row.mayHaveArrived || mayHaveArrived
            row.waits += isWait ? 1 : 0
            row.state = .waiting(until: time)
            try book.save(row)
        case .returned(let time):
            row.attempts -= 1
            // A call that was under way when the lane was stopped may have arrived all the same.
            row.mayHaveArrived = row.mayHaveArrived || mayHaveArrived
            if row.attempts == 0 { row.firstAttemptAt = nil }
            row.state = .waiting(until: time)
            try book.save(row)
        }
        return wakes
    }

    /// Lets everything go on that waited for a delivery to end.
    mutating func follow(_ row: DeliveryRow, _ end: DeliveryEnd, at now: Timestamp) throws(Book.Failure) {
        switch row.rank {
        case .payment:
            if end.isStored { try book.setBought(row.party, at: row.sink) }
            try releaseCorrections(of: row.event, at: row.sink, now: now)
        case .correction:
            if let change = row.change { try releaseCorrections(of: change.sale, at: row.sink, now: now) }
        case .click, .lead, .step: break
        }
        if sinkPolicy(row.sink)?.needsOrder ?? false { try releaseBehind(row, at: now) }
    }
}
