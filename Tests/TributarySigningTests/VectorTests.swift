// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributarySigning

/// One known webhook.
struct Vector: Sendable, CustomTestStringConvertible {
    let provider: Provider
    let secret: String
    let headers: HeaderFields
    let body: String
    var seconds: Int64 = 1_700_000_000

    var testDescription: String { "\(provider.name) \(body.prefix(24))" }
}

/// Webhooks whose signatures were computed by others, or by a second implementation.
///
/// Sources: PaddleHQ/paddle-node-sdk, src/__tests__/notifications/webhooks-validator.node.test.ts (Paddle);
/// standard-webhooks/standard-webhooks, libraries/python/tests/test_webhooks.py (Standard Webhooks);
/// GitHub documentation, "Validating webhook deliveries" (sha256=); the rest computed with Python's hmac module.
@Suite struct VectorTests {
    static let lemonBody =
        #"{"meta":{"test_mode":true,"event_name":"order_created","custom_data":{"affiliate_id":"aff_77"}},"#
        + #""data":{"type":"orders","id":"501","attributes":{"total":1099}}}"#
    static let flutterwaveBody =
        #"{"webhook_id":"wbk_1","timestamp":1754000000123,"type":"charge.completed","#
        + #""data":{"id":"chg_1","amount":2500.5,"currency":"NGN","status":"succeeded"}}"#
    static let segmentBody =
        #"{"type":"track","event":"Order Completed","messageId":"m-1","properties":{"revenue":19.9}}"#
    static let segmentSecond =
        #"{"type":"track","event":"Order Completed","messageId":"m-2","properties":{"revenue":5}}"#
    static let signatureA = "960d571d228e05e31a4c8fbc30a5097a03ca6121fbfa51c871c675a2ebaf0eee"
    static let signatureB = "10dbde48d21145f9697364d9314fe7863bd1ebeae56cbd06b98e2d393ab7a407"

    static func standard(_ signature: String) -> HeaderFields {
        [
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
            "webhook-signature": signature,
        ]
    }

