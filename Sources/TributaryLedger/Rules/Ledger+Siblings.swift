// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributarySigning

/// An id that an event binds, and what was known about it before.
struct Binding {
    let reference: Reference
    let scope: Scope
    /// Whether it is the key or an alias: an id of the money itself.
    var isMoney: Bool
    /// Whether it is our own id of a click, which several people may have made from one browser.
    var isClick = false
    /// Whether it is the digest of an e-mail address, which makes nobody one: it lends what it knows to who knows nothing.
    var isEmail = false
    /// Whether the click is another person's already, and only lends what it knows.
    var isLent = false
    var link: Link?
}

/// The most aliases of one event that are looked at; the rest cannot be honest.
private let aliasesMax = 64

extension Ledger {
    /// The ids that an event binds to each other: its money's, its customer's, its subscription's, its checkout's.
    mutating func bindings(of event: Event, in scope: Scope) throws(Book.Failure) -> [Binding] {
        var result: [Binding] = []
        func add(_ reference: Reference, _ scope: Scope, isMoney: Bool = false) {
            guard !reference.id.isEmpty else { return }
            let known = result.contains { $0.reference == reference && $0.scope == scope }
            if !known { result.append(Binding(reference: reference, scope: scope, isMoney: isMoney)) }
        }
        add(event.key, scope, isMoney: true)
        for alias in event.aliases.prefix(aliasesMax) { add(alias, scope, isMoney: true) }
        if let ref = event.customer.ref { add(Reference("customer", ref), scope) }
        if let user = event.customer.user { add(Reference("user", user), scope.merchant) }
        if let ref = event.subscription.ref { add(Reference("subscription", ref), scope) }
        if let checkout = event.checkout { add(Reference("checkout", checkout), scope) }
        if let email = event.customer.email.flatMap(Reference.email) {
            result.append(Binding(reference: email, scope: scope.merchant, isMoney: false, isEmail: true))
        }
        // The last one, so that who the event is about is known before it is asked whose click it is.
        if let landing = event.attribution.landing {
            let click = Reference.click(landing)
            result.append(Binding(reference: click, scope: scope.merchant, isMoney: false, isClick: true))
        }
        for index in result.indices {
            result[index].link = try book.link(result[index].reference, in: result[index].scope)
        }
        return result
    }

    /// The event that told the same before, if there is one.
    ///
    /// Payments are the same when they share their key or any alias, whichever type of webhook told them; everything
    /// else when kind and key are the same.
    mutating func sibling(
        of event: Event,
        in scope: Scope,
        among bindings: [Binding]
    ) throws(Book.Failure) -> Int64? {
        guard event.kind == .paymentSucceeded else {
            if let told = try book.entered(event.kind, event.key, in: scope) { return told }
            let erased = event.keyAfterErasure(in: scope)
            return erased == event.key ? nil : try book.entered(event.kind, erased, in: scope)
        }
        return bindings.first { $0.isMoney && $0.link?.payment != nil }?.link?.payment
    }

    /// Binds the ids to the person and, for a payment, the money's ids to it; for a click, its id to the click.
    ///
    /// - Returns: the ids that were known before without their payment: corrections may wait for it under them.
    mutating func bind(
        _ bindings: inout [Binding],
        to person: Person,
        payment: Int64?,
        click: Int64? = nil
    ) throws(Book.Failure) -> [Binding] {
        var found: [Binding] = []
        for index in bindings.indices where !bindings[index].isLent {
            let binding = bindings[index]
            // Who told an address first keeps it.
            if binding.isEmail, binding.link != nil { continue }
            var link = binding.link ?? Link(party: person.party.number)
            link.party = person.party.number
            if binding.isMoney, let payment, link.payment == nil {
                link.payment = payment
                if binding.link != nil { found.append(binding) }
            }
            if binding.isClick, link.payment == nil { link.payment = click }
            if link != binding.link { try book.bind(binding.reference, in: binding.scope, to: link) }
            bindings[index].link = link
        }
        return found
    }
}

extension Reference {
    /// Our own id of a click.
    static func click(_ landing: String) -> Reference { Reference("click", landing) }

    /// The digest of an e-mail address, in whatever case it was typed; `nil` for what is none.
    static func email(_ address: String) -> Reference? {
        guard address.utf8.contains(UInt8(ascii: "@")) else { return nil }
        return Reference("email", HashAlgorithm.sha256.digest(of: Array(address.lowercased().utf8)).hexText)
    }
}
