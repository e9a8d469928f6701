// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The most ids of a party whose e-mail address lends: behind more stands no person, but an address that a shop fills in
/// for guests.
private let lendingWeightMax: Int64 = 64

extension Ledger {
    /// Lets an event without any partner know the one of whoever had its e-mail address before.
    ///
    /// An address is no proof of who somebody is, and several accounts may share one: parties stay two. It is what is
    /// left where a checkout carries neither metadata nor a known customer.
    ///
    /// - Returns: the other party that has the address, if there is one.
    mutating func borrow(
        by bindings: [Binding],
        _ event: Event,
        into person: inout Person
    ) throws(Book.Failure) -> Party? {
        guard let link = bindings.first(where: \.isEmail)?.link else { return nil }
        var other = try root(of: link.party)
        guard other.number != person.party.number, other.weight <= lendingWeightMax else { return nil }
        if person.party.touches.isEmpty, person.lent.isEmpty, event.attribution.namesNobody, !other.touches.isEmpty {
            person.lent = other.touches
            other.weight += 1
            try book.save(other)
        }
        return other
    }

    /// The same the other way round: who had the address before and knows no partner learns of this one.
    mutating func lend(_ person: Person, to borrower: Party, at now: Timestamp) throws(Book.Failure) {
        guard borrower.touches.isEmpty, !person.party.touches.isEmpty else { return }
        var other = Person(party: borrower)
        other.party.touches = person.party.touches
        other.party.weight += 1
        try book.save(other.party)
        try release(other, at: now)
    }
}
