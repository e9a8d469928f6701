// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension MemoryBook {
    /// The number that the delivery of an event to a sink has or would have.
    public mutating func number(of event: Int64, to sink: String) -> Int64 {
        let index = sinks.firstIndex(of: sink) ?? sinks.count
        if index == sinks.count { sinks.append(sink) }
        return event << 10 | Int64(index + 1)
    }

    /// Adds a delivery, together with the event as it is sent where that differs from the one that arrived.
    public mutating func plan(_ row: DeliveryRow, sent event: Event?) {
        precondition(deliveries[row.number] == nil, "an event goes to a sink once")
        deliveries[row.number] = row
        sent[row.number] = event
    }

    /// Keeps a delivery's new state.
    public mutating func save(_ row: DeliveryRow) {
        precondition(deliveries[row.number]?.end == nil || deliveries[row.number]?.end == row.end, "ends are final")
        deliveries[row.number] = row
    }

    /// Keeps a delivery that had ended and is sent again, under the party that it has now.
    public mutating func reopen(_ row: DeliveryRow) {
        precondition(deliveries[row.number]?.end?.isStored == false, "what is stored is not sent again")
        deliveries[row.number] = row
    }

    /// Keeps the event as it is sent.
    public mutating func keep(_ event: Event, of delivery: Int64) { sent[delivery] = event }

    /// A delivery by its number.
    public func delivery(_ number: Int64) -> DeliveryRow? { deliveries[number] }

    /// The event of a delivery as it is sent.
    public func sentEvent(of row: DeliveryRow) -> Event { sent[row.number] ?? event(row.event).event }

    /// Deliveries of a sink that may be leased at that time.
    public func due(_ sink: String, at now: Timestamp, limit: Int) -> [DeliveryRow] {
        let due = deliveries.values.filter { row in
            row.sink == sink && row.readyAt.map { $0 <= now } ?? false
        }
        let ordered = due.sorted { ($0.readyAt ?? now, $0.number) < ($1.readyAt ?? now, $1.number) }
        return Array(ordered.prefix(limit))
    }

    /// The earliest time at which ``due(_:at:limit:)`` gives something.
    public func nextDue(_ sink: String) -> Timestamp? {
        deliveries.values.lazy.filter { $0.sink == sink }.compactMap(\.readyAt).min()
    }

    /// Deliveries of any sink that wait for an attribution or a sale and whose time is over.
    public func overdue(at now: Timestamp, limit: Int) -> [DeliveryRow] {
        let overdue = deliveries.values.filter { $0.givenUpAt.map { $0 <= now } ?? false }
        let ordered = overdue.sorted { ($0.givenUpAt ?? now, $0.number) < ($1.givenUpAt ?? now, $1.number) }
        return Array(ordered.prefix(limit))
    }

    /// Deliveries of a party that wait for an attribution.
    public func unattributed(_ party: Int64, limit: Int) -> [DeliveryRow] {
        let waiting = deliveries.values.filter { row in
            if case .unattributed = row.state { row.party == party } else { false }
        }
        return Array(waiting.sorted { $0.number < $1.number }.prefix(limit))
    }

    /// The first delivery that goes before that one to the same sink and party and was not first tried before `time`.
    public func ahead(of row: DeliveryRow, notTriedBefore time: Timestamp) -> DeliveryRow? {
        queue(row.sink, party: row.party).first {
            $0.number != row.number && $0.precedes(row) && $0.firstAttemptAt ?? time >= time
        }
    }

    /// Deliveries that go behind that one to the same sink and party, wait for nothing and were never tried.
    public func untriedBehind(_ row: DeliveryRow, limit: Int) -> [DeliveryRow] {
        let behind = queue(row.sink, party: row.party).filter { other in
            guard case .waiting = other.state else { return false }
            return row.precedes(other) && other.attempts == 0
        }
        return Array(behind.prefix(limit))
    }

    /// Waiting, held and leased deliveries to that sink and party, in their order.
    public func queue(_ sink: String, party: Int64, limit: Int) -> [DeliveryRow] {
        Array(queue(sink, party: party).prefix(limit))
    }

    private func queue(_ sink: String, party: Int64) -> [DeliveryRow] {
        deliveries.values.filter { $0.sink == sink && $0.party == party && $0.readyAt != nil }
            .sorted { $0.precedes($1) }
    }

    /// Whether a payment of the party is stored at the sink.
    public func hasBought(_ party: Int64, at sink: String) -> Bool {
        purchases.contains(Purchase(party: party, sink: sink))
    }

    /// Remembers that a payment of the party is stored at the sink.
    public mutating func setBought(_ party: Int64, at sink: String) {
        purchases.insert(Purchase(party: party, sink: sink))
    }
}

extension DeliveryRow {
    /// When it may be leased, or leased again; `nil` where it waits for something that is not a time.
    public var readyAt: Timestamp? {
        switch state {
        case .waiting(let until), .held(let until), .leased(let until): until
        case .unattributed, .saleUnknown, .saleOpen, .gathering, .ended: nil
        }
    }

    /// When waiting for an attribution, a sale or further corrections is given up.
    public var givenUpAt: Timestamp? {
        switch state {
        case .unattributed(let until), .saleUnknown(let until), .gathering(let until): until
        case .waiting, .held, .leased, .saleOpen, .ended: nil
        }
    }
}
