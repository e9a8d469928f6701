// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about a Tapfiliate sink.
struct TapfiliateSettings: Sendable {
    /// The interface over which Tapfiliate is told.
    enum Transport: String, CaseIterable, Sendable {
        /// The REST API 1.6, whose answers are known.
        case rest16
        /// The postback 1.7, which corrects by our own ids.
        case postback17
    }

    /// The header field in which the key goes.
    enum KeyHeader: String, CaseIterable, Sendable {
        /// Today's.
        case current = "X-Api-Key"
        /// That of older clients.
        case old = "Api-Key"
    }

    /// What becomes of a refund whose commission was paid out.
    enum PaidOut: String, CaseIterable, Sendable {
        /// It is told; the partner's next payout is that much smaller.
        case reduce
        /// A person looks first.
        case review
    }

    /// How a customer's subscription is told to be over; the references disagree about the call.
    enum Cancel: String, CaseIterable, Sendable {
        /// Not at all.
        case off
        /// `PUT …/status/` with a body.
        case put
        /// `DELETE …/status/`.
        case delete
    }

    let transport: Transport
    /// What the paths of the transport go behind.
    let address: String
    /// The REST API, which the postback needs for clicks and look-ups; `nil` where it is not known.
    let rest: String?
    let key: Secret
    let keyHeader: KeyHeader
    let identify: [TapfiliateIdentity]
    let customerID: CustomerIdentity
    let customerStatus: String?
    let cancel: Cancel
    let overridesCookieTime: Bool
    let programGroup: String?
    let commissionType: String?
    /// Commission types by product.
    let commissionTypes: [String: String]
    /// Commission types by milestone.
    let milestones: [String: String]
    let metaData: TapfiliateMetaData
    /// From which share given back, in percent, commissions are disapproved.
    let disapprovalShare: Int64
    let paidOut: PaidOut
    let silentAnswers: SilentAnswers
    let prefix: String

    /// Metadata keys that merchants use for Tapfiliate's identifiers.
    let parameters: [String: SinkCapabilities.Identifier] = [
        "tapfiliate_click_id": .click, "tapfiliate_referral_code": .code, "tapfiliate_coupon": .coupon,
        "tapfiliate_customer_id": .user, TapfiliateIdentity.trackingParameter: .referral, "tap_vid": .referral,
    ]

    init(_ settings: PluginSettings) throws(ConfigurationProblems) {
        var settings = settings
        transport = settings.choice(
            "transport",
            default: .rest16,
            about: "The interface: the REST API 1.6, or the postback 1.7, which corrects sales by our own ids."
        )
        (address, rest) = Self.addresses(transport, &settings)
        key = settings.requiredSecret("key", about: "The API key.")
        keyHeader = settings.choice("key_header", default: .current, about: "The header field in which the key goes.")
        let chosen: [TapfiliateIdentity] = settings.choices(
            "identify",
            default: TapfiliateIdentity.allCases,
            about: "Which identifiers may be sent; Tapfiliate goes by the first of this order."
        )
        identify = settings.isGiven("identify") ? chosen : TapfiliateIdentity.precedence(in: transport)
        customerID = settings.customerIdentity(told: "customer_id")
        customerStatus = settings.text("customer_status", about: "Status of new customers: new, lead or trial.")
        if let status = customerStatus, !["new", "lead", "trial"].contains(status) {
            settings.note("customer_status", "expected one of \"new\", \"lead\", \"trial\"")
        }
        cancel = settings.choice(
            "cancel",
            default: .off,
            about:
                "How a customer is canceled whose subscription ends: not at all, or by the verb that your account takes."
        )
        overridesCookieTime = settings.bool(
            "override_max_cookie_time",
            default: false,
            about: "Whether a sale counts after the program's cookie time, too."
        )
        programGroup = settings.text("program_group", about: "The program group, where there are several.")
        commissionType = settings.text("commission_type", about: "The commission type of every conversion.")
        commissionTypes = settings.texts(
            by: "commission_types",
            about: "Commission types by product; an order with several is split between them."
        )
        milestones = settings.texts(
            by: "milestones",
            about: "Commission types by milestone; those that stand here are told as conversions without an amount."
        )
        metaData = TapfiliateMetaData(&settings)
        disapprovalShare = settings.integer(
            "disapprove_from",
            in: 1...100,
            default: 100,
            about: "From how many percent given back commissions are disapproved; fixed amounts do not shrink."
        )
        paidOut = settings.choice(
            "paid_out",
            default: .reduce,
            about: "What becomes of a refund whose commission was paid out: it is told, or a person looks."
        )
        silentAnswers = settings.silentAnswers()
        prefix = settings.prefix(of: "external id")
        try settings.finish()
    }

    private static func addresses(_ transport: Transport, _ settings: inout PluginSettings) -> (String, String?) {
        switch transport {
        case .rest16:
            let address = settings.baseURL(default: "https://api.tapfiliate.com/1.6")
            return (address, address)
        case .postback17:
            let postback = "/1.7/pb"
            let address = settings.baseURL(default: "https://api.tapfiliate.com" + postback)
            return (address, address.hasSuffix(postback) ? address.dropLast(postback.count) + "/1.6" : nil)
        }
    }
}

extension PluginSettings {
    /// An object of texts under names that are the operator's.
    fileprivate mutating func texts(by key: String, about: String) -> [String: String] {
        var texts: [String: String] = [:]
        for (name, value) in namedValues(key, about: about) {
            switch value {
            case .text(let text): texts[name] = text
            case .secret: note(key, entry: name, "a commission type is no secret")
            }
        }
        return texts
    }
}
