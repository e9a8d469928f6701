// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What the ledger's rules read and write: one store's books, inside one transaction.
///
/// A book finds and keeps; it decides nothing. All numbers it gives out stay valid for ever.
public protocol LedgerBook {
    /// What can go wrong: nothing in memory, I/O on a disk.
    associatedtype Failure: Error

    // MARK: The journal

    /// Journals a webhook, unless one of the same scope and key is there already.
    mutating func journal(_ submission: Submission, in scope: Scope) throws(Failure) -> JournalEntry

    /// Keeps an event, as it arrived.
    mutating func enter(_ event: Event, as entry: EventEntry) throws(Failure)

    /// An event by its number.
    mutating func event(_ number: Int64) throws(Failure) -> StoredEvent

    /// The business key of an event.
    mutating func key(of event: Int64) throws(Failure) -> Reference

    /// The event of that kind and key that was entered as new; not asked for payments, which ``Link`` finds.
    mutating func entered(_ kind: EventKind, _ key: Reference, in scope: Scope) throws(Failure) -> Int64?

    /// Adds to the conservation counters of a sink.
    mutating func count(_ sink: String, accepted: Int64, filtered: Int64) throws(Failure)

    // MARK: Links, parties, subscriptions

    /// What is known about an id.
    mutating func link(_ reference: Reference, in scope: Scope) throws(Failure) -> Link?

    /// Sets what is known about an id.
    mutating func bind(_ reference: Reference, in scope: Scope, to link: Link) throws(Failure)

    /// A party by its number, merged or not.
    mutating func party(_ number: Int64) throws(Failure) -> Party

    /// Adds a party and gives it a number.
    mutating func add(_ party: Party) throws(Failure) -> Int64

    /// Keeps a party's new state.
    mutating func save(_ party: Party) throws(Failure)

    /// Gives all deliveries that have not ended and all purchases of one party to another.
    mutating func move(_ lesser: Int64, to greater: Int64) throws(Failure)

    /// Parties that are no customers and whose touches are due to be forgotten.
    mutating func lapsed(before time: Timestamp, limit: Int) throws(Failure) -> [Party]

    /// What is known about a subscription.
    mutating func subscription(_ ref: String, in scope: Scope) throws(Failure) -> SubscriptionFacts?

    /// Sets what is known about a subscription, whose id is bound.
    mutating func save(_ facts: SubscriptionFacts, of ref: String, in scope: Scope) throws(Failure)

    // MARK: Corrections

    /// Keeps a correction, or its sale once that is found.
    mutating func save(_ correction: Correction) throws(Failure)

    /// The corrections of a sale in the order in which they were joined to it, at once those of lower numbers first.
    mutating func corrections(of sale: Int64) throws(Failure) -> [Correction]

    /// Remembers that a correction waits for the sale of that id.
    mutating func park(_ correction: Int64, under reference: Reference, in scope: Scope) throws(Failure)

    /// Gives and forgets the corrections without a sale that wait for that id, in the order of their numbers.
    mutating func takeParked(under reference: Reference, in scope: Scope) throws(Failure) -> [Correction]

    // MARK: Deliveries

    /// The number that the delivery of an event to a sink has or would have.
    mutating func number(of event: Int64, to sink: String) throws(Failure) -> Int64

    /// Adds a delivery, together with the event as it is sent where that differs from the one that arrived.
    mutating func plan(_ row: DeliveryRow, sent: Event?) throws(Failure)

    /// Keeps a delivery's new state.
    mutating func save(_ row: DeliveryRow) throws(Failure)

    /// Keeps a delivery that had ended and is sent again, under the party that it has now.
    mutating func reopen(_ row: DeliveryRow) throws(Failure)

    /// Keeps the event as it is sent.
    mutating func keep(_ sent: Event, of delivery: Int64) throws(Failure)

    /// A delivery by its number.
    mutating func delivery(_ number: Int64) throws(Failure) -> DeliveryRow?

    /// The event of a delivery as it is sent.
    mutating func sentEvent(of row: DeliveryRow) throws(Failure) -> Event

    /// Deliveries of a sink that may be leased at that time: waiting, held and leased ones whose time has come, by time.
    mutating func due(_ sink: String, at now: Timestamp, limit: Int) throws(Failure) -> [DeliveryRow]

    /// The earliest time at which ``due(_:at:limit:)`` gives something.
    mutating func nextDue(_ sink: String) throws(Failure) -> Timestamp?

    /// Deliveries of any sink that wait for an attribution or a sale and whose time is over.
    mutating func overdue(at now: Timestamp, limit: Int) throws(Failure) -> [DeliveryRow]

    /// Deliveries of a party that wait for an attribution.
    mutating func unattributed(_ party: Int64, limit: Int) throws(Failure) -> [DeliveryRow]

    /// The first delivery that goes before that one to the same sink and party and was not first tried before `time`.
    ///
    /// Only waiting, held and leased deliveries are in the queue.
    mutating func ahead(of row: DeliveryRow, notTriedBefore time: Timestamp) throws(Failure) -> DeliveryRow?

    /// Deliveries that go behind that one to the same sink and party, wait for nothing and were never tried.
    mutating func untriedBehind(_ row: DeliveryRow, limit: Int) throws(Failure) -> [DeliveryRow]

    /// Waiting, held and leased deliveries to that sink and party, in their order.
    mutating func queue(_ sink: String, party: Int64, limit: Int) throws(Failure) -> [DeliveryRow]

    /// Whether a payment of the party is stored at the sink.
    mutating func hasBought(_ party: Int64, at sink: String) throws(Failure) -> Bool

    /// Remembers that a payment of the party is stored at the sink.
    mutating func setBought(_ party: Int64, at sink: String) throws(Failure)

    // MARK: Replay and erasure

    /// What was decided about a webhook of the journal, and its events in the order of their positions.
    mutating func judged(_ webhook: Int64) throws(Failure) -> JudgedWebhook

    /// Keeps what a mapping decides now about a webhook of the journal.
    mutating func rejudge(
        _ webhook: Int64,
        _ mapping: MappingStamp,
        _ outcome: JournalOutcome
    ) throws(Failure)

    /// Puts another event in the place of one, under its own key; kind, scope and number stay.
    mutating func replace(_ event: Int64, with erased: Event) throws(Failure)

    /// Forgets what is known about an id.
    mutating func unbind(_ reference: Reference, in scope: Scope) throws(Failure)

    /// All deliveries of an event, whatever sinks are configured.
    mutating func deliveries(of event: Int64) throws(Failure) -> [DeliveryRow]

    /// Drops the body and the header fields of a webhook.
    ///
    /// - Returns: whether there were any.
    mutating func eraseContent(ofWebhook number: Int64) throws(Failure) -> Bool

    // MARK: Retention

    /// Drops raw bodies of webhooks received before that time, at most so many.
    mutating func dropBodies(receivedBefore time: Timestamp, limit: Int) throws(Failure) -> Int
}
