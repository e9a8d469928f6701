// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about a FirstPromoter sink.
struct FirstPromoterSettings: Sendable {
    /// Which id of what was sold is told as `plan`.
    enum Plan: String, CaseIterable, Sendable {
        /// The price's.
        case price
        /// The product's.
        case product
        /// None.
        case none
    }

    let address: String
    let key: Secret
    let account: String
    let currency: Currency?
    let mode: MoneyTeller
    let customerID: CustomerIdentity
    let plan: Plan
    let prefix: String
    let fineCurrencies: FineCurrencies
    let sendsEmail: Bool
    let notifies: Bool
    /// How often a sale is tried again because its customer is not known yet.
    let lateLeadRetries: Int

    /// Cookies and metadata keys of FirstPromoter, see `reference/platforms.md` sections 1.3 and 7.
    let parameters: [String: SinkCapabilities.Identifier] = [
        "fp_uid": .user, "_fprom_tid": .click, "fp_tid": .click, "_fprom_ref": .code, "fp_ref": .code, "fpr": .code,
    ]

    init(_ settings: PluginSettings) throws(ConfigurationProblems) {
        var settings = settings
        address = settings.baseURL(default: "https://api.firstpromoter.com/api/v2")
        key = settings.requiredSecret("key", about: "The API key.")
        account = settings.text("account", about: "The account's id, which goes into every call; needed.") ?? ""
        if account.isEmpty {
            settings.note("account", "the sink needs \"account\", the Account ID in Settings > Integrations")
        }
        let code = settings.text(
            "account_currency",
            about: "The account's default currency; told with each sale where not given."
        )
        currency = code.flatMap { Currency($0) }
        if let code, currency == nil { settings.note("account_currency", "\"\(code)\" is not a currency of ISO 4217") }
        mode = settings.moneyTeller(
            about: "Who tells FirstPromoter of money: this sink, or its own connection to the provider."
        )
        customerID = settings.customerIdentity(told: "uid")
        plan = settings.choice(
            "plan",
            default: .price,
            about: "Which id of what was sold is told as the plan, for rewards by plan."
        )
        prefix = settings.prefix(of: "event id")
        fineCurrencies = settings.fineCurrencies(at: "FirstPromoter")
        sendsEmail = settings.sendsEmail()
        notifies = settings.bool("notify", default: true, about: "Whether FirstPromoter writes to the partner.")
        lateLeadRetries = settings.lateLeadRetries()
        try settings.finish()
    }
}
