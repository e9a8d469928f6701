// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// A way to tell Tapfiliate whom a conversion belongs to.
///
/// In Tapfiliate's own precedence: where several are sent, the first one counts and the others are ignored.
///
/// Source: `reference/platforms.md` sections 5.4 and 5.6, which differ in the place of the click.
enum TapfiliateIdentity: String, CaseIterable, Sendable, Hashable {
    /// `customer_id`.
    case customer
    /// `coupon`.
    case coupon
    /// `referral_code`.
    case code
    /// `click_id`.
    case click
    /// `tracking_id`, the visitor id of the browser script.
    case tracking

    /// The metadata key for the browser script's visitor id; the sink knows it as a referral.
    static let trackingParameter = "tapfiliate_tracking_id"

    /// Position in Tapfiliate's precedence, the strongest first; `nil` where the transport has no place for it.
    private func rank(in transport: TapfiliateSettings.Transport) -> Int? {
        switch (self, transport) {
        case (.customer, _): 0
        case (.coupon, _): 1
        case (.code, .rest16), (.click, .postback17): 2
        case (.click, .rest16), (.code, .postback17): 3
        case (.tracking, .rest16): 4
        case (.tracking, .postback17): nil
        }
    }

    /// All that a transport has a place for, in its own precedence.
    static func precedence(in transport: TapfiliateSettings.Transport) -> [TapfiliateIdentity] {
        let ranked = allCases.compactMap { identity in identity.rank(in: transport).map { ($0, identity) } }
        return ranked.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// The member's name on the wire.
    private var field: String {
        switch self {
        case .customer: "customer_id"
        case .coupon: "coupon"
        case .code: "referral_code"
        case .click: "click_id"
        case .tracking: "tracking_id"
        }
    }

    private func value(in found: Identifiers, _ customerID: CustomerIdentity) -> String? {
        switch self {
        case .customer: found[customerID.identifier]
        case .coupon: found[.coupon]
        case .code: found[.code]
        case .click: found[.click]
        case .tracking: found[.referral]
        }
    }

    /// The members that identify an event, the decisive one first.
    ///
    /// The first identity of `order` that the event has decides. Weaker ones that stand behind it in the order go along,
    /// because a customer whom Tapfiliate sees for the first time is bound to the partner that they name; stronger ones
    /// do not, because they would overrule it.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - settings: Which identities may be sent, and in which order.
    ///   - known: Members that were sent before and found nobody.
    /// - Returns: the members; none where the event has no identity.
    static func members(
        of event: Event,
        settings: TapfiliateSettings,
        without known: Set<String> = []
    ) -> [JSONValue.Member] {
        let found = Identifiers(of: event, parameters: settings.parameters)
        var members: [JSONValue.Member] = []
        var strength = -1
        for identity in settings.identify where !known.contains(identity.field) {
            guard let rank = identity.rank(in: settings.transport), rank > strength,
                let value = identity.value(in: found, settings.customerID)
            else { continue }
            members.append(.init(identity.field, .string(value)))
            strength = rank
        }
        return members
    }

    /// The identifications of an event, to be tried one after the other while nobody is found.
    ///
    /// A click that has expired must not cost the sale of a customer who is known: so after several members together the
    /// decisive one is sent alone, and after those what the order kept back.
    static func attempts(for event: Event, settings: TapfiliateSettings) -> [[JSONValue.Member]] {
        var attempts: [[JSONValue.Member]] = []
        var sent: Set<String> = []
        while true {
            let members = members(of: event, settings: settings, without: sent)
            guard let decisive = members.first else { return attempts }
            attempts.append(members)
            if members.count > 1 { attempts.append([decisive]) }
            sent.formUnion(members.map(\.name))
        }
    }
}
