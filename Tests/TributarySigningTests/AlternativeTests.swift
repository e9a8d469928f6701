// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributarySigning

/// Alternatives, and the schemes that somebody else has to judge.
@Suite struct AlternativeTests {
    private static let body = Array(VectorTests.flutterwaveBody.utf8)
    private static let signature = "9mxWrTpcJ737fzfWQQ1pJa1tyRv9ZZyyqxZGfY9V1nA="
    private static let other = "8mxWrTpcJ737fzfWQQ1pJa1tyRv9ZZyyqxZGfY9V1nA="
    private static let hash = "flw-hash-example"

    @Test(
        arguments: [
            (["flutterwave-signature": .string(signature)], nil), (["verif-hash": .string(hash)], nil),
            (["Verif-Hash": .string(hash)], nil),
            (["flutterwave-signature": .string(signature), "verif-hash": "forged"], nil),
            // The strong header judges alone, in whatever state it is.
            (["flutterwave-signature": "forged", "verif-hash": .string(hash)], .malformedHeader),
            (["flutterwave-signature": .string(other), "verif-hash": .string(hash)], .signatureMismatch),
            (["flutterwave-signature": "", "verif-hash": .string(hash)], .malformedHeader),
            (["flutterwave-signature": .string(hash), "verif-hash": .string(hash)], .malformedHeader),
            (["FLUTTERWAVE-SIGNATURE": .string(other), "verif-hash": .string(hash)], .signatureMismatch),
            (["verif-hash": ""], .malformedHeader), (["verif-hash": "Flw-hash-example"], .credentialMismatch),
            (["verif-hash": .string(signature)], .credentialMismatch), ([:], .missingHeader),
            (["x-flutterwave-signature": .string(signature)], .missingHeader),
        ] as [(JSONValue, Refusal?)]
    )
    func `the first alternative whose header is there judges alone`(headers: JSONValue, refusal: Refusal?) throws {
        let fields = (headers.members ?? []).map { HeaderFields.Field(name: $0.name, value: $0.value.string ?? "") }
        let verdict = try Provider.flutterwaveEither.verdict(HeaderFields(fields), Self.body)
        #expect(verdict == refusal.map(Verification.refused) ?? .genuine(signedAt: nil))
    }

    @Test func `a repeated strong header is not passed over`() throws {
        let headers: HeaderFields = [
            "flutterwave-signature": Self.signature, "Flutterwave-Signature": Self.signature, "verif-hash": Self.hash,
        ]
        #expect(try Provider.flutterwaveEither.verdict(headers, Self.body) == .refused(.repeatedHeader))
    }

    @Test func `every secret is tried with the alternative that the request chose`() throws {
        let provider = Provider.flutterwaveEither
        let headers: HeaderFields = ["verif-hash": Self.hash]
        #expect(try provider.verdict(headers, Self.body, secrets: ["other", Self.hash]).isGenuine)
        #expect(try provider.verdict(headers, Self.body, secrets: ["other"]) == .refused(.credentialMismatch))
        #expect(try provider.verdict(headers, Self.body, secrets: [""]) == .refused(.emptySecret))
        #expect(try provider.verdict(headers, Self.body, secrets: []) == .refused(.noSecret))
    }

    @Test func `a secret that one alternative can use is a secret`() throws {
        let declaration = try VerifyDeclaration(json: [
            "any": [["preset": "standard-webhooks"], ["scheme": "token", "header": "x-token"]]
        ])
        #expect(declaration.problem(with: Secret("plain token")) == nil)
        #expect(declaration.problem(with: Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")) == nil)
        #expect(declaration.problem(with: Secret("")) == .empty)
        let verifier = SignatureVerifier(declaration)
        let headers: HeaderFields = [
            "webhook-id": "m", "webhook-timestamp": "1700000000", "webhook-signature": "v1,AAAA",
        ]
        let verdict = verifier.verify(
            headers: headers,
            body: [],
            secrets: [Secret("plain token")],
            now: Provider.now
        )
        #expect(verdict == .refused(.unusableSecret))
    }

