// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about a Tapfiliate sink.
struct TapfiliateSettings: Sendable {
    /// The header field in which the key goes.
    enum KeyHeader: String, CaseIterable, Sendable {
        /// Today's.
        case current = "X-Api-Key"
        /// That of older clients.
        case old = "Api-Key"
    }

    let address: String
    let key: Secret
    let keyHeader: KeyHeader
    let identify: [TapfiliateIdentity]
    let customerID: CustomerIdentity
    let customerStatus: String?
    let overridesCookieTime: Bool
    let programGroup: String?
    let commissionType: String?
    let prefix: String

    /// Metadata keys that merchants use for Tapfiliate's identifiers.
    let parameters: [String: SinkCapabilities.Identifier] = [
        "tapfiliate_click_id": .click, "tapfiliate_referral_code": .code, "tapfiliate_coupon": .coupon,
        "tapfiliate_customer_id": .user, TapfiliateIdentity.trackingParameter: .referral, "tap_vid": .referral,
    ]

    init(_ settings: PluginSettings) throws(ConfigurationProblems) {
        var settings = settings
        address = settings.baseURL(default: "https://api.tapfiliate.com/1.6")
        key = settings.requiredSecret("key", about: "The API key.")
        keyHeader = settings.choice("key_header", default: .current, about: "The header field in which the key goes.")
        identify = settings.choices(
            "identify",
            default: TapfiliateIdentity.allCases,
            about: "Which identifiers may be sent; Tapfiliate goes by the first of this order."
        )
        customerID = settings.customerIdentity(told: "customer_id")
        customerStatus = settings.text("customer_status", about: "Status of new customers: new, lead or trial.")
        if let status = customerStatus, !["new", "lead", "trial"].contains(status) {
            settings.note("customer_status", "expected one of \"new\", \"lead\", \"trial\"")
        }
        overridesCookieTime = settings.bool(
            "override_max_cookie_time",
            default: false,
            about: "Whether a sale counts after the program's cookie time, too."
        )
        programGroup = settings.text("program_group", about: "The program group, where there are several.")
        commissionType = settings.text("commission_type", about: "The commission type of every conversion.")
        prefix = settings.prefix(of: "external id")
        try settings.finish()
    }
}
