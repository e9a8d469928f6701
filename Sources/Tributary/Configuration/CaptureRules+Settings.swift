// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Setting where Owner == Configuration {
    /// How visitors who come through a partner are taken note of.
    static func capture(_ blank: Configuration) -> Setting {
        .group(
            "capture",
            "How visitors who come by a partner's link are taken note of.",
            [
                .origins, .parameters, .cookie,
                .choice(
                    "consent",
                    "What counts where nobody says whether the visitor has consented.",
                    into: \.capture.consent,
                    default: blank.capture.consent
                ),
                .bool(
                    "live",
                    "Whether clicks that browsers tell of are of real people, and not of tests.",
                    into: \.capture.live,
                    default: true
                ),
                .integer(
                    "clicks_per_minute",
                    "How many clicks one address may tell of in a minute; more are answered with 429.",
                    into: \.capture.clicksPerMinute,
                    in: 1...100_000,
                    default: blank.capture.clicksPerMinute
                ),
                .text(
                    "address_header",
                    "The header field in which your proxy puts the visitor's address; the last one in it counts.",
                    into: \.capture.addressHeader
                ),
            ]
        )
    }

    private static var origins: Setting {
        let schema: JSONValue = [
            "type": "array", "uniqueItems": true, "items": ["type": "string", "pattern": "^https?://[^/?#@ ]+$"],
        ]
        return Setting(
            "origins",
            "Origins of the pages whose visitors' browsers may tell of clicks; without one neither script nor door is there.",
            schema: schema,
            default: []
        ) { value, place, owner, reader in
            for (index, origin) in (reader.texts(value, at: place) ?? []).enumerated() {
                guard let known = reader.origin(origin, at: "\(place)/\(index)") else { continue }
                owner.capture.origins.append(known)
            }
        }
    }

    private static var parameters: Setting {
        let schema: JSONValue = [
            "type": "object", "additionalProperties": .choiceSchema(CaptureParameters.Meaning.self),
        ]
        return Setting(
            "parameters",
            "What further query parameters mean, or that one means nothing: { \"partner\": \"code\", \"cid\": \"off\" }.",
            schema: schema
        ) { value, place, owner, reader in
            guard let members = value.members else {
                return reader.note(place, "expected an object such as { \"partner\": \"code\" }")
            }
            for member in members.reversed() {
                let place = ConfigurationProblems.Problem.place(place, member.name)
                guard !member.name.isEmpty, member.name.utf8.count <= 64 else {
                    reader.note(place, "the name of a parameter has 1 to 64 bytes", code: .badName)
                    continue
                }
                if let meaning: CaptureParameters.Meaning = reader.choice(member.value, at: place) {
                    owner.capture.parameters.set(member.name, meaning)
                }
            }
        }
    }

    private static var cookie: Setting {
        let settings = Setting<ClickCookie>.all
        var schema = JSONValue.objectSchema(settings).members ?? []
        schema.append(.init("required", ["secret"]))
        return Setting("cookie", "The first-party cookie; none is set without.", schema: .object(schema)) {
            value,
            place,
            owner,
            reader in
            var cookie = ClickCookie(secret: Secret([]))
            reader.object(value, at: place, settings, into: &cookie)
            guard value.members != nil else { return }
            if value["secret"] == nil { reader.note(place, "needs \"secret\"", code: .missingSetting) }
            if !cookie.secret.isEmpty { owner.capture.cookie = cookie }
        }
    }
}

extension Setting where Owner == ClickCookie {
    /// The settings of the cookie.
    static var all: [Setting] {
        let blank = ClickCookie(secret: Secret([]))
        return [
            Setting(
                "name",
                "The cookie's name.",
                schema: ["type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"],
                default: .string(blank.name)
            ) { value, place, owner, reader in
                guard let name = reader.text(value, at: place) else { return }
                let isWord = name.utf8.allSatisfy { byte in
                    Unguessable.isDigit(byte) || Unguessable.isLetter(byte) || byte == UInt8(ascii: "-")
                        || byte == UInt8(ascii: "_")
                }
                guard isWord, name.utf8.count <= 64 else {
                    return reader.note(place, "a cookie's name has letters, digits, '-' and '_' only", code: .badName)
                }
                owner.name = name
            },
            Setting("secret", "What its value is signed with; at least 128 random bits.", schema: .reference("secret"))
            {
                value,
                place,
                owner,
                reader in
                guard let secret = reader.secret(value, at: place) else { return }
                if let weakness = Unguessable.weakness(of: secret.revealed) {
                    let problem = "the secret can be guessed: \(weakness)"
                    return reader.note(place, problem, code: .unusableToken, hint: AccessToken.remedy)
                }
                owner.secret = secret
            },
            .duration("lifetime", "How long it stays.", into: \.lifetime, default: blank.lifetime),
            Setting(
                "domain",
                "The domain for which it is set, where pages and the daemon have different hosts of it.",
                schema: ["type": "string", "pattern": "^[A-Za-z0-9.-]{1,253}$"]
            ) { value, place, owner, reader in
                guard let domain = reader.text(value, at: place) else { return }
                let isHost = domain.utf8.allSatisfy { byte in
                    Unguessable.isDigit(byte) || Unguessable.isLetter(byte) || byte == UInt8(ascii: "-")
                        || byte == UInt8(ascii: ".")
                }
                guard isHost, domain.utf8.count <= 253 else {
                    return reader.note(place, "expected a domain such as shop.example")
                }
                owner.domain = domain
            },
        ]
    }
}

extension ConfigurationReader {
    /// Reads an origin as browsers write it: scheme and host in lower case, the port where it is not the usual one.
    fileprivate mutating func origin(_ text: String, at place: String) -> String? {
        let origin = text.lowercased()
        let scheme = ["https://", "http://"].first { origin.hasPrefix($0) }
        let host = origin.dropFirst(scheme?.count ?? 0)
        guard let scheme, !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/?#@".utf8.contains($0) })
        else {
            let hint = "scheme and host alone, for example https://shop.example"
            note(place, "expected the origin of a page", hint: hint)
            return nil
        }
        let usual = scheme == "https://" ? ":443" : ":80"
        return scheme + (host.hasSuffix(usual) ? host.dropLast(usual.count) : host)
    }
}
