// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What became of asking that a delivery be sent again.
public struct Retry: Sendable, Hashable {
    /// What became of it.
    public enum Result: Sendable, Hashable {
        /// It is sent again, and so many corrections with it that had ended because of it.
        case again(corrections: Int)
        /// It has not ended, so it is sent anyway.
        case underWay
        /// It stays as it is, for a reason in words.
        case refused(String)
    }

    /// The delivery's number.
    public var delivery: Int64
    /// What became of it.
    public var result: Result
    /// Names of the sinks that have something new to send because of it.
    public var wakes: Set<String>

    /// Creates an answer.
    public init(delivery: Int64, result: Result, wakes: Set<String> = []) {
        self.delivery = delivery
        self.result = result
        self.wakes = wakes
    }
}

extension Ledger {
    /// Sends a delivery again that ended without being stored, because a person has mended what was in its way.
    ///
    /// The key stays the same, so a platform that has it after all knows it again. What the platform stored, and what was
    /// nothing to send, stays as it is. A sale takes the corrections along that had ended because of it.
    ///
    /// - Parameters:
    ///   - number: The delivery's number.
    ///   - isDryRun: Whether to change nothing.
    ///   - now: The time.
    /// - Returns: what was done, or would be.
    /// - Throws: what the book throws.
    public mutating func retry(_ number: Int64, isDryRun: Bool, at now: Timestamp) throws(Book.Failure) -> Retry {
        wakes = []
        guard let row = try book.delivery(number) else {
            return Retry(delivery: number, result: .refused("there is no such delivery"))
        }
        guard let end = row.end else { return Retry(delivery: number, result: .underWay) }
        let stored = try book.event(row.event)
        if let reason = refusal(of: row, ended: end, stored) {
            return Retry(delivery: number, result: .refused(reason))
        }
        let result =
            try row.rank == .correction
            ? again(correction: row, stored, isDryRun, now) : again(row, stored, isDryRun, now)
        return Retry(delivery: number, result: result, wakes: wakes)
    }

    /// Why a delivery is not sent again, whatever else is known.
    private func refusal(of row: DeliveryRow, ended end: DeliveryEnd, _ stored: StoredEvent) -> String? {
        switch end {
        case .delivered, .duplicate: return "the platform has it"
        case .unproven: return "it was taken, and the platform does not say whether it counts"
        case .notApplicable: return "there was nothing to send" + (row.reason.map { ": \($0)" } ?? "")
        case .notAttributed, .rejectedByPlatform, .permanent, .needsHuman: break
        }
        guard let sink = sinkPolicy(row.sink) else { return "the sink is not configured any more" }
        return takes(sink, stored.event, in: stored.entry.scope)
            ? nil : "the sink does not take \(stored.event.kind.rawValue) any more, or not of this mode"
    }

    private mutating func again(
        _ ended: DeliveryRow,
        _ stored: StoredEvent,
        _ isDryRun: Bool,
        _ now: Timestamp
    ) throws(Book.Failure) -> Retry.Result {
        guard let sink = sinkPolicy(ended.sink) else { return .refused("the sink is not configured any more") }
        let party = try root(of: ended.party)
        // What became known since it was planned is told, too.
        let sent = settledPhase(
            of: filled(stored.event, for: sink, from: party, in: stored.entry.scope),
            number: ended.event,
            try subscriptionFacts(of: stored.event, in: stored.entry.scope)
        )
        guard sink.sendsOrganic || sink.isAttributed(sent) else {
            return .refused("organic: nobody is known to have brought the buyer")
        }
        let followers = ended.rank == .payment ? try corrections(endedWith: ended) : []
        guard !isDryRun else { return .again(corrections: followers.count) }
        var row = ended.reopened(for: party.number)
        try makeReady(&row, at: now)
        try book.reopen(row)
        if sent != (try book.sentEvent(of: row)) { try book.keep(sent, of: row.number) }
        for follower in followers {
            var waiting = follower.reopened(for: try root(of: follower.party).number)
            waiting.state = .saleOpen
            waiting.reason = "waits for its sale"
            try book.reopen(waiting)
        }
        try holdBehind(row, at: now)
        return .again(corrections: followers.count)
    }

    /// Corrections that were never tried because their sale had ended.
    private mutating func corrections(endedWith sale: DeliveryRow) throws(Book.Failure) -> [DeliveryRow] {
        var found: [DeliveryRow] = []
        for correction in try book.corrections(of: sale.event) {
            let number = try book.number(of: correction.event, to: sale.sink)
            guard let row = try book.delivery(number), let end = row.end, !end.isStored, row.attempts == 0 else {
                continue
            }
            // That nothing changes by it was said before, and stays so; disputes are told whatever they change.
            let isDispute = correction.kind == .disputeOpened || correction.kind == .disputeWon
            if isDispute || row.changesSomething { found.append(row) }
        }
        return found
    }

    /// A correction goes out behind all those of its sale that the platform has, and says what the sale has lost then.
    ///
    /// Platforms that are told what remains would else be set back to an older sum.
    private mutating func again(
        correction ended: DeliveryRow,
        _ stored: StoredEvent,
        _ isDryRun: Bool,
        _ now: Timestamp
    ) throws(Book.Failure) -> Retry.Result {
        guard let change = ended.change, ended.attempts > 0 || ended.changesSomething else {
            return .refused("it cannot be weighed against its sale" + (ended.reason.map { ": \($0)" } ?? ""))
        }
        let saleNumber = try book.number(of: change.sale, to: ended.sink)
        guard let sale = try book.delivery(saleNumber), sale.end?.isStored ?? false else {
            return .refused("its sale is not stored there: send that again first, delivery \(saleNumber)")
        }
        var before: Int64 = 0
        var isBehind = false
        var waitsForEarlier = false
        for other in try book.corrections(of: change.sale) {
            if other.event == ended.event {
                isBehind = true
                continue
            }
            let number = try book.number(of: other.event, to: ended.sink)
            guard let row = try book.delivery(number), row.end?.isStored ?? true else { continue }
            if row.end == nil, isBehind {
                return .refused("a later correction of its sale is under way: repeat this when that has ended")
            }
            waitsForEarlier = waitsForEarlier || row.end == nil
            before += row.change.map { $0.after - $0.before } ?? 0
        }
        guard !isDryRun else { return .again(corrections: 0) }
        var row = ended.reopened(for: try root(of: ended.party).number)
        row.change = .init(sale: change.sale, before: before, after: before + change.after - change.before)
        if waitsForEarlier {
            row.state = .saleOpen
            row.reason = "waits for an earlier correction of its sale"
        } else {
            try makeReady(&row, at: now)
        }
        try book.reopen(row)
        if let change = row.change {
            try book.keep(stored.event.correcting(try book.sentEvent(of: sale), by: change), of: row.number)
        }
        try holdBehind(row, at: now)
        return .again(corrections: 0)
    }
}

extension DeliveryRow {
    /// Whether a correction has anything to tell.
    fileprivate var changesSomething: Bool {
        guard let change else { return false }
        return change.before != change.after
    }

    /// The same delivery before its first attempt, with the fence of its leases.
    fileprivate func reopened(for party: Int64) -> DeliveryRow {
        var row = self
        row.party = party
        row.attempts = 0
        row.waits = 0
        row.firstAttemptAt = nil
        // An end may have been an answer behind which the platform stored it; the sink has to reckon with that.
        row.mayHaveArrived = mayHaveArrived || !trail.isEmpty
        row.trail = []
        row.reason = nil
        return row
    }
}
