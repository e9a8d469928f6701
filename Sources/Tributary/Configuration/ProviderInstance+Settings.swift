// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Setting where Owner == ProviderInstance {
    /// The settings that every provider instance has; the others are those of the verifier that its mapping names.
    static var all: [Setting] {
        let secrets: JSONValue = ["type": "array", "minItems": 1, "items": .reference("secret")]
        return [
            .text("mapping", "The mapping's name; the instance's own name unless stated.", into: \.mapping),
            .text("profile", "Which of the mapping's profiles applies; its first unless stated.", into: \.profile),
            Setting(
                "secrets",
                "The signing secrets, any of which may have signed: several while one is being rotated.",
                schema: secrets
            ) { value, place, owner, reader in owner.secrets = reader.secrets(value, at: place) },
            Setting(
                "path",
                "The unguessable last part of the address, POST /webhooks/NAME/PATH; needed where no signature covers the body.",
                schema: .reference("secret")
            ) { value, place, owner, reader in owner.path = reader.secretPath(value, at: place) },
            .bool(
                "live",
                "Whether the money is real, for mappings that cannot read it from the webhook.",
                into: \.live,
                default: true
            ),
            Setting(
                "exponents",
                "Decimals of amounts in smallest units, where your account differs from the mapping: { \"JPY\": 2 }.",
                schema: [
                    "type": "object", "propertyNames": ["pattern": "^[A-Z]{3}$"],
                    "additionalProperties": ["type": "integer", "minimum": 0, "maximum": 6],
                ]
            ) { value, place, owner, reader in owner.exponents = reader.exponents(value, at: place) },
            Setting(
                "currency",
                "The currency of amounts that state none, for example \"NGN\"; such an amount is not taken without it.",
                schema: ["type": "string", "pattern": "^[A-Z]{3}$"]
            ) { value, place, owner, reader in owner.currency = reader.currency(value, at: place) },
            Setting(
                "max_age",
                "How old an event may be, for example \"30d\": an older one, which a replay brings, is stored and not delivered.",
                schema: .reference("duration")
            ) { value, place, owner, reader in owner.maxAge = reader.duration(value, at: place) },
            Setting(
                "expect",
                "What entries of an event's raw must say, for example { \"seller\": \"Zx9Q==\" }; another event is not delivered.",
                schema: ["type": "object", "additionalProperties": ["type": "string"]]
            ) { value, place, owner, reader in owner.expected = reader.expected(value, at: place) },
            .bool(
                "accept_unauthenticated_webhooks",
                "Permits a mapping that verifies nothing: anybody can then invent sales.",
                into: \.acceptsUnauthenticated
            ),
        ]
    }
}

extension Setting where Owner == Configuration {
    /// The provider instances: what every one has is read here, the rest is left to the mapping's verifier.
    static var providers: Setting {
        Setting(
            "providers",
            "The places where webhooks come in: the name is the last part of POST /webhooks/NAME.",
            schema: .namedSchema(.reference("provider"))
        ) { value, place, owner, reader in
            reader.named(value, at: place) { name, value, place, reader in
                owner.providers.append(reader.provider(name, value, at: place))
            }
        }
    }
}

extension ConfigurationReader {
    fileprivate mutating func provider(_ name: String, _ value: JSONValue, at place: String) -> ProviderInstance {
        var own: [JSONValue.Member] = []
        var provider = ProviderInstance(name: name, secrets: [])
        object(value, at: place, Setting<ProviderInstance>.all, into: &provider) { member in
            own.append(member)
            return true
        }
        provider.settings = PluginSettings(
            for: .provider,
            name: name,
            members: own,
            secrets: secrets(of: own, at: place)
        )
        return provider
    }

    /// Resolves what a plugin may read as secrets.
    mutating func secrets(of members: [JSONValue.Member], at place: String) -> [String: Secret] {
        var secrets: [String: Secret] = [:]
        for member in members where member.value.string.flatMap(SecretReference.init) != nil {
            secrets[member.name] = secret(member.value, at: Problem.place(place, member.name))
        }
        return secrets
    }

    fileprivate mutating func secretPath(_ value: JSONValue, at place: String) -> Secret? {
        guard let path = secret(value, at: place) else { return nil }
        guard let problem = SecretPath.problem(with: path) else { return path }
        note(place, problem, code: .unusablePath, hint: SecretPath.remedy)
        return nil
    }

    fileprivate mutating func currency(_ value: JSONValue, at place: String) -> String? {
        if let text = value.string, let currency = Currency(text), currency.code == text { return text }
        note(place, "expected a currency of ISO 4217, such as \"NGN\"")
        return nil
    }

    fileprivate mutating func duration(_ value: JSONValue, at place: String) -> Duration? {
        if let duration = value.string.flatMap(Duration.init(configurationText:)) { return duration }
        note(place, "expected a time such as \"30s\", \"15m\", \"12h\" or \"90d\"")
        return nil
    }

    fileprivate mutating func expected(_ value: JSONValue, at place: String) -> [String: String] {
        guard let members = value.members, members.allSatisfy({ $0.value.string != nil }) else {
            note(place, "expected an object of texts, such as { \"seller\": \"Zx9Q==\" }")
            return [:]
        }
        return Dictionary(members.map { ($0.name, $0.value.string ?? "") }) { $1 }
    }

    fileprivate mutating func exponents(_ value: JSONValue, at place: String) -> [String: Int] {
        guard let members = value.members else {
            note(place, "expected an object such as { \"JPY\": 2 }")
            return [:]
        }
        var exponents: [String: Int] = [:]
        for member in members {
            let place = Problem.place(place, member.name)
            guard Currency(member.name)?.code == member.name else {
                note(
                    place,
                    "there is no currency \"\(member.name)\"; expected a code such as \"JPY\"",
                    code: .unknownSetting
                )
                continue
            }
            guard let number = member.value.int64.flatMap({ Int(exactly: $0) }), (0...6).contains(number) else {
                note(place, "expected a whole number from 0 to 6")
                continue
            }
            exponents[member.name] = number
        }
        return exponents
    }
}
