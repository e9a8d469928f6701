// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The most deliveries of one party that one event releases; the grace time's end looks again at the rest.
private let releasedMax = 1024

/// The most deliveries of one party to one sink that are told anew who brought it.
private let refilledMax = 64

extension Ledger {
    /// An event as one sink shall see it: what it does not say itself comes from its party.
    ///
    /// The event's own statements prevail. Touches are added in the order of the policy until a partner is named for
    /// this sink by more than a coupon, which is only a fallback; so a sink never gets the click of one partner beside
    /// the referral of another that lost to it.
    func filled(_ event: Event, for sink: SinkPolicy, from party: Party, in scope: Scope) -> Event {
        var result = event
        if result.customer.user == nil { result.customer.user = party.user?.value }
        if result.customer.ref == nil, party.customerScope == scope { result.customer.ref = party.customer?.value }
        guard !namesPartner(result, sink), !party.touches.isEmpty else { return result }
        let touches = inOrder(party.touches, before: event.time)
        // The click that the event names itself prevails, as everything does that it names itself.
        let own = touches.filter {
            event.attribution.landing != nil && $0.attribution.landing == event.attribution.landing
        }
        for touch in own + touches {
            result.attribution.complete(from: touch.attribution)
            if namesPartner(result, sink) { break }
        }
        return result
    }

    /// Whether an event need not wait for whoever brought its buyer: it says who, or its buyer's sales are stored there.
    ///
    /// A user alone is not enough: the sign-up that names the click may be late, and most platforms take the sale of a
    /// customer whom they do not know for nobody's, and for good.
    mutating func isReady(_ event: Event, for sink: SinkPolicy, from party: Party) throws(Book.Failure) -> Bool {
        if sink.lacksUser(event) { return false }
        if sink.sendsOrganic || sink.namesPartner(event) { return true }
        guard sink.isAttributed(event) else { return false }
        return try book.hasBought(party.number, at: sink.name)
    }

    /// Whether an event names a partner for a sink, and not only a coupon or a user.
    private func namesPartner(_ event: Event, _ sink: SinkPolicy) -> Bool {
        let attribution = event.attribution
        return attribution.click != nil || attribution.referral != nil || attribution.code != nil
            || attribution.params.contains { sink.parameters.contains($0.name) && !$0.value.isEmpty }
    }

    /// Touches with the one that counts first, by event time and never by arrival.
    private func inOrder(_ touches: [Touch], before time: Timestamp) -> [Touch] {
        switch policy.touch {
        case .first:
            return touches.sorted { ($0.first, $0.last, $0.order) < ($1.first, $1.last, $1.order) }
        case .last:
            // The last one before the sale; one that was told for a later time only where there is no other.
            let before = touches.compactMap { touch -> (Timestamp, Touch)? in
                touch.last <= time ? (touch.last, touch) : touch.first <= time ? (touch.first, touch) : nil
            }
            let after = touches.filter { $0.first > time }
            return before.sorted { ($1.0, $1.1.order) < ($0.0, $0.1.order) }.map(\.1)
                + after.sorted { ($0.first, $0.order) < ($1.first, $1.order) }
        }
    }

    /// Makes deliveries ready that waited for an attribution, where the party has one now.
    mutating func release(_ person: Person, at now: Timestamp) throws(Book.Failure) {
        for row in try book.unattributed(person.party.number, limit: releasedMax) {
            _ = try releaseIfAttributed(row, from: person.party, at: now)
        }
        try refill(person)
    }

    /// Lets deliveries that were planned before the party knew who brought it, and never tried, say so too.
    private mutating func refill(_ person: Person) throws(Book.Failure) {
        for sink in policy.sinks {
            for row in try book.queue(sink.name, party: person.party.number, limit: refilledMax) where row.attempts == 0
            {
                guard row.rank == .lead || row.rank == .step || row.rank == .payment else { continue }
                let stored = try book.event(row.event)
                let sent = settledPhase(
                    of: filled(stored.event, for: sink, from: person.party, in: stored.entry.scope),
                    number: row.event,
                    try subscriptionFacts(of: stored.event, in: stored.entry.scope)
                )
                if sent != (try book.sentEvent(of: row)) { try book.keep(sent, of: row.number) }
            }
        }
    }

    /// Makes a delivery ready if its party names a partner for its sink; at the end of its wait, a user is enough.
    mutating func releaseIfAttributed(
        _ blocked: DeliveryRow,
        from party: Party,
        at now: Timestamp,
        isOver: Bool = false
    ) throws(Book.Failure) -> Bool {
        guard let sink = sinkPolicy(blocked.sink) else { return false }
        let stored = try book.event(blocked.event)
        let sent = settledPhase(
            of: filled(stored.event, for: sink, from: party, in: stored.entry.scope),
            number: blocked.event,
            try subscriptionFacts(of: stored.event, in: stored.entry.scope)
        )
        let goes = try isOver ? sink.sendsOrganic || sink.isAttributed(sent) : isReady(sent, for: sink, from: party)
        guard goes else { return false }
        if sent != stored.event { try book.keep(sent, of: blocked.number) }
        var row = blocked
        row.reason = nil
        try makeReady(&row, at: now)
        try book.save(row)
        try holdBehind(row, at: now)
        return true
    }
}

extension Attribution {
    /// Takes over what is missing here.
    mutating func complete(from other: Attribution) {
        click = click ?? other.click
        referral = referral ?? other.referral
        code = code ?? other.code
        coupon = coupon ?? other.coupon
        landing = landing ?? other.landing
        for parameter in other.params where !params.contains(where: { $0.name == parameter.name }) {
            params.append(parameter)
        }
    }
}

extension Touch {
    /// A text that orders touches of the same time, whatever their order of arrival.
    fileprivate var order: String {
        let fields = [
            attribution.click, attribution.referral, attribution.code, attribution.coupon, attribution.landing,
        ]
        return fields.map { $0 ?? "" }.joined(separator: "\u{1}")
            + attribution.params.map { "\u{2}" + $0.name + "\u{1}" + $0.value }.joined()
    }
}
