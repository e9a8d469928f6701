// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about a Refersion sink.
struct RefersionSettings: Sendable {
    /// Which id an order goes by.
    enum OrderID: String, CaseIterable, Sendable {
        /// The event's own key, which no other payment has.
        case key
        /// The shop's order id, where the event states one.
        case order
    }

    /// Which id of a line is its SKU.
    enum SKU: String, CaseIterable, Sendable {
        /// The provider's product id.
        case product
        /// The provider's price or plan id.
        case price
    }

    /// What to do with a refund of a part that names no items.
    enum PartialRefunds: String, CaseIterable, Sendable {
        /// A person corrects the conversion.
        case review
        /// One item is canceled at the price that was given back.
        case price
    }

    /// What to do with a cancellation whose answer was lost.
    enum CancelAfterError: String, CaseIterable, Sendable {
        /// A person looks: what comes of a repeated cancellation is not published, and no call can tell.
        case review
        /// It is sent again.
        case `repeat`
    }

    private static let productionAddress = "https://inbound-webhooks.refersion.com"

    let address: String
    let apiAddress: String
    let publicKey: String
    let key: Secret
    let orderID: OrderID
    let sku: SKU
    let fallbackSKU: String
    let silentAnswers: SilentAnswers
    let partialRefunds: PartialRefunds
    let cancelAfterError: CancelAfterError
    let sendsEmail: Bool
    let prefix: String

    /// Metadata keys that merchants use for the id that the browser gave to `_rfsn._addCart`.
    let parameters: [String: SinkCapabilities.Identifier] = ["refersion_cart_id": .click, "rfsn_cart_id": .click]

    init(_ settings: PluginSettings) throws(ConfigurationProblems) {
        var settings = settings
        address = settings.baseURL(default: Self.productionAddress)
        let api = settings.text(
            "api_url",
            about: "Replaces the address of the REST API, https://api.refersion.com/v2; follows \"url\" unless stated."
        )
        if let api, !api.hasPrefix("https://"), !api.hasPrefix("http://") {
            settings.note("api_url", "expected an address such as \"https://api.refersion.com/v2\"")
        }
        // A test double must get everything: nothing may reach the real platform from there.
        apiAddress = api ?? (address == Self.productionAddress ? "https://api.refersion.com/v2" : address)
        key = settings.requiredSecret("key", about: "The secret key.")
        let publicKey = settings.text("public_key", about: "The public key that belongs to the secret key.")
        if publicKey == nil { settings.note("public_key", "the sink needs \"public_key\", pub_…") }
        self.publicKey = publicKey ?? ""
        orderID = settings.choice(
            "order_id",
            default: .key,
            about: "Which id an order goes by: the event's own key, or the shop's order id where there is one."
        )
        sku = settings.choice("sku", default: .product, about: "Which id of a line is its SKU.")
        fallbackSKU =
            settings.text("fallback_sku", about: "The SKU of an order whose lines do not add up to its amount.")
            ?? "order"
        silentAnswers = settings.silentAnswers()
        partialRefunds = settings.choice(
            "partial_refunds",
            default: .review,
            about:
                "What to do with a refund of a part that names no items: a person looks, or one is canceled at that price."
        )
        cancelAfterError = settings.choice(
            "cancel_after_error",
            default: .review,
            about: "What to do with a cancellation whose answer was lost: a person looks, or it is sent again."
        )
        sendsEmail = settings.sendsEmail()
        prefix = settings.prefix(of: "order id")
        try settings.finish()
    }
}
