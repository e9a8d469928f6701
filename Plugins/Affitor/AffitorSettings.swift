// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about an Affitor sink.
struct AffitorSettings: Sendable {
    /// What a 409 means after an attempt whose answer is not known.
    enum DuplicateAfterError: String, CaseIterable, Sendable {
        /// A person looks: Affitor may have stored the sale without a commission, and no call can tell.
        case review
        /// The sale counts as stored.
        case accept
    }

    let address: String
    let key: Secret
    let mode: MoneyTeller
    let isTest: Bool
    let program: String?
    let prefix: String
    let fineCurrencies: FineCurrencies
    let duplicateAfterError: DuplicateAfterError
    let sendsEmail: Bool
    /// How often a sale is tried again because its customer is not known yet.
    let lateLeadRetries: Int

    /// Metadata keys that Affitor's own guides use, see `reference/platforms.md` section 4.8.
    let parameters: [String: SinkCapabilities.Identifier] = [
        "affitor_click_id": .click, "affitorClickId": .click, "affitor_customer_key": .user,
    ]

    init(_ settings: PluginSettings) throws(ConfigurationProblems) {
        var settings = settings
        address = settings.baseURL(default: "https://api.affitor.com")
        key = settings.requiredSecret("key", about: "The program's tracking key, aff_….")
        if key.revealedText.hasPrefix("affk_") {
            settings.note("key", "is a management key (affk_); Affitor takes the program's tracking key (aff_) here")
        }
        mode = settings.moneyTeller(
            about: "Who tells Affitor of sales: this sink, or Affitor's own connection to the provider."
        )
        isTest = settings.bool("test_mode", default: false, about: "Whether calls are marked as test.")
        program = settings.text("program", about: "The program's id.")
        prefix = settings.prefix(of: "transaction id")
        fineCurrencies = settings.fineCurrencies(at: "Affitor")
        duplicateAfterError = settings.choice(
            "duplicate_after_error",
            default: .review,
            about: "What a duplicate means after an attempt whose answer is not known: a person looks, or it counts."
        )
        sendsEmail = settings.sendsEmail()
        lateLeadRetries = settings.lateLeadRetries()
        try settings.finish()
    }
}
