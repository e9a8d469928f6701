// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about a Trackdesk sink.
struct TrackdeskSettings: Sendable {
    /// By what Trackdesk finds the click.
    enum Identify: String, CaseIterable, Sendable {
        /// `cid`, the click id that Trackdesk gave.
        case cid
        /// `externalCid`, the merchant's own user id, which the page has tied to the click before.
        case external
    }

    /// What an answer means that does not say whether anybody is credited.
    enum SilentAnswers: String, CaseIterable, Sendable {
        /// The conversion counts as delivered, and its reason says what is not known.
        case delivered
        /// A person looks.
        case review
    }

    let address: String
    let currency: Currency?
    let saleType: String
    let leadType: String?
    let findsBy: Identify
    let status: String?
    let silentAnswers: SilentAnswers
    let prefix: String

    /// Metadata keys that merchants use for Trackdesk's click id; its cookie is spelled without a c.
    let parameters: [String: SinkCapabilities.Identifier] = ["trakdesk_cid": .click, "trackdesk_cid": .click]

    init(_ settings: PluginSettings) throws(ConfigurationProblems) {
        var settings = settings
        let tenant = settings.text("tenant", about: "The tenant, which is the first part of its trackdesk.com address.")
        let missing = "https://TENANT.trackdesk.com"
        address = settings.baseURL(default: tenant.map { "https://\($0).trackdesk.com" } ?? missing)
        let isName = tenant?.utf8.allSatisfy(Self.isOfName) ?? true
        if !isName { settings.note("tenant", "expected letters, digits and hyphens, the first part of the address") }
        if tenant == nil, address == missing {
            settings.note("tenant", "the sink needs \"tenant\", the first part of its trackdesk.com address")
        }
        let code = settings.text(
            "program_currency",
            about: "The program's currency, in which Trackdesk reads every amount; sales in another one are refused."
        )
        currency = code.flatMap { Currency($0) }
        if currency == nil {
            let hint = "Trackdesk's amounts carry no currency, so name the program's, for example \"USD\""
            settings.note("program_currency", code.map { "\"\($0)\" is not a currency of ISO 4217" } ?? hint)
        }
        saleType = settings.text("sale_type", about: "The conversion type code of payments.") ?? "sale"
        leadType = settings.text("lead_type", about: "The conversion type code of sign-ups; they are not told without.")
        findsBy = settings.choice(
            "find_by",
            default: .cid,
            about: "By what Trackdesk finds the click: its own id, or your user id that the page tied to it."
        )
        status = settings.text("status", about: "The status of every conversion; the offer decides unless stated.")
        silentAnswers = settings.choice(
            "silent_answers",
            default: .delivered,
            about: "What an answer means that does not say whether anybody is credited: delivered, or a person looks."
        )
        prefix = settings.text("prefix", about: "Begins every external id, to tell several shops apart.") ?? ""
        try settings.finish()
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
