// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributarySigning

/// A provider's declaration as it stands in a mapping file, with a secret of its kind.
struct Provider: Sendable, CustomTestStringConvertible {
    let name: String
    let json: JSONValue
    let secret: String

    var testDescription: String { name }

    func declaration() throws -> VerifyDeclaration { try VerifyDeclaration(json: json) }

    /// HMAC-SHA256 of the body under the text of the secret, in a header of its own.
    private static func plain(_ header: String, _ encoding: JSONValue, _ algorithm: JSONValue = "sha256") -> JSONValue {
        [
            "scheme": "hmac", "algorithm": algorithm, "header": .string(header), "message": ["body"],
            "encoding": encoding, "key": "text",
        ]
    }

    static let stripe = Provider(name: "stripe", json: ["preset": "stripe"], secret: "whsec_test_vector_A")
    static let standardWebhooks = Provider(
        name: "standard-webhooks",
        json: ["preset": "standard-webhooks"],
        secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    )
    static let polar = Provider(
        name: "polar",
        json: ["preset": "standard-webhooks", "key": "text"],
        secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    )
    static let svix = Provider(
        name: "svix",
        json: [
            "preset": "standard-webhooks", "header": "svix-signature", "timestamp": ["header": "svix-timestamp"],
            "id": ["header": "svix-id"], "tolerance": 60,
        ],
        secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    )
    static let razorpay = Provider(
        name: "razorpay",
        json: plain("X-Razorpay-Signature", "hex-any-case"),
        secret: "rzp_secret_1"
    )
    static let lemonSqueezy = Provider(
        name: "lemonsqueezy",
        json: plain("X-Signature", "hex-any-case"),
        secret: "ls-secret-0123456789"
    )
    static let paddle = Provider(
        name: "paddle",
        json: [
            "scheme": "hmac", "algorithm": "sha256", "header": "Paddle-Signature",
            "signature": ["pairs": "h1", "by": ";", "is": "="], "timestamp": ["pair": "ts"],
            "message": ["t", ["const": ":"], "body"], "encoding": "hex-any-case", "key": "text",
        ],
        secret: "VALID_SECRET"
    )
    static let xendit = Provider(
        name: "xendit",
        json: ["scheme": "token", "header": "x-callback-token"],
        secret: "xendit-callback-token-1"
    )
    static let flutterwave3 = Provider(
        name: "flutterwave-v3",
        json: ["scheme": "token", "header": "verif-hash"],
        secret: "flw-hash-example"
    )
    static let flutterwave4 = Provider(
        name: "flutterwave-v4",
        json: plain("flutterwave-signature", "base64"),
        secret: "flw-hash-example"
    )
    static let chargebee = Provider(name: "chargebee", json: ["scheme": "basic"], secret: "hookuser:p:a ss")
    static let segment = Provider(
        name: "segment",
        json: plain("X-Signature", "hex-any-case", "sha1"),
        secret: "seg-shared-secret"
    )
    static let creem = Provider(
        name: "creem",
        json: plain("creem-signature", "hex-any-case"),
        secret: "creem_secret_example"
    )
    static let github = Provider(
        name: "github-like",
        json: [
            "scheme": "hmac", "algorithm": "sha256", "header": "X-Hub-Signature-256",
            "signature": ["prefix": "sha256="], "message": ["body"], "encoding": "hex", "key": "text",
        ],
        secret: "It's a Secret to Everybody"
    )
    static let bearer = Provider(
        name: "bearer",
        json: ["scheme": "token", "header": "Authorization", "prefix": "Bearer "],
        secret: "bearer-token-1"
    )
    /// Every knob that no provider above turns.
    static let custom = Provider(
        name: "custom",
        json: [
            "scheme": "hmac", "algorithm": "sha512", "header": "X-Sign", "key": "hex", "encoding": "base64",
            "timestamp": ["header": "X-Time", "unit": "ms"], "id": ["header": "X-Id"], "tolerance": 10,
            "message": [["header": "X-Topic"], ["const": "|"], "t", "body", ["const": "|"], "id"],
        ],
        secret: "000102030405060708090A0b0c0d0e0f"
    )

    static let dodo = Provider(
        name: "dodo",
        json: ["preset": "standard-webhooks"],
        secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    )
    /// Flutterwave where it is not known which version sends.
    static let flutterwaveEither = Provider(
        name: "flutterwave",
        json: ["any": [flutterwave4.json, flutterwave3.json]],
        secret: "flw-hash-example"
    )

    static let bound = [
        stripe, standardWebhooks, polar, svix, razorpay, lemonSqueezy, paddle, flutterwave4, segment, creem, github,
        custom, dodo,
    ]
    static let all = bound + [xendit, flutterwave3, chargebee, bearer, flutterwaveEither]

    /// A genuine webhook of this provider.
    func webhook(_ body: String = Self.body, at time: Timestamp = now, secret: String? = nil) throws -> HeaderFields {
        let extra: HeaderFields = ["X-Topic": "sales"]
        var fields = try WebhookSigner(declaration()).sign(
            body: Array(body.utf8),
            secret: Secret(secret ?? self.secret),
            id: "msg.1",
            now: time,
            headers: extra
        )
        for field in extra.fields { fields.append(field.name, field.value) }
        return fields
    }

    /// The verdict on some headers and a body.
    func verdict(
        _ headers: HeaderFields,
        _ body: [UInt8] = Array(Self.body.utf8),
        secrets: [String]? = nil,
        now: Timestamp = now
    ) throws -> Verification {
        try SignatureVerifier(declaration()).verify(
            headers: headers,
            body: body,
            secrets: (secrets ?? [secret]).map { Secret($0) },
            now: now
        )
    }

    static let body = #"{"id":"evt_1","object":"event","type":"invoice.paid"}"#
    static let now = Timestamp(unixSeconds: 1_700_000_000)
}
