// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Ledger {
    /// Whether a sink takes an event at all.
    func takes(_ sink: SinkPolicy, _ event: Event, in scope: Scope) -> Bool {
        guard sink.kinds.contains(event.kind) else { return false }
        switch sink.mode {
        case .live: return scope.isLive
        case .test: return !scope.isLive
        case .all: return true
        }
    }

    /// Plans one delivery for each sink that takes the event, and counts it as filtered for the others.
    mutating func plan(_ event: Event, _ entry: EventEntry, _ person: Person) throws(Book.Failure) {
        var facts: SubscriptionFacts??
        for sink in policy.sinks {
            guard takes(sink, event, in: entry.scope) else {
                try book.count(sink.name, accepted: 1, filtered: 1)
                continue
            }
            try book.count(sink.name, accepted: 1, filtered: 0)
            if facts == nil { facts = .some(try subscriptionFacts(of: event, in: entry.scope)) }
            let sent = settledPhase(
                of: filled(event, for: sink, from: person.party, in: entry.scope),
                number: entry.number,
                facts ?? nil
            )
            var row = try row(of: event, entry, to: sink.name, person)
            if try isReady(sent, for: sink, from: person.party) {
                try makeReady(&row, at: entry.receivedAt)
            } else {
                row.state = .unattributed(until: entry.receivedAt.advanced(by: policy.grace))
                row.reason = "waits for an attribution"
            }
            try book.plan(row, sent: sent == event ? nil : sent)
            try holdBehind(row, at: entry.receivedAt)
        }
    }

    /// A new delivery, ready at once until decided otherwise.
    mutating func row(
        of event: Event,
        _ entry: EventEntry,
        to sink: String,
        _ person: Person
    ) throws(Book.Failure) -> DeliveryRow {
        DeliveryRow(
            number: try book.number(of: entry.number, to: sink),
            event: entry.number,
            sink: sink,
            party: person.party.number,
            rank: DeliveryRow.Rank(event.kind),
            time: event.time,
            state: .waiting(until: entry.receivedAt)
        )
    }
}
