// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Books in memory: the plainest thing that keeps every promise of ``LedgerBook``.
///
/// For tests, and as the reference that other books are compared with. It searches where others have an index.
public struct MemoryBook: LedgerBook, Sendable {
    /// Nothing can go wrong in memory.
    public typealias Failure = Never

    struct WebhookKey: Hashable {
        let scope: Scope
        let key: String
    }

    struct Place: Hashable {
        let scope: Scope
        let reference: Reference
    }

    struct Told: Hashable {
        let kind: EventKind
        let place: Place
    }

    struct Purchase: Hashable {
        var party: Int64
        var sink: String
    }

    /// What was submitted, by the journal's number counted from 1.
    public internal(set) var webhooks: [Int64: Submission] = [:]
    /// What became of each event, by its number.
    public internal(set) var events: [Int64: StoredEvent] = [:]
    /// All deliveries, by their numbers.
    public internal(set) var deliveries: [Int64: DeliveryRow] = [:]
    var sent: [Int64: Event] = [:]
    var numbers: [WebhookKey: Int64] = [:]
    var told: [Told: Int64] = [:]
    var accepted: [String: Int64] = [:]
    var filtered: [String: Int64] = [:]
    var links: [Place: Link] = [:]
    var parties: [Party] = []
    var subscriptions: [Place: SubscriptionFacts] = [:]
    var corrections: [Int64: Correction] = [:]
    var parked: [Place: Set<Int64>] = [:]
    var purchases: Set<Purchase> = []
    var sinks: [String] = []

    /// Creates empty books.
    public init() {}

    /// The conservation counters of a sink: units accepted, and those without a delivery.
    public func counters(of sink: String) -> (accepted: Int64, filtered: Int64) {
        (accepted[sink] ?? 0, filtered[sink] ?? 0)
    }
}

// MARK: The journal

extension MemoryBook {
    /// Journals a webhook, unless one of the same scope and key is there already.
    public mutating func journal(_ submission: Submission, in scope: Scope) -> JournalEntry {
        let key = WebhookKey(scope: scope, key: submission.webhookKey)
        if let number = numbers[key] { return JournalEntry(number: number, isNew: false) }
        let number = Int64(numbers.count + 1)
        numbers[key] = number
        webhooks[number] = submission
        return JournalEntry(number: number, isNew: true)
    }

    /// Keeps an event, as it arrived.
    public mutating func enter(_ event: Event, as entry: EventEntry) {
        events[entry.number] = StoredEvent(event, entry)
        guard entry.siblingOf == nil else { return }
        let place = Place(scope: entry.scope, reference: event.key)
        told[Told(kind: event.kind, place: place)] = entry.number
    }

    /// An event by its number.
    public func event(_ number: Int64) -> StoredEvent {
        guard let event = events[number] else { preconditionFailure("event \(number) was never entered") }
        return event
    }

    /// The business key of an event.
    public func key(of event: Int64) -> Reference { self.event(event).event.key }

    /// The event of that kind and key that was entered as new.
    public func entered(_ kind: EventKind, _ key: Reference, in scope: Scope) -> Int64? {
        told[Told(kind: kind, place: Place(scope: scope, reference: key))]
    }

    /// Adds to the conservation counters of a sink.
    public mutating func count(_ sink: String, accepted: Int64, filtered: Int64) {
        self.accepted[sink, default: 0] += accepted
        self.filtered[sink, default: 0] += filtered
    }

    /// Drops raw bodies of webhooks received before that time, at most so many.
    public mutating func dropBodies(receivedBefore time: Timestamp, limit: Int) -> Int {
        let old = webhooks.keys.sorted().filter {
            guard let webhook = webhooks[$0] else { return false }
            return webhook.receivedAt < time && !webhook.body.isEmpty
        }
        for number in old.prefix(limit) { webhooks[number]?.body = [] }
        return min(old.count, limit)
    }
}

// MARK: Links, parties, subscriptions

extension MemoryBook {
    /// What is known about an id.
    public func link(_ reference: Reference, in scope: Scope) -> Link? {
        links[Place(scope: scope, reference: reference)]
    }

    /// Sets what is known about an id.
    public mutating func bind(_ reference: Reference, in scope: Scope, to link: Link) {
        links[Place(scope: scope, reference: reference)] = link
    }

    /// A party by its number, merged or not.
    public func party(_ number: Int64) -> Party { parties[Int(number) - 1] }

    /// Adds a party and gives it a number.
    public mutating func add(_ party: Party) -> Int64 {
        var added = party
        added.number = Int64(parties.count + 1)
        parties.append(added)
        return added.number
    }

    /// Keeps a party's new state.
    public mutating func save(_ party: Party) { parties[Int(party.number) - 1] = party }

    /// Gives all deliveries that have not ended and all purchases of one party to another.
    public mutating func move(_ lesser: Int64, to greater: Int64) {
        for (number, row) in deliveries where row.party == lesser && row.end == nil {
            deliveries[number]?.party = greater
        }
        for purchase in purchases where purchase.party == lesser {
            purchases.remove(purchase)
            purchases.insert(Purchase(party: greater, sink: purchase.sink))
        }
    }

    /// Parties that are no customers and whose touches are due to be forgotten.
    public func lapsed(before time: Timestamp, limit: Int) -> [Party] {
        Array(parties.lazy.filter { $0.mergedInto == nil && ($0.lapsesFrom ?? time) < time }.prefix(limit))
    }

    /// What is known about a subscription.
    public func subscription(_ ref: String, in scope: Scope) -> SubscriptionFacts? {
        subscriptions[Place(scope: scope, reference: Reference("subscription", ref))]
    }

    /// Sets what is known about a subscription.
    public mutating func save(_ facts: SubscriptionFacts, of ref: String, in scope: Scope) {
        subscriptions[Place(scope: scope, reference: Reference("subscription", ref))] = facts
    }
}

// MARK: Corrections

extension MemoryBook {
    /// Keeps a correction, or its sale once that is found.
    public mutating func save(_ correction: Correction) { corrections[correction.event] = correction }

    /// The corrections of a sale in the order in which they were joined to it.
    public func corrections(of sale: Int64) -> [Correction] {
        corrections.values.filter { $0.sale == sale }.sorted {
            ($0.joined ?? $0.event, $0.event) < ($1.joined ?? $1.event, $1.event)
        }
    }

    /// Remembers that a correction waits for the sale of that id.
    public mutating func park(_ correction: Int64, under reference: Reference, in scope: Scope) {
        parked[Place(scope: scope, reference: reference), default: []].insert(correction)
    }

    /// Gives and forgets the corrections without a sale that wait for that id, in the order of their numbers.
    public mutating func takeParked(under reference: Reference, in scope: Scope) -> [Correction] {
        let waiting = parked.removeValue(forKey: Place(scope: scope, reference: reference)) ?? []
        return waiting.sorted().compactMap { corrections[$0] }.filter { $0.sale == nil }
    }
}
