// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// The ids by which one call names a referral; all of them must lead to the same one.
struct AffonsoNaming: Sendable, Hashable {
    var user: String?
    var referral: String?
    var customer: String?

    var isEmpty: Bool { user == nil && referral == nil && customer == nil }

    /// The members of a call to Affonso's own endpoints.
    var members: [JSONValue.Member] {
        [("external_user_id", user), ("referral_id", referral), ("customer_id", customer)].compactMap { name, id in
            id.map { JSONValue.Member(name, .string($0)) }
        }
    }

    /// What the ids are, in words for a label.
    var words: String {
        let names = [(user, "user"), (referral, "referral"), (customer, "customer")].filter { $0.0 != nil }
        return names.map(\.1).joined(separator: " and ")
    }

    /// The ways in which an event can be named, to be tried in turn while nobody is found by them.
    ///
    /// Renewals name the user or the customer only: a referral id of long ago may resolve elsewhere by now and would break
    /// the call. The first conversion names the referral too, which is what links user and customer to it. A renewal that
    /// overtook the first payment, or is the first one since we are here, finds nobody linked and is named so, too.
    ///
    /// All ids of a call must lead to the same referral, and whether one that leads nowhere yet counts against that is not
    /// documented: so each is named alone where they find nobody together.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - isFirst: Whether it is the customer's first payment that Affonso is told of, or no payment.
    ///   - settings: The sink's settings.
    /// - Returns: the ways; none where the event names nobody.
    static func ways(of event: Event, isFirst: Bool, _ settings: AffonsoSettings) -> [Self] {
        let found = Identifiers(of: event, parameters: settings.parameters)
        let isSettled = event.phase == .renewal || !isFirst
        // A source has no place for a referral.
        let referral = settings.source == .direct ? found[.referral] ?? found[.click] : nil
        let user = Self(user: found[.user])
        let customer = Self(customer: found[.customer])
        let partner = Self(referral: referral)
        let ways: [Self]
        switch settings.identifiers {
        case .all:
            let all = Self(user: found[.user], referral: referral, customer: found[.customer])
            let linked = Self(user: found[.user], customer: found[.customer])
            if isSettled, !linked.isEmpty {
                ways = [linked] + (isFirst ? [all, user, partner, customer] : [user, customer])
            } else {
                ways = [all, user, partner, customer]
            }
        case .user: ways = isSettled ? [user, customer, partner] : [user, partner, customer]
        case .referral: ways = isSettled ? [user, customer, partner] : [partner, user, customer]
        }
        var seen: Set<Self> = []
        return ways.filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}
