// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about a PartnerStack sink.
struct PartnerStackSettings: Sendable {
    /// How money that went back is told.
    enum Refunds: String, CaseIterable, Sendable {
        /// A person corrects it there: no source says how PartnerStack wants refunds.
        case review
        /// As a transaction of its own with a negative amount, which the amount's range allows.
        case negative
    }

    private static let productionAddress = "https://api.partnerstack.com/api/v2"

    let address: String
    let conversionAddress: String
    let publicKey: String
    let key: Secret
    let conversionToken: Secret?
    let mode: MoneyTeller
    let customerID: CustomerIdentity
    let refunds: Refunds
    let fineCurrencies: FineCurrencies
    let isTest: Bool
    let category: String?
    let sendsProduct: Bool
    let sendsEmail: Bool
    let prefix: String

    /// Metadata keys that merchants use for PartnerStack's identifiers.
    let parameters: [String: SinkCapabilities.Identifier] = [
        "ps_xid": .click, "ps_partner_key": .code, "growSumoPartnerKey": .code, "partnerstack_customer_key": .user,
    ]

    init(_ settings: PluginSettings) throws(ConfigurationProblems) {
        var settings = settings
        address = settings.baseURL(default: Self.productionAddress)
        key = settings.requiredSecret("key", about: "The secret key.")
        let publicKey = settings.text("public_key", about: "The public key that belongs to the secret key.")
        if publicKey?.contains(":") ?? true {
            settings.note("public_key", "the sink needs \"public_key\", a text without a colon")
        }
        self.publicKey = publicKey ?? ""
        conversionToken = settings.secret(
            "conversion_token",
            about: "The bearer token of the conversion API, with which a click id makes a customer."
        )
        let conversions = settings.text(
            "conversion_url",
            about: "Replaces the conversion API's address, https://partnerlinks.io; follows \"url\" unless stated."
        )
        if let conversions, !conversions.hasPrefix("https://"), !conversions.hasPrefix("http://") {
            settings.note("conversion_url", "expected an address such as \"https://partnerlinks.io\"")
        }
        // A test double must get everything: nothing may reach the real platform from there.
        conversionAddress = conversions ?? (address == Self.productionAddress ? "https://partnerlinks.io" : address)
        mode = settings.moneyTeller(
            about: "Who tells PartnerStack of payments: this sink, or PartnerStack's own connection to the provider."
        )
        customerID = settings.customerIdentity(told: "the customer's key")
        refunds = settings.choice(
            "refunds",
            default: .review,
            about: "How money that went back is told: a person corrects it there, or as a negative transaction."
        )
        fineCurrencies = settings.fineCurrencies(at: "PartnerStack")
        isTest = settings.bool("test_mode", default: false, about: "Whether transactions are marked as test.")
        category = settings.text("category", about: "The category key of every transaction.")
        sendsProduct = settings.bool(
            "send_product",
            default: false,
            about: "Whether the product's id is told; PartnerStack must know it as a product key."
        )
        sendsEmail = settings.sendsEmail()
        prefix = settings.prefix(of: "transaction key")
        try settings.finish()
    }
}
