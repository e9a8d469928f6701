// SPDX-License-Identifier: Apache-2.0

import TributaryLedger
import TributaryModel

/// Everything that is known to belong to one person, gathered from events in any order.
///
/// One walk through the events may find an id that leads to events that were passed before; so the walk is repeated until
/// nothing new is found.
struct PersonTrace: Sendable {
    private struct Place: Hashable {
        let scope: Scope
        let reference: Reference
    }

    private var places: Set<Place> = []
    private let seeds: CareRequest.Forgetting
    private let seedEmails: Set<String>

    private var own: Set<Int64> = []

    // Our own clicks: several people may have made one from the same browser, so a click leads to nobody else.
    private var landings: Set<String> = []
    private var sharedLandings: Set<String> = []
    private var clickEvents: [String: Int64] = [:]

    /// Numbers of the events that tell of the person.
    var events: Set<Int64> { own.union(clickEvents.filter { !sharedLandings.contains($0.key) }.values) }
    private(set) var users: Set<String> = []
    private(set) var customers: Set<String> = []
    private(set) var emails: Set<String> = []
    private(set) var clicks: Set<String> = []

    /// Whether the last walk found an id that was not known before it.
    private(set) var hasGrown = false

    init(_ seeds: CareRequest.Forgetting) {
        self.seeds = seeds
        seedEmails = Set(seeds.emails.map { $0.lowercased() })
        users = Set(seeds.users)
        customers = Set(seeds.customers)
        emails = seedEmails
        clicks = Set(seeds.clicks)
    }

    /// Begins another walk.
    mutating func beginWalk() { hasGrown = false }

    /// Looks at an event.
    mutating func look(at stored: StoredEvent) {
        let event = stored.event
        let scope = stored.entry.scope
        let own = Self.places(of: event, in: scope)
        let landing = event.attribution.landing
        guard isNamed(event, scope) || isGuest(event) || !places.isDisjoint(with: own) else {
            if event.kind == .clickRecorded {
                if landings.contains(event.key.id) { clickEvents[event.key.id] = stored.entry.number }
            } else if let landing, landings.contains(landing) {
                sharedLandings.insert(landing)
            }
            return
        }
        self.own.insert(stored.entry.number)
        if let landing { landings.insert(landing) }
        let before = places.count
        places.formUnion(own)
        hasGrown = hasGrown || places.count > before
        if let user = event.customer.user { users.insert(user) }
        if let ref = event.customer.ref { customers.insert(ref) }
        if let email = event.customer.email, emails.insert(email.lowercased()).inserted { hasGrown = true }
        if let click = event.attribution.click { clicks.insert(click) }
    }

    private func isNamed(_ event: Event, _ scope: Scope) -> Bool {
        if let source = seeds.source, scope.source != source { return false }
        if let ref = event.customer.ref, seeds.customers.contains(ref) { return true }
        if let user = event.customer.user, seeds.users.contains(user) { return true }
        if let email = event.customer.email, seedEmails.contains(email.lowercased()) { return true }
        guard !seeds.clicks.isEmpty else { return false }
        return event.attribution.click.map { seeds.clicks.contains($0) } ?? false
            || event.attribution.params.contains { seeds.clicks.contains($0.value) }
    }

    /// Whether an event has nothing but the person's address: it may have borrowed the person's partner by it.
    private func isGuest(_ event: Event) -> Bool {
        guard event.customer.user == nil, event.customer.ref == nil, seeds.source == nil else { return false }
        return event.customer.email.map { emails.contains($0.lowercased()) } ?? false
    }

    /// The ids that the ledger binds to each other.
    private static func places(of event: Event, in scope: Scope) -> Set<Place> {
        var places: Set<Place> = [Place(scope: scope, reference: event.key)]
        for alias in event.aliases { places.insert(Place(scope: scope, reference: alias)) }
        func add(_ type: String, _ id: String?, _ scope: Scope) {
            if let id, !id.isEmpty { places.insert(Place(scope: scope, reference: Reference(type, id))) }
        }
        add("customer", event.customer.ref, scope)
        add("user", event.customer.user, scope.merchant)
        add("subscription", event.subscription.ref, scope)
        add("checkout", event.checkout, scope)
        return places
    }

    /// Texts that name the person wherever they stand in a raw body; very short ones could stand for anything.
    var names: [[UInt8]] {
        var texts = users.union(customers).union(emails).union(clicks).filter { $0.utf8.count >= 4 }
        for email in emails {
            // As forms write it.
            texts.insert(email.split(separator: "@").joined(separator: "%40"))
        }
        return texts.sorted().map { Array($0.lowercased().utf8) }
    }

    /// Whether a body names the person: one of the texts, with no letter or digit next to it.
    static func names(_ names: [[UInt8]], standIn body: [UInt8]) -> Bool {
        let lowered = body.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return names.contains { name in
            guard let first = name.first, lowered.count >= name.count else { return false }
            var start = 0
            while start + name.count <= lowered.count {
                guard let found = lowered[start...(lowered.count - name.count)].firstIndex(of: first) else {
                    return false
                }
                let end = found + name.count
                let isFree =
                    (found == 0 || !isWord(lowered[found - 1])) && (end == lowered.count || !isWord(lowered[end]))
                if isFree, lowered[found..<end].elementsEqual(name) { return true }
                start = found + 1
            }
            return false
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