    static let all: [Vector] = [
        Vector(
            provider: .stripe,
            secret: "whsec_test_vector_A",
            headers: ["Stripe-Signature": "t=1700000000,v1=\(signatureA)"],
            body: Provider.body
        ),
        Vector(
            provider: .stripe,
            secret: "whsec_test_vector_B",
            headers: ["stripe-signature": "t=1700000000,v1=\(signatureB)"],
            body: Provider.body
        ),
        Vector(
            provider: .lemonSqueezy,
            secret: "ls-secret-0123456789",
            headers: ["X-Signature": "c830870ae1fbc249c87d125fb4f52a1b7966e337b7f9aaa2a3a628d3087b6ab4"],
            body: lemonBody
        ),
        Vector(
            provider: .creem,
            secret: "creem_secret_example",
            headers: ["creem-signature": "b3b020a8bab582a8dedb880a3d40ce98bc704a037f99bd38bf94d6c6ba3b5a6d"],
            body: #"{"id":"evt_1","eventType":"checkout.completed","created_at":1754000000123,"object":{}}"#
        ),
        Vector(
            provider: .flutterwave4,
            secret: "flw-hash-example",
            headers: ["flutterwave-signature": "9mxWrTpcJ737fzfWQQ1pJa1tyRv9ZZyyqxZGfY9V1nA="],
            body: flutterwaveBody
        ),
        Vector(
            provider: .segment,
            secret: "seg-shared-secret",
            headers: ["X-Signature": "9263eb39e4c7cd926af8134256760216bf6d3eb7"],
            body: segmentBody
        ),
        Vector(
            provider: .paddle,
            secret: "VALID_SECRET",
            headers: [
                "Paddle-Signature":
                    "ts=1698796800;h1=a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9"
            ],
            body: #"{"data": ["1", "2"]}"#,
            seconds: 1_698_796_800
        ),
        Vector(
            provider: .paddle,
            secret: "VALID_SECRET",
            headers: [
                "Paddle-Signature":
                    "ts=1698796800;h1=28981e941fae76e53db32f3d2a83cb69db41476595e84e1970a1b5d98f62b261"
            ],
            body: #"{"data": "value"}"#,
            seconds: 1_698_796_800
        ),
        Vector(
            provider: .standardWebhooks,
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            headers: standard("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            body: #"{"test": 2432232314}"#,
            seconds: 1_614_265_330
        ),
        Vector(
            provider: .polar,
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            headers: standard("v1,TcxlhK9b6UD6iVI1ZU2tTqp8PEVfYRseNNfa6b+LcUg="),
            body: #"{"test": 2432232314}"#,
            seconds: 1_614_265_330
        ),
        Vector(
            provider: .dodo,
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            headers: standard("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            body: #"{"test": 2432232314}"#,
            seconds: 1_614_265_330
        ),
        Vector(
            provider: .flutterwaveEither,
            secret: "flw-hash-example",
            headers: ["flutterwave-signature": "9mxWrTpcJ737fzfWQQ1pJa1tyRv9ZZyyqxZGfY9V1nA="],
            body: flutterwaveBody
        ),
        Vector(
            provider: .flutterwave3,
            secret: "flw-hash-example",
            headers: ["verif-hash": "flw-hash-example"],
            body: flutterwaveBody
        ),
        Vector(
            provider: .xendit,
            secret: "xendit-callback-token-1",
            headers: ["x-callback-token": "xendit-callback-token-1"],
            body: "{}"
        ),
        Vector(
            provider: .razorpay,
            secret: "rzp_secret_1",
            headers: ["X-Razorpay-Signature": "6ae30d8d7626b5b554abad4332ad213d21ebdbd2cc243ed4b541aa4d47d41cce"],
            body: #"{"entity":"event","event":"payment.captured"}"# + "\n"
        ),
        Vector(
            provider: .razorpay,
            secret: "rzp_secret_1",
            headers: ["X-Razorpay-Signature": "f33e3dfb8412bce9edb74b954b343c62eeb468af1fe546060dfece4524ea7562"],
            body: #"{"entity":"event","event":"payment.captured"}"#
        ),
        Vector(
            provider: .chargebee,
            secret: "hookuser:p:a ss",
            headers: ["Authorization": "Basic aG9va3VzZXI6cDphIHNz"],
            body: "{}"
        ),
        Vector(
            provider: .github,
            secret: "It's a Secret to Everybody",
            headers: [
                "X-Hub-Signature-256":
                    "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            ],
            body: "Hello, World!"
        ),
    ]

    @Test(arguments: all)
    func `a known webhook is genuine`(vector: Vector) throws {
        let now = Timestamp(unixSeconds: vector.seconds)
        let verdict = try vector.provider.verdict(
            vector.headers,
            Array(vector.body.utf8),
            secrets: [vector.secret],
            now: now
        )
        #expect(verdict.isGenuine)
        if case .genuine(let signedAt) = verdict, let signedAt { #expect(signedAt == now) }
    }

    @Test(arguments: all)
    func `the signer writes what the provider would`(vector: Vector) throws {
        let fields = try WebhookSigner(vector.provider.declaration()).sign(
            body: Array(vector.body.utf8),
            secret: Secret(vector.secret),
            id: vector.headers["webhook-id"] ?? "",
            now: Timestamp(unixSeconds: vector.seconds)
        )
        #expect(fields.fields.count == vector.headers.fields.count)
        for field in fields.fields { #expect(vector.headers[field.name] == field.value) }
    }

    @Test(arguments: all.filter { vector in Provider.bound.contains { $0.name == vector.provider.name } })
    func `a known webhook with a trailing newline is another one`(vector: Vector) throws {
        let now = Timestamp(unixSeconds: vector.seconds)
        let body = Array((vector.body + "\n").utf8)
        let verdict = try vector.provider.verdict(vector.headers, body, secrets: [vector.secret], now: now)
        #expect(verdict == .refused(.signatureMismatch))
    }

    @Test func `a batch that is signed over its first element only is refused`() throws {
        let headers: HeaderFields = ["X-Signature": "9263eb39e4c7cd926af8134256760216bf6d3eb7"]
        for body in ["[\(Self.segmentBody)]", "[\(Self.segmentBody),\(Self.segmentSecond)]"] {
            let verdict = try Provider.segment.verdict(headers, Array(body.utf8))
            #expect(verdict == .refused(.signatureMismatch))
        }
    }

    /// Source: affonso-io/affonso-node, S2S test.
    @Test(arguments: [
        ("{}", "fd3a9da558290ff16cd23f4add10ff78d4c47b5d4d12013e81381d2c9e8ee8d0"),
        (
            #"{"referral_id":"ref_123","sale_amount":99.99,"sale_amount_currency":"USD","external_event_id":"evt_1"}"#,
            "9c80d66f9f21c2f19595aab0fc3cfee55d98a1cf4d854c20ac41f528b36907d5"
        ),
        (
            #"{"currency":"JPY","note":"caf\#u{E9}"}"#,
            "ad01cca03c9143a1b0ada9a321b45690c6507bccf25af03e114a98eef67bf587"
        ),
    ])
    func `an outgoing request is signed as the platform expects`(body: String, signature: String) throws {
        let signing = try RequestSigning(
            timestampHeader: "X-Affonso-Timestamp",
            signatureHeader: "X-Affonso-Signature",
            secret: Secret("whsec_test")
        )
        let now = try #require(Timestamp(rfc3339: "2026-07-19T12:00:00.500Z"))
        let fields = signing.fields(body: Array(body.utf8), path: "/v1/conversions", now: now)
        #expect(fields == ["X-Affonso-Timestamp": "1784462400", "X-Affonso-Signature": signature])
    }

    @Test func `the path is signed where the form says so`() throws {
        let signing = try RequestSigning(
            timestampHeader: "T",
            signatureHeader: "S",
            form: .timestampPathBody,
            secret: Secret("whsec_test")
        )
        let now = Timestamp(unixSeconds: 1_784_462_400)
        let expected = HMAC.digest(
            .sha256,
            key: Array("whsec_test".utf8),
            message: Array("1784462400./v1/conversions.{}".utf8)
        )
        #expect(signing.fields(body: Array("{}".utf8), path: "/v1/conversions", now: now)["S"] == expected.hexText)
        #expect(expected.hexText == "7df284c917ac5ecf3f4100e1da53f69e6e7091801cfada7ec01b1d6cfa22ee63")
    }

    @Test(arguments: ["", " ", "secret\n"])
    func `outgoing requests are never signed with a broken secret`(secret: String) {
        #expect(throws: SecretProblem.self) {
            try RequestSigning(timestampHeader: "T", signatureHeader: "S", secret: Secret(secret))
        }
    }
}
