// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The rules by which webhooks become deliveries: pure decisions over a ``LedgerBook``.
///
/// Reads no clock and draws no random number; every time is an argument. A store runs each call within one transaction
/// and answers after that has committed. The rules stand one to a file: siblings, parties, attribution, phase, planning,
/// corrections, order, leases, finishing, and the passing of time.
public struct Ledger<Book: LedgerBook> {
    /// What the rules read and write.
    public var book: Book

    /// The settings that the rules depend on.
    public var policy: LedgerPolicy

    /// The sinks that have something new to send because of the current call.
    var wakes: Set<String> = []

    /// Creates a ledger over a book.
    public init(book: Book, policy: LedgerPolicy) {
        self.book = book
        self.policy = policy
    }

    /// Journals a webhook and enters its events; a repeat changes nothing.
    public mutating func settle(_ submission: Submission) throws(Book.Failure) -> Settlement {
        wakes = []
        let scope = Scope(source: submission.source, isLive: submission.live != false)
        let journal = try book.journal(submission, in: scope)
        guard journal.isNew else { return Settlement(status: .repeated, number: journal.number) }
        if submission.events.isEmpty {
            for sink in policy.sinks { try book.count(sink.name, accepted: 1, filtered: 1) }
        }
        var dispositions: [Settlement.Disposition] = []
        for (position, event) in submission.events.enumerated() {
            let entry = EventEntry(
                webhook: journal.number,
                position: position,
                scope: scope,
                receivedAt: submission.receivedAt
            )
            dispositions.append(try enter(event, as: entry))
        }
        return Settlement(status: .stored, number: journal.number, dispositions: dispositions, wakes: wakes)
    }

    /// Binds what an event tells about its buyer and, if the event is new, plans its deliveries.
    mutating func enter(
        _ event: Event,
        as newEntry: EventEntry
    ) throws(Book.Failure) -> Settlement.Disposition {
        var entry = newEntry
        var bindings = try bindings(of: event, in: entry.scope)
        entry.siblingOf = try sibling(of: event, in: entry.scope, among: bindings)
        var person = try person(behind: &bindings, of: event)
        let namesake = try borrow(by: bindings, event, into: &person)
        let learned = learn(event, entry, into: &person)
        try keep(&person)
        let click = event.kind == .clickRecorded ? entry.number : nil
        let found = try bind(&bindings, to: person, payment: payment(of: event, entry), click: click)
        try book.enter(event, as: entry)
        if person.wasMerged { try restoreOrder(of: person, at: entry.receivedAt) }
        if learned || person.wasMerged { try release(person, at: entry.receivedAt) }
        if let namesake { try lend(person, to: namesake, at: entry.receivedAt) }
        try noteSubscription(of: event, entry)
        if let sibling = entry.siblingOf {
            for sink in policy.sinks { try book.count(sink.name, accepted: 1, filtered: 1) }
            switch event.kind.movement {
            case .none: break
            case .payment: try join(found, to: sibling, by: entry)
            case .correction: try widen(sibling, bindings, by: entry)
            }
            return .sibling(of: try book.key(of: sibling))
        }
        switch event.kind.movement {
        case .none:
            try plan(event, entry, person)
            if event.kind == .paymentLinked { try tie(event, entry, bindings) }
        case .payment:
            try plan(event, entry, person)
            try join(found, to: entry.number, by: entry)
        case .correction: try correct(event, entry, person, bindings)
        }
        return .entered
    }

    /// The payment that an event's key and aliases are ids of: itself, or the one that it is a sibling of.
    private func payment(of event: Event, _ entry: EventEntry) -> Int64? {
        event.kind == .paymentSucceeded ? entry.siblingOf ?? entry.number : nil
    }

    /// The policy of a sink by its name; `nil` where the configuration no longer has it.
    func sinkPolicy(_ name: String) -> SinkPolicy? { policy.sinks.first { $0.name == name } }
}

extension Ledger: Sendable where Book: Sendable {}