    @Test func `the first alternative signs, and all of them must bind the body`() throws {
        let declaration = try Provider.flutterwaveEither.declaration()
        let fields = try WebhookSigner(declaration).sign(body: Self.body, secret: Secret(Self.hash), now: Provider.now)
        #expect(fields == ["flutterwave-signature": Self.signature])
        #expect(!declaration.bindsBody)
        #expect(declaration.needsSecret)
        let strong = try VerifyDeclaration(json: ["any": [["preset": "stripe"], ["preset": "standard-webhooks"]]])
        #expect(strong.bindsBody)
    }

    @Test(
        arguments: [
            (["any": [["preset": "stripe"]]], "/verify/any", .badValue), (["any": []], "/verify/any", .badValue),
            (["any": .array(Array(repeating: ["preset": "stripe"], count: 9))], "/verify/any", .badValue),
            (["any": ["preset": "stripe"]], "/verify/any", .wrongType),
            (["any": [["preset": "stripe"], 1]], "/verify/any/1", .wrongType),
            (["any": [["preset": "strip"], ["scheme": "basic"]]], "/verify/any/0/preset", .unknownValue),
            (["any": [["preset": "stripe"], ["scheme": "none"]]], "/verify/any/1", .contradiction),
            (["any": [["scheme": "path"], ["preset": "stripe"]]], "/verify/any/0", .contradiction),
            (["any": [["preset": "stripe"], ["plugin": "segment"]]], "/verify/any/1", .contradiction),
            (
                ["any": [["preset": "stripe"], ["any": [["scheme": "basic"], ["scheme": "token", "header": "a"]]]]],
                "/verify/any/1", .contradiction
            ),
            (["any": [["preset": "stripe"], ["preset": "stripe", "key": "hex"]]], "/verify/any/1", .contradiction),
            (
                ["any": [["scheme": "basic"], ["scheme": "token", "header": "authorization"]]], "/verify/any/1",
                .contradiction
            ),
            (["any": [["scheme": "basic"], ["preset": "stripe"]]], "/verify/any/1", .contradiction),
            (["any": [["preset": "stripe"], ["scheme": "basic"]], "preset": "stripe"], "/verify/any", .unknownKey),
            (["any": [["preset": "stripe"], ["scheme": "basic"]], "key": "text"], "/verify/key", .unknownKey),
            (["plugin": ""], "/verify/plugin", .badValue), (["plugin": "Pay Pal"], "/verify/plugin", .badValue),
            (["plugin": 1], "/verify/plugin", .wrongType),
            (["plugin": "segment", "batches": true], "/verify/batches", .unknownKey),
            (["scheme": "path", "header": "x"], "/verify/header", .unknownKey), ([:], "/verify", .missingKey),
        ] as [(JSONValue, String, VerifyDeclarationError.Code)]
    )
    func `a mistake is named with its place`(
        json: JSONValue,
        pointer: String,
        code: VerifyDeclarationError.Code
    ) throws {
        let error = try #require(throws: VerifyDeclarationError.self) {
            try VerifyDeclaration(json: json, at: "/verify")
        }
        #expect(error.problems.contains { $0.pointer == pointer && $0.code == code }, "\(error)")
    }

    @Test(arguments: [["scheme": "path"], ["plugin": "segment"]] as [JSONValue])
    func `what the request alone cannot prove is refused here, whoever sent it`(json: JSONValue) throws {
        let declaration = try VerifyDeclaration(json: json)
        #expect(declaration.json == json)
        #expect(!declaration.bindsBody && !declaration.needsSecret && !declaration.isUnauthenticated)
        let verifier = SignatureVerifier(declaration)
        let verdict = verifier.verify(headers: [:], body: [], secrets: [Secret("s")], now: Provider.now)
        #expect(verdict == .refused(.notJudgedHere))
    }

    @Test func `a plugin's webhooks are signed by the plugin alone`() throws {
        let signer = WebhookSigner(.plugin("segment"))
        #expect(throws: WebhookSigner.Failure.plugin("segment")) {
            try signer.sign(body: [], secret: Secret("s"), now: Provider.now)
        }
        #expect(try WebhookSigner(.path).sign(body: [], secret: Secret([]), now: Provider.now) == [:])
    }
}
