// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What goes along with customers and conversions as `meta_data`, within Tapfiliate's limits.
///
/// Source: `reference/platforms.md` section 5.3.
struct TapfiliateMetaData: Sendable {
    /// A fact of an event that may go along.
    enum Fact: String, CaseIterable, Sendable {
        /// The provider instance.
        case source
        /// Which payment of the buyer's life it is.
        case phase
        /// The provider's ids.
        case payment, invoice, order, checkout, subscription
        /// What was sold.
        case product, price
        /// How often it is paid.
        case interval

        func text(of event: Event) -> String? {
            switch self {
            case .source: event.source
            case .phase: event.phase?.rawValue
            case .payment: event.payment
            case .invoice: event.invoice
            case .order: event.order
            case .checkout: event.checkout
            case .subscription: event.subscription.ref
            case .product: event.lines.first?.product
            case .price: event.lines.first?.price
            case .interval: event.subscription.interval?.rawValue
            }
        }
    }

    /// Where a text comes from.
    enum Origin: Sendable {
        case fact(Fact)
        /// A key of the checkout's metadata.
        case parameter(String)
    }

    private static let keysMax = 10
    private static let keyLengthMax = 64
    private static let valueLengthMax = 255
    private static let parameterMark = "params."

    private var origins: [(key: String, origin: Origin)] = []

    /// Reads `meta_data`: keys at Tapfiliate, and what is told under each.
    init(_ settings: inout PluginSettings) {
        let name = "meta_data"
        let about =
            "What goes along as meta data: a key, and a fact such as \"invoice\" or a parameter \"params.campaign\"."
        let values = settings.namedValues(name, about: about)
        if values.count > Self.keysMax { settings.note(name, "Tapfiliate takes at most \(Self.keysMax) keys") }
        for (key, value) in values {
            if let problem = Self.problem(withKey: key) { settings.note(name, entry: key, problem) }
            guard case .text(let text) = value else {
                settings.note(name, entry: key, "a secret is nothing to tell a platform")
                continue
            }
            if let fact = Fact(rawValue: text) {
                origins.append((key, .fact(fact)))
            } else if text.hasPrefix(Self.parameterMark), text.count > Self.parameterMark.count {
                origins.append((key, .parameter(String(text.dropFirst(Self.parameterMark.count)))))
            } else {
                let facts = Fact.allCases.map(\.rawValue).joined(separator: ", ")
                settings.note(name, entry: key, "expected one of \(facts), or \"params.\" and the name of a parameter")
            }
        }
    }

    /// Why a key cannot be told; `nil` where it can.
    static func problem(withKey key: String) -> String? {
        guard !key.isEmpty, key.unicodeScalars.count <= keyLengthMax else {
            return "Tapfiliate takes keys of 1 to \(keyLengthMax) characters"
        }
        let refused = "\":{}]\\'/&"
        guard let character = key.first(where: { refused.contains($0) }) else { return nil }
        return "Tapfiliate takes no \(character) in a key"
    }

    /// The member for a call; none where the event has nothing of it.
    ///
    /// Texts that are too long are cut: they are notes for a person, and the sale is worth more than they are.
    func member(of event: Event) -> [JSONValue.Member] {
        let members = origins.compactMap { entry -> JSONValue.Member? in
            let text =
                switch entry.origin {
                case .fact(let fact): fact.text(of: event)
                case .parameter(let name): event.attribution[parameter: name]
                }
            guard let text, !text.isEmpty else { return nil }
            let kept = String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.valueLengthMax)))
            return .init(entry.key, .string(kept))
        }
        return members.isEmpty ? [] : [.init("meta_data", .object(members))]
    }
}
