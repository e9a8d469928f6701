// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about a Dub sink.
struct DubSettings: Sendable {
    /// How Dub takes a sign-up.
    enum LeadMode: String, CaseIterable, Sendable {
        /// Answers when a sale can find the lead.
        case wait
        /// Answers at once; a sale right after it may not find the lead.
        case async
        /// Makes the customer only; the lead is told later, by a trial or a milestone.
        case deferred
    }

    let address: String
    let key: Secret
    let mode: MoneyTeller
    let customerID: CustomerIdentity
    let leadMode: LeadMode
    let leadEvent: String
    let saleEvent: String
    let saleLeadEvent: String?
    let prefix: String
    let fineCurrencies: FineCurrencies
    let sendsEmail: Bool
    /// How often a delivery is tried again because Dub does not have yet what it builds on.
    let lateLeadRetries: Int
    let clickDomain: String?
    let clickOrigin: String?

    /// Metadata keys that Dub's own guides use, see `reference/platforms.md` section 6.
    let parameters: [String: SinkCapabilities.Identifier] = [
        "dubCustomerExternalId": .user, "dubCustomerId": .user, "dubClickId": .click, "dub_id": .click,
    ]

    init(_ settings: PluginSettings) throws(ConfigurationProblems) {
        var settings = settings
        address = settings.baseURL(default: "https://api.dub.co")
        key = settings.requiredSecret("key", about: "The workspace's API key, dub_….")
        if key.revealedText.hasPrefix("dub_pk_") {
            settings.note("key", "is a publishable key (dub_pk_) for browsers; Dub takes the workspace's API key here")
        }
        mode = settings.moneyTeller(
            about: "Who tells Dub of money: this sink, or Dub's own connection to the provider."
        )
        customerID = settings.customerIdentity(told: "the customer's")
        leadMode = settings.choice(
            "lead_mode",
            default: .wait,
            about:
                "How a sign-up is taken: wait until sales find it, async, or deferred, which makes the customer only."
        )
        leadEvent = settings.text("lead_event", about: "The name of a sign-up's lead event.") ?? "Sign Up"
        saleEvent = settings.text("sale_event", about: "The name of a sale's event.") ?? "Purchase"
        saleLeadEvent = settings.text("sale_lead_event", about: "The lead event that a sale must follow.")
        prefix = settings.prefix(of: "invoice id")
        fineCurrencies = settings.fineCurrencies(at: "Dub")
        sendsEmail = settings.sendsEmail()
        lateLeadRetries = settings.lateLeadRetries(
            about: "How often a sale waits for its lead, and a refund for its commission."
        )
        clickDomain = settings.text(
            "click_domain",
            about: "The domain of your short links; clicks are recorded at Dub where it is given."
        )
        clickOrigin = settings.text(
            "click_origin",
            about: "Your site's origin, where the workspace takes clicks from some hosts only."
        )
        if clickOrigin != nil, clickDomain == nil {
            settings.note("click_origin", "says nothing without \"click_domain\"")
        }
        try settings.finish()
    }
}
