// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// A way to tell Tapfiliate whom a conversion belongs to.
///
/// In Tapfiliate's own precedence: where several are sent, the first one counts and the others are ignored.
///
/// Source: `reference/platforms.md` section 5.4.
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

    /// Position in Tapfiliate's precedence, the strongest first.
    private var rank: Int {
        switch self {
        case .customer: 0
        case .coupon: 1
        case .code: 2
        case .click: 3
        case .tracking: 4
        }
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
    static func members(of event: Event, settings: TapfiliateSettings) -> [JSONValue.Member] {
        let found = Identifiers(of: event, parameters: settings.parameters)
        var members: [JSONValue.Member] = []
        var strength = -1
        for identity in settings.identify where identity.rank > strength {
            guard let value = identity.value(in: found, settings.customerID) else { continue }
            members.append(.init(identity.field, .string(value)))
            strength = identity.rank
        }
        return members
    }
}
