// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about a Tolt sink.
struct ToltSettings: Sendable {
    /// What to do with a refund of a part, which Tolt cannot take.
    enum PartialRefunds: String, CaseIterable, Sendable {
        /// A person corrects the commission.
        case review
        /// The commission stays as it is.
        case ignore
        /// From a share of the sale on, the whole transaction is refunded; below it the commission stays.
        case full
    }

    let address: String
    let key: Secret
    let mode: MoneyTeller
    let currency: Currency?
    let fineCurrencies: FineCurrencies
    let customerID: CustomerIdentity
    let linkParameter: String
    let partialRefunds: PartialRefunds
    /// The share of a sale, in percent, from which on ``PartialRefunds/full`` refunds all of it.
    let fullRefundFrom: Int64
    let sendsEmail: Bool
    let prefix: String

    /// Metadata keys that merchants use for Tolt's identifiers; its own customer id is kept as a referral.
    let parameters: [String: SinkCapabilities.Identifier] = [
        "tolt_click_id": .click, "tolt_referral": .click, "tolt_partner_id": .code, "tolt_customer_id": .referral,
    ]

    init(_ settings: PluginSettings) throws(ConfigurationProblems) {
        var settings = settings
        address = settings.baseURL(default: "https://platform.tolt.dev/v2")
        key = settings.requiredSecret("key", about: "The API key.")
        mode = settings.moneyTeller(
            about: "Who tells Tolt of payments: this sink, or Tolt's own connection to the provider."
        )
        currency = settings.programCurrency(at: "Tolt")
        fineCurrencies = settings.fineCurrencies(at: "Tolt")
        customerID = settings.customerIdentity(told: "customer_id")
        linkParameter =
            settings.text("link_parameter", about: "The query parameter of partner links, whose value is the code.")
            ?? "ref"
        partialRefunds = settings.choice(
            "partial_refunds",
            default: .review,
            about: "What to do with a refund of a part: a person looks, nothing, or from a share on refund all of it."
        )
        fullRefundFrom = settings.integer(
            "full_refund_from",
            in: 1...100,
            default: 50,
            about: "The share in percent from which on \"partial_refunds\": \"full\" refunds the whole sale."
        )
        sendsEmail = settings.sendsEmail()
        prefix = settings.prefix(of: "charge id")
        try settings.finish()
    }
}
