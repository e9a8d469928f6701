// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// How the provider proves its webhooks, as far as the headers of one tell.
struct VerifyGuess: Sendable {
    let verify: JSONValue
    let guess: Guess

    /// Whether something real stands there, and not what refuses everything.
    let isPlaceholder: Bool

    /// The header that no provider sends, so that a draft whose proof is undecided refuses everything.
    static let undecidedHeader = "X-Not-Decided-Yet"

    init(_ headers: HeaderFields) {
        if let found = Self.known(headers) {
            (verify, guess, isPlaceholder) = (found.verify, found.guess, false)
        } else {
            verify = Self.hmac(header: Self.undecidedHeader, encoding: "hex")
            isPlaceholder = true
            guess = Guess(
                "verify",
                "undecided",
                .weak,
                headers.fields.isEmpty
                    ? "no headers were given, so nothing is known; until you write it, every webhook is refused"
                    : "no header looks like a signature or token; until you write it, every webhook is refused"
            )
        }
    }

    private static func known(_ headers: HeaderFields) -> (verify: JSONValue, guess: Guess)? {
        if headers["webhook-signature"] != nil, headers["webhook-id"] != nil {
            let guess = Guess(
                "verify",
                "standard-webhooks",
                .likely,
                "webhook-id, webhook-timestamp and webhook-signature are the headers of Standard Webhooks; some senders want \"key\": \"text\""
            )
            return (["preset": "standard-webhooks"], guess)
        }
        if headers["svix-signature"] != nil {
            let verify: JSONValue = [
                "preset": "standard-webhooks", "header": "svix-signature", "id": ["header": "svix-id"],
                "timestamp": ["header": "svix-timestamp"],
            ]
            return (
                verify,
                Guess(
                    "verify",
                    "standard-webhooks",
                    .likely,
                    "the svix headers are Standard Webhooks under other names"
                )
            )
        }
        for field in headers.fields {
            let words = Words.of(field.name)
            if words.has("signature", "hmac", "sign"), let found = signature(field) { return found }
        }
        for field in headers.fields {
            let words = Words.of(field.name)
            if words.has("token", "hash", "secret") {
                return (
                    ["scheme": "token", "header": .string(field.name)],
                    Guess(
                        "verify",
                        "token in \(field.name)",
                        .likely,
                        "the header's name speaks of a token; it does not bind the body"
                    )
                )
            }
            if words == ["authorization"], field.value.lowercased().hasPrefix("basic ") {
                return (
                    ["scheme": "basic"],
                    Guess(
                        "verify",
                        "basic",
                        .shown,
                        "the request carries HTTP Basic credentials; they do not bind the body"
                    )
                )
            }
        }
        return nil
    }

    private static func signature(_ field: HeaderFields.Field) -> (verify: JSONValue, guess: Guess)? {
        let value = field.value
        for (separator, joint) in [(",", "."), (";", ":")] where value.contains(separator) && value.contains("=") {
            let pairs = value.split(separator: separator).map {
                $0.split(separator: "=", maxSplits: 1).map(String.init)
            }
            let names = pairs.compactMap { $0.count == 2 ? $0[0].filter { $0 != " " } : nil }
            guard let time = names.first(where: { ["t", "ts"].contains($0) }),
                let key = names.first(where: { $0 != time })
            else { continue }
            let verify: JSONValue = [
                "scheme": "hmac", "algorithm": "sha256", "header": .string(field.name),
                "signature": ["pairs": .string(key), "by": .string(separator), "is": "="],
                "timestamp": ["pair": .string(time)],
                "message": ["t", ["const": .string(joint)], "body"], "encoding": "hex", "key": "text",
            ]
            return (
                verify,
                Guess(
                    "verify",
                    "HMAC-SHA256 in \(field.name)",
                    .weak,
                    "the header holds a time and a signature; the text between time and body is a guess, look it up"
                )
            )
        }
        let parts = value.split(separator: "=", maxSplits: 1)
        let prefix =
            parts.count == 2 && ["sha1", "sha256", "sha512"].contains(String(parts[0])) ? String(parts[0]) : nil
        let text = prefix == nil ? value : String(parts[1])
        let isHex =
            !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
        let algorithms = isHex ? [40: "sha1", 64: "sha256", 128: "sha512"] : [28: "sha1", 44: "sha256", 88: "sha512"]
        guard let algorithm = algorithms[text.utf8.count] else { return nil }
        let verify = hmac(header: field.name, encoding: isHex ? "hex" : "base64", algorithm: algorithm, prefix: prefix)
        return (
            verify,
            Guess(
                "verify",
                "HMAC-\(algorithm.uppercased()) in \(field.name)",
                .likely,
                "\(text.utf8.count) characters of \(isHex ? "hex" : "base64") are \(algorithm.uppercased()); that it is over the body alone is a guess"
            )
        )
    }

    private static func hmac(header: String, encoding: String, algorithm: String = "sha256", prefix: String? = nil)
        -> JSONValue
    {
        var members: [JSONValue.Member] = [
            .init("scheme", "hmac"), .init("algorithm", .string(algorithm)), .init("header", .string(header)),
            .init("message", ["body"]), .init("encoding", .string(encoding)), .init("key", "text"),
        ]
        if let prefix { members.append(.init("signature", ["prefix": .string(prefix + "=")])) }
        return .object(members)
    }
}
