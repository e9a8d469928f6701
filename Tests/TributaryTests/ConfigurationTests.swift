// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryLedger
import TributaryModel

@Suite struct ConfigurationTests {
    private let resolver = SecretResolver { reference in
        switch reference {
        case .environment("STRIPE"): Array("whsec_1\n".utf8)
        case .environment("EMPTY"): []
        case .file("/run/secret"): Array("whsec_2".utf8)
        case .environment, .file: nil
        }
    }

    private func problems(_ json: JSONValue) -> [String] {
        do {
            _ = try Configuration(json, secrets: resolver)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `an instance takes its mapping from its name unless it says otherwise`() throws {
        let configuration = try Configuration(
            [
                "providers": [
                    "stripe": ["secrets": ["env:STRIPE"]],
                    "shop-eu": [
                        "mapping": "stripe", "profile": "checkout", "secrets": ["file:/run/secret", "env:STRIPE"],
                    ],
                ],
                "attribution": ["grace": "30m", "touch": "last", "keys": ["user": ["uid"]]],
            ],
            secrets: resolver
        )
        #expect(configuration.providers.map(\.name) == ["stripe", "shop-eu"])
        #expect(configuration.providers.map(\.mapping) == ["stripe", "stripe"])
        #expect(configuration.providers[0].secrets == [Secret("whsec_1")])
        #expect(configuration.providers[1].secrets == [Secret("whsec_2"), Secret("whsec_1")])
        #expect(configuration.grace == .seconds(1800))
        #expect(configuration.touch == .last)
        #expect(configuration.attributionKeys[.user] == ["uid"])
    }

    @Test func `everything that is wrong is told at once, each with its place`() {
        let json: JSONValue = [
            "listn": "127.0.0.1:1",
            "providers": [
                "Stripe": ["secrets": ["whsec_in_the_file"]],
                "a": ["secrets": ["env:MISSING"]],
                "b": ["secrets": ["env:EMPTY"]],
            ],
            "sinks": ["affonso": ["send": ["payment.succeded"], "accept": "prod"]],
            "attribution": ["grace": "soon"],
        ]
        let places = problems(json).map { $0.prefix { $0 != ":" } }
        #expect(
            places == [
                "/listn", "/providers/Stripe", "/providers/Stripe/secrets/0", "/providers/a/secrets/0",
                "/providers/b/secrets/0", "/sinks/affonso/send/0", "/sinks/affonso/accept",
                "/sinks/affonso", "/attribution/grace",
            ]
        )
    }

    @Test func `no problem quotes what might be a secret`() {
        #expect(!problems(["providers": ["a": ["secrets": ["whsec_oops"]]]]).joined().contains("whsec_oops"))
    }
}
