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

    /// When a refund of a part is told, as Affitor takes one refund for each sale.
    enum Refunds: String, CaseIterable, Sendable {
        /// At once; what comes later needs a person.
        case first
        /// Some days later, so that those that come meanwhile go out with it.
        case hold
    }

    let address: String
    let key: Secret
    let mode: MoneyTeller
    let isTest: Bool
    let program: String?
    let prefix: String
    let fineCurrencies: FineCurrencies
    let duplicateAfterError: DuplicateAfterError
    /// How long a refund of a part waits for others of its sale.
    let refundHold: Duration
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
        isTest = settings.bool(
            "test_mode",
            default: false,
            about: "Whether everything is told as a test; test money is, always."
        )
        program = settings.text("program", about: "The program's id.")
        prefix = settings.prefix(of: "transaction id")
        fineCurrencies = settings.fineCurrencies(at: "Affitor")
        duplicateAfterError = settings.choice(
            "duplicate_after_error",
            default: .review,
            about: "What a duplicate means after an attempt whose answer is not known: a person looks, or it counts."
        )
        let refunds: Refunds = settings.choice(
            "refunds",
            default: .first,
            about: "When a refund of a part is told: at once, or after days in which others of its sale join it."
        )
        let days = settings.integer(
            "refund_hold_days",
            in: 1...60,
            default: 7,
            about: "How many days a refund of a part is held."
        )
        refundHold = refunds == .hold ? .seconds(days * 86_400) : .zero
        if refunds == .first, settings.isGiven("refund_hold_days") {
            settings.note("refund_hold_days", "says nothing without \"refunds\": \"hold\"")
        }
        sendsEmail = settings.sendsEmail()
        lateLeadRetries = settings.lateLeadRetries()
        try settings.finish()
    }
}
