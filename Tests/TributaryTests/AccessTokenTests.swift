// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel

@Suite struct AccessTokenTests {
    private static let hex = "0123456789abcdef0123456789abcdef"

    private let resolver = SecretResolver { reference in
        switch reference {
        case .environment("A"): Array(Self.hex.utf8)
        case .environment("B"): Array(Self.hex.reversed().map(String.init).joined().utf8)
        case .environment("SHORT"): Array("0123456789abcdef".utf8)
        case .environment("BLANK"): Array("0123456789abcdef 0123456789abcdef".utf8)
        case .environment("SAME"): Array("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".utf8)
        case .environment, .file: nil
        }
    }

    private func problems(_ tokens: JSONValue) -> [String] {
        do {
            _ = try Configuration(["tokens": tokens], secrets: resolver)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func `tokens are read with their scopes`() throws {
        let configuration = try Configuration(
            [
                "tokens": [
                    ["name": "backend", "secret": "env:A", "scopes": ["events", "leads"]],
                    ["name": "shop", "secret": "env:B", "scopes": ["clicks", "read"]],
                ]
            ],
            secrets: resolver
        )
        #expect(configuration.tokens.map(\.name) == ["backend", "shop"])
        #expect(configuration.tokens.map(\.scopes) == [[.events, .leads], [.clicks, .read]])
    }

    @Test(
        arguments: [
            (
                ["name": "a", "secret": "env:A", "scopes": ["event"]],
                "/tokens/0/scopes/0: there is no scope \"event\"; did you mean \"events\"?"
            ),
            (["name": "a", "secret": "env:A", "scopes": []], "/tokens/0/scopes: a token without scopes opens nothing"),
            (
                ["name": "a", "secret": "env:SHORT", "scopes": ["read"]],
                "/tokens/0/secret: the token can be guessed: it needs at least 32 random characters of the kind that it has; make one with `openssl rand -hex 32`"
            ),
            (
                ["name": "a", "secret": "env:SAME", "scopes": ["read"]],
                "/tokens/0/secret: the token can be guessed: it repeats a few characters; make one with `openssl rand -hex 32`"
            ),
            (
                ["name": "a", "secret": "env:BLANK", "scopes": ["read"]],
                "/tokens/0/secret: a token may hold letters, digits and -._~+/= only; make one with `openssl rand -hex 32`"
            ),
            (["name": "a", "scopes": ["read"]], "/tokens/0: needs \"secret\""),
            (
                ["name": "a", "secret": "env:A", "scope": ["read"], "scopes": ["read"]],
                "/tokens/0/scope: there is no setting \"scope\" here; did you mean \"scopes\"?"
            ),
        ] as [(JSONValue, String)]
    )
    func `what is wrong with a token is told with its place`(token: JSONValue, problem: String) {
        #expect(problems([token]) == [problem])
    }

    @Test func `names and secrets are each their own`() {
        let token: JSONValue = ["name": "a", "secret": "env:A", "scopes": ["read"]]
        let places = problems([token, token]).map { $0.prefix { $0 != ":" } }
        #expect(places == ["/tokens/1/name", "/tokens/1/secret"])
    }

    @Test func `a token is not called like a provider, whose ids it could imitate`() throws {
        var configuration = Configuration()
        configuration.providers = [ProviderInstance(name: "stripe", secrets: [Secret("whsec_1")])]
        configuration.tokens = [AccessToken(name: "stripe", secret: Secret(Self.hex), scopes: [.events])]
        #expect {
            try Engine.validate(configuration, plugins: Plugins())
        } throws: {
            ($0 as? ConfigurationProblems)?.problems.map(\.place) == ["/tokens/0/name"]
        }
    }

    @Test(
        arguments: [
            ("Bearer 0123456789abcdef0123456789abcdef", AccessGate.Admission.admitted(token: "backend")),
            ("bearer  0123456789abcdef0123456789abcdef", .admitted(token: "backend")),
            ("Bearer fedcba9876543210fedcba9876543210", .lacking(token: "other")),
            ("Bearer 0123456789abcdef0123456789abcdee", .unknown), ("Bearer ", .unknown), ("Bearer", .unknown),
            ("Basic 0123456789abcdef0123456789abcdef", .unknown), ("0123456789abcdef0123456789abcdef", .unknown),
            ("", .unknown), (nil, .unknown),
        ] as [(String?, AccessGate.Admission)]
    )
    func `only the bearer of a token with the scope is let in`(field: String?, admission: AccessGate.Admission) {
        let gate = AccessGate([
            AccessToken(name: "backend", secret: Secret(Self.hex), scopes: [.events]),
            AccessToken(name: "other", secret: Secret(String(Self.hex.reversed())), scopes: [.read]),
            AccessToken(name: "empty", secret: Secret(""), scopes: [.events]),
        ])
        #expect(gate.admission(field, for: .events) == admission)
    }
}
