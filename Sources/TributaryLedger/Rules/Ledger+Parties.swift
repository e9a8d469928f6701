// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The party behind an event, while the event is entered.
struct Person {
    var party: Party
    /// Whether the book has to be told.
    var isChanged = false
    /// Whether the event showed that two parties are one.
    var wasMerged = false
    /// What clicks of another person's know, that this one came by too.
    var lent: [Touch] = []
}

/// Parties heavier than this are not merged: no buyer has so many ids, and the work must stay bounded.
private let mergedWeightMax: Int64 = 4096

extension Ledger {
    /// Finds the one party behind ids, makes several into one where the ids connect them, or starts a new one.
    ///
    /// A click does not make two people one who share a browser: the first to sign up with it has it, and to another it
    /// only lends what it knows.
    mutating func person(behind bindings: inout [Binding], of event: Event) throws(Book.Failure) -> Person {
        var parties: [Party] = []
        var lent: [Touch] = []
        for index in bindings.indices {
            let binding = bindings[index]
            guard let link = binding.link, !binding.isEmail, !parties.contains(where: { $0.number == link.party })
            else { continue }
            let party = try root(of: link.party)
            let user = event.customer.user ?? parties.lazy.compactMap(\.user?.value).first
            if binding.isClick, let user, let owner = party.user?.value, owner != user {
                bindings[index].isLent = true
                lent += party.touches.filter { $0.attribution.landing == binding.reference.id }
                continue
            }
            if !parties.contains(where: { $0.number == party.number }) { parties.append(party) }
        }
        // The heaviest stays, so that a delivery moves at most a logarithmic number of times in its life.
        parties.sort { ($1.weight, $0.number) < ($0.weight, $1.number) }
        var person = Person(party: parties.first ?? Party(), isChanged: parties.isEmpty)
        person.lent = lent
        for lesser in parties.dropFirst() where lesser.weight <= mergedWeightMax {
            try merge(lesser, into: &person)
        }
        let weight = Int64(bindings.count { $0.link == nil && !$0.isLent })
        if weight > 0 {
            person.party.weight += weight
            person.isChanged = true
        }
        return person
    }

    /// The party that a party has become part of.
    mutating func root(of number: Int64) throws(Book.Failure) -> Party {
        var party = try book.party(number)
        // Always the lighter joins the heavier, so the chain is no longer than the logarithm of the weight.
        while let next = party.mergedInto { party = try book.party(next) }
        return party
    }

    private mutating func merge(_ lesser: Party, into person: inout Person) throws(Book.Failure) {
        var ended = lesser
        ended.mergedInto = person.party.number
        ended.touches = []
        try book.save(ended)
        try book.move(lesser.number, to: person.party.number)
        person.party.weight += lesser.weight
        person.party.hasPaid = person.party.hasPaid || lesser.hasPaid
        person.party.user = earlier(person.party.user, lesser.user)
        if let other = lesser.customer, earlier(person.party.customer, other) == other {
            person.party.customer = other
            person.party.customerScope = lesser.customerScope
        }
        for touch in lesser.touches { person.party.add(touch) }
        person.isChanged = true
        person.wasMerged = true
    }

    /// Takes over what an event tells about its buyer.
    ///
    /// - Returns: whether deliveries that wait for an attribution may now have one.
    func learn(_ event: Event, _ entry: EventEntry, into person: inout Person) -> Bool {
        let before = person.party
        if let user = event.customer.user, !user.isEmpty {
            person.party.user = earlier(person.party.user, Party.Dated(user, at: event.time))
        }
        if let ref = event.customer.ref, !ref.isEmpty {
            let told = Party.Dated(ref, at: event.time)
            if earlier(person.party.customer, told) == told {
                person.party.customer = told
                person.party.customerScope = entry.scope
            }
        }
        if event.kind == .paymentSucceeded { person.party.hasPaid = true }
        for touch in person.lent { person.party.add(touch) }
        // Our own click's id alone says nothing new: the click itself does, whenever it is told.
        if !event.attribution.namesNobody {
            person.party.add(
                Touch(event.attribution, first: event.time, last: event.time, receivedAt: entry.receivedAt)
            )
        }
        if person.party != before { person.isChanged = true }
        let gained = (before.user == nil) != (person.party.user == nil)
        return gained || before.touches.count != person.party.touches.count
    }

    /// Gives a changed party to the book, and a new one its number.
    mutating func keep(_ person: inout Person) throws(Book.Failure) {
        guard person.isChanged else { return }
        if person.party.number == 0 {
            person.party.number = try book.add(person.party)
        } else {
            try book.save(person.party)
        }
        person.isChanged = false
    }

    /// The statement that counts: the earliest by event time, and the lesser text where the times are the same.
    private func earlier(_ first: Party.Dated?, _ second: Party.Dated?) -> Party.Dated? {
        guard let first else { return second }
        guard let second else { return first }
        return (second.time, second.value) < (first.time, first.value) ? second : first
    }
}

extension Party {
    /// Adds a statement, or widens the times of the same statement made before.
    mutating func add(_ touch: Touch) {
        if let index = touches.firstIndex(where: { $0.attribution == touch.attribution }) {
            touches[index].first = min(touches[index].first, touch.first)
            touches[index].last = max(touches[index].last, touch.last)
            touches[index].receivedAt = max(touches[index].receivedAt, touch.receivedAt)
            return
        }
        touches.append(touch)
        // The first and the last touch matter; what lies between goes when there is no room.
        guard touches.count > Self.touchesMax else { return }
        touches.sort { ($0.first, $0.last) < ($1.first, $1.last) }
        touches.remove(at: 1)
    }
}
