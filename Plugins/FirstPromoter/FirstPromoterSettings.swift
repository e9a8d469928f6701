// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about a FirstPromoter sink.
struct FirstPromoterSettings: Sendable {
    /// Who tells FirstPromoter of money.
    enum Mode: String, CaseIterable, Sendable {
        /// This sink.
        case api
        /// FirstPromoter's own connection to the provider; a sale told here too would count twice.
        case native
    }

    /// Which id FirstPromoter is told as `uid`.
    enum CustomerID: String, CaseIterable, Sendable {
        /// The merchant's own user id.
        case user
        /// The provider's customer id.
        case provider
    }

    /// Which id of what was sold is told as `plan`.
    enum Plan: String, CaseIterable, Sendable {
        /// The price's.
        case price
        /// The product's.
        case product
        /// None.
        case none
    }

    /// What to do with currencies whose unit is smaller than a hundredth.
    enum FineCurrencies: String, CaseIterable, Sendable {
        /// Refuse the sale: no source says in which unit FirstPromoter reads them.
        case refuse
        /// Send ISO 4217's smallest unit, `1234` for 1.234 KWD.
        case isoMinor = "iso_minor"
    }

    let address: String
    let key: Secret
    let account: String
    let currency: Currency?
    let mode: Mode
    let customerID: CustomerID
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
        mode = settings.choice(
            "mode",
            default: .api,
            about: "Who tells FirstPromoter of money: this sink, or its own connection to the provider."
        )
        customerID = settings.choice(
            "customer_id",
            default: .user,
            about: "Which id is told as uid: your user id, or the provider's customer id."
        )
        plan = settings.choice(
            "plan",
            default: .price,
            about: "Which id of what was sold is told as the plan, for rewards by plan."
        )
        prefix = settings.text("prefix", about: "Begins every event id, to tell several shops apart.") ?? ""
        fineCurrencies = settings.choice(
            "three_decimals",
            default: .refuse,
            about: "What to do with currencies of three decimals, whose unit FirstPromoter does not state."
        )
        sendsEmail = settings.bool("send_email", default: false, about: "Whether the buyer's e-mail is told.")
        notifies = settings.bool("notify", default: true, about: "Whether FirstPromoter writes to the partner.")
        lateLeadRetries = Int(
            settings.integer(
                "late_lead_retries",
                in: 0...10,
                default: 3,
                about: "How often a sale is tried again because its customer is not known yet."
            )
        )
        try settings.finish()
    }
}
