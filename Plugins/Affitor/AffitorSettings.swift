// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about an Affitor sink.
struct AffitorSettings: Sendable {
    /// Who tells Affitor of sales.
    enum Mode: String, CaseIterable, Sendable {
        /// This sink.
        case api
        /// Affitor's own connection to the provider; a sale told here too would count twice.
        case native
    }

    /// What to do with currencies whose unit is smaller than a hundredth.
    enum FineCurrencies: String, CaseIterable, Sendable {
        /// Refuse the sale: no source says in which unit Affitor reads them.
        case refuse
        /// Send ISO 4217's smallest unit, `1234` for 1.234 KWD.
        case isoMinor = "iso_minor"
    }

    /// What a 409 means after an attempt whose answer is not known.
    enum DuplicateAfterError: String, CaseIterable, Sendable {
        /// A person looks: Affitor may have stored the sale without a commission, and no call can tell.
        case review
        /// The sale counts as stored.
        case accept
    }

    let address: String
    let key: Secret
    let mode: Mode
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
        mode = settings.choice(
            "mode",
            default: .api,
            about: "Who tells Affitor of sales: this sink, or Affitor's own connection to the provider."
        )
        isTest = settings.bool("test_mode", default: false, about: "Whether calls are marked as test.")
        program = settings.text("program", about: "The program's id.")
        prefix = settings.text("prefix", about: "Begins every transaction id, to tell several shops apart.") ?? ""
        fineCurrencies = settings.choice(
            "three_decimals",
            default: .refuse,
            about: "What to do with currencies of three decimals, whose unit Affitor does not state."
        )
        duplicateAfterError = settings.choice(
            "duplicate_after_error",
            default: .review,
            about: "What a duplicate means after an attempt whose answer is not known: a person looks, or it counts."
        )
        sendsEmail = settings.bool("send_email", default: false, about: "Whether the buyer's e-mail is told.")
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
