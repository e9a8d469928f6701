// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about a Tolt sink.
struct ToltSettings: Sendable {
    /// Who tells Tolt of payments.
    enum Mode: String, CaseIterable, Sendable {
        /// This sink.
        case api
        /// Tolt's own connection to the provider; a payment told here too would pay two commissions.
        case native
    }

    /// Which id Tolt is told as `customer_id`.
    enum CustomerID: String, CaseIterable, Sendable {
        /// The merchant's own user id.
        case user
        /// The provider's customer id.
        case provider
    }

    /// What to do with currencies whose unit is smaller than a hundredth.
    enum FineCurrencies: String, CaseIterable, Sendable {
        /// Refuse the sale: no source says in which unit Tolt reads them.
        case refuse
        /// Send ISO 4217's smallest unit, `1234` for 1.234 KWD.
        case isoMinor = "iso_minor"
    }

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
    let mode: Mode
    let currency: Currency?
    let fineCurrencies: FineCurrencies
    let customerID: CustomerID
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
        mode = settings.choice(
            "mode",
            default: .api,
            about: "Who tells Tolt of payments: this sink, or Tolt's own connection to the provider."
        )
        let code = settings.text(
            "program_currency",
            about: "The program's currency, in which Tolt reads every amount; sales in another one are refused."
        )
        currency = code.flatMap { Currency($0) }
        if currency == nil {
            let hint = "Tolt's amounts carry no currency, so name the program's, for example \"USD\""
            settings.note("program_currency", code.map { "\"\($0)\" is not a currency of ISO 4217" } ?? hint)
        }
        fineCurrencies = settings.choice(
            "three_decimals",
            default: .refuse,
            about: "What to do with currencies of three decimals, whose unit Tolt does not state."
        )
        customerID = settings.choice(
            "customer_id",
            default: .user,
            about: "Which id is told as customer_id: your user id, or the provider's customer id."
        )
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
        sendsEmail = settings.bool("send_email", default: false, about: "Whether the buyer's e-mail is told.")
        prefix = settings.text("prefix", about: "Begins every charge id, to tell several shops apart.") ?? ""
        try settings.finish()
    }
}
