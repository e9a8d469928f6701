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
        currency = settings.programCurrency(at: "Trackdesk")
        saleType = settings.text("sale_type", about: "The conversion type code of payments.") ?? "sale"
        leadType = settings.text("lead_type", about: "The conversion type code of sign-ups; they are not told without.")
        findsBy = settings.choice(
            "find_by",
            default: .cid,
            about: "By what Trackdesk finds the click: its own id, or your user id that the page tied to it."
        )
        status = settings.text("status", about: "The status of every conversion; the offer decides unless stated.")
        silentAnswers = settings.silentAnswers()
        prefix = settings.prefix(of: "external id")
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
