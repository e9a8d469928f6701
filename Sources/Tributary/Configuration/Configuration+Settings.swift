// SPDX-License-Identifier: Apache-2.0

import TributaryLedger
import TributaryModel

extension Setting where Owner == Configuration {
    /// Every setting of a configuration, in the order in which the schema lists them.
    static var all: [Setting] {
        let blank = Configuration()
        return [
            Setting("$schema", "The schema of this file, for the editor.", schema: .textSchema) { _, _, _, _ in },
            .text(
                "listen",
                "IP address and port that the daemon listens on; port 0 lets the system choose.",
                into: \.listen,
                default: blank.listen
            ),
            .group("store", "Where webhooks, books and deliveries are kept.", store(blank)),
            .text(
                "mappings",
                "Folder of mappings of your own, NAME/NAME.json in it; they go before those that ship.",
                into: \.mappingsPath
            ),
            .providers,
            .sinks,
            .tokens,
            .exchange,
            .group("attribution", "Whose sale it is.", attribution(blank)),
            .capture(blank),
            .group("retention", "How long personal data is kept.", retention(blank)),
            .group("limits", "What a stranger may ask of the daemon.", limits(blank)),
        ]
    }

    private static func store(_ blank: Configuration) -> [Setting] {
        [
            .text(
                "sqlite",
                "The embedded store's file, created where it is missing; relative to the working directory.",
                into: \.databasePath,
                default: blank.databasePath
            )
        ]
    }

    private static func attribution(_ blank: Configuration) -> [Setting] {
        [
            .choice(
                "touch",
                "Whose click counts when a buyer came through several partners: the first one, or the last before the sale.",
                into: \.touch,
                default: blank.touch
            ),
            .duration(
                "grace",
                "How long a payment without attribution waits for one, before it is settled as organic.",
                into: \.grace,
                default: blank.grace
            ),
            .duration(
                "click_lifetime",
                "After which time a click that led to no customer is forgotten.",
                into: \.clickLifetime,
                default: blank.clickLifetime
            ),
            .group(
                "keys",
                "Which keys of your checkout metadata mean what; the first with a text counts.",
                keys(blank)
            ),
        ]
    }

    private static func keys(_ blank: Configuration) -> [Setting] {
        AttributionKeys.Meaning.allCases.map { meaning in
            let about =
                switch meaning {
                case .user: "Your own stable id of the user."
                case .click: "A click id."
                case .referral: "A referral id."
                case .code: "The partner's public code."
                case .coupon: "A coupon."
                case .landing: "The click id that Tributary made, or the cookie that holds it."
                }
            let fallback = JSONValue.array(blank.attributionKeys[meaning].map(JSONValue.string))
            return Setting(meaning.rawValue, about, schema: .textsSchema, default: fallback) {
                value,
                place,
                owner,
                reader in
                if let names = reader.texts(value, at: place) { owner.attributionKeys[meaning] = names }
            }
        }
    }

    private static func retention(_ blank: Configuration) -> [Setting] {
        [
            .duration(
                "bodies",
                "How long the raw bodies of webhooks are kept; keys and books stay for ever.",
                into: \.bodyRetention,
                default: blank.bodyRetention
            )
        ]
    }

    private static func limits(_ blank: Configuration) -> [Setting] {
        [
            .integer(
                "body_bytes",
                "The largest webhook that is read, in bytes; a larger one is answered with 413.",
                into: \.bodyBytesMax,
                in: 1024...(64 << 20),
                default: blank.bodyBytesMax
            )
        ]
    }
}
