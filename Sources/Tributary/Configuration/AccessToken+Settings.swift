// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Setting where Owner == AccessToken {
    /// The settings of a token.
    static var all: [Setting] {
        let scopes: JSONValue = [
            "type": "array", "uniqueItems": true, "minItems": 1, "items": .choiceSchema(AccessScope.self),
        ]
        return [
            Setting(
                "name",
                "The token's name: in logs, and as the source of what its bearer tells.",
                schema: ["type": "string", "pattern": "^[a-z0-9_-]{1,64}$"]
            ) { value, place, owner, reader in
                guard let name = reader.text(value, at: place) else { return }
                reader.checkName(name, at: place)
                owner.name = name
            },
            Setting("secret", "What the bearer shows; at least 128 random bits.", schema: .reference("secret")) {
                value,
                place,
                owner,
                reader in
                guard let secret = reader.secret(value, at: place) else { return }
                if let problem = AccessToken.problem(with: secret) {
                    return reader.note(place, problem, code: .unusableToken, hint: AccessToken.remedy)
                }
                owner.secret = secret
            },
            Setting("scopes", "What the bearer may do.", schema: scopes) { value, place, owner, reader in
                owner.scopes = reader.scopes(value, at: place)
            },
        ]
    }
}

extension Setting where Owner == Configuration {
    /// The tokens of the merchant's own backend.
    static var tokens: Setting {
        let object = JSONValue.objectSchema(Setting<AccessToken>.all).members ?? []
        let element = JSONValue.object(object + [.init("required", ["name", "secret", "scopes"])])
        return Setting(
            "tokens",
            "Who may call /v1: your own backend tells of clicks, sign-ups and events with one of these.",
            schema: ["type": "array", "items": element]
        ) { value, place, owner, reader in
            guard let elements = value.elements else {
                let example = #"[{ "name": "backend", "secret": "env:TRIBUTARY_TOKEN", "scopes": ["events"] }]"#
                return reader.note(place, "expected a list such as \(example)")
            }
            for (index, element) in elements.enumerated() {
                guard let token = reader.token(element, at: place + "/\(index)", besides: owner.tokens) else {
                    continue
                }
                owner.tokens.append(token)
            }
        }
    }
}

extension ConfigurationReader {
    /// Reads one token; `nil` where it cannot be used.
    fileprivate mutating func token(
        _ value: JSONValue,
        at place: String,
        besides others: [AccessToken]
    ) -> AccessToken? {
        var token = AccessToken(name: "", secret: Secret([]), scopes: [])
        object(value, at: place, Setting<AccessToken>.all, into: &token)
        guard value.members != nil else { return nil }
        for name in ["name", "secret", "scopes"] where value[name] == nil {
            note(place, "needs \"\(name)\"", code: .missingSetting)
        }
        if !token.name.isEmpty, others.contains(where: { $0.name == token.name }) {
            note(place + "/name", "another token has the name \"\(token.name)\"", code: .badName)
        }
        if !token.secret.isEmpty, let other = others.first(where: { $0.secret == token.secret }) {
            let message = "the token \"\(other.name)\" has the same secret"
            note(place + "/secret", message, code: .unusableToken, hint: AccessToken.remedy)
        }
        return token.name.isEmpty || token.secret.isEmpty ? nil : token
    }

    fileprivate mutating func scopes(_ value: JSONValue, at place: String) -> Set<AccessScope> {
        guard let names = texts(value, at: place) else { return [] }
        if names.isEmpty { note(place, "a token without scopes opens nothing") }
        var scopes: Set<AccessScope> = []
        for (index, name) in names.enumerated() {
            guard let scope = AccessScope(rawValue: name) else {
                let question = Self.question(name, in: AccessScope.allCases.map(\.rawValue))
                note("\(place)/\(index)", "there is no scope \"\(name)\"", code: .unknownScope, hint: question)
                continue
            }
            scopes.insert(scope)
        }
        return scopes
    }
}
