// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryLedger
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import TributaryCommand
@testable import TributaryCommandTests

/// The body is parsed before the signature is verified.
@Suite(.timeLimit(.minutes(2))) struct Pain02BodiesTests {
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func event() -> JSONValue {
        [
            "id": "evt_odd", "object": "event", "api_version": "2025-09-30.clover", "created": 1_790_000_000,
            "data": ["object": Purchase().session()], "livemode": true, "type": "checkout.session.completed",
        ]
    }

    @Test func `what is read and kept are the very bytes that were verified`() async throws {
        let shop = try Installation(["affonso"])
        // Blanks, an escape and an order of members that no writer of ours would write.
        let odd = Array(Self.event().indentedText.replacing("Somebody", with: "Zo\\u00eb \\/ Zoë").utf8) + [0x0A]
        #expect(try await shop.receive(odd).status == 200)
        let kept = try #require(try await shop.store.webhooks(.init()).first)
        #expect(kept.submission.body == odd)
        try await shop.deliver()
        #expect(shop.books("affonso") == ["99.00 EUR"])
        let written = Self.event().encoded()
        #expect(written != odd)
        #expect(try await shop.receive(written, signing: odd).status == 400)
    }

    /// A change on the way, and words of what is said about it.
    struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var arrives: @Sendable ([UInt8]) -> [UInt8]
        var words: [String]
    }

    private static let changes = [
        Change(
            testDescription: "a line break is added",
            arrives: { $0 + [0x0A] },
            words: ["fits the body without the line break at its end"]
        ),
        Change(
            testDescription: "a byte order mark is added",
            arrives: { [0xEF, 0xBB, 0xBF] + $0 },
            words: ["without its byte order mark", "begins with a byte order mark"]
        ),
        Change(
            testDescription: "it is parsed and written again with blanks",
            arrives: { _ in Array(event().indentedText.utf8) },
            words: ["without the blanks between its JSON tokens: it was parsed and written again"]
        ),
        Change(
            testDescription: "it is written as a text once more",
            arrives: { Array(JSONValue.string(text($0)).text.utf8) },
            words: [
                "begins with a quotation mark: JSON that was written as a text once more", "parsed and written again",
            ]
        ),
        Change(
            testDescription: "somebody has read it before",
            arrives: { _ in [] },
            words: ["has 0 bytes", "the body was read by somebody else before"]
        ),
        Change(
            testDescription: "it arrives compressed",
            arrives: { [0x1F, 0x8B, 0x08, 0x00] + $0 },
            words: ["begins with the mark of gzip"]
        ),
    ]

    @Test(arguments: changes)
    func `a refusal explains length, first bytes and likely causes`(_ change: Change) async throws {
        let shop = try Installation(["affonso"])
        let signed = Self.event().encoded()
        let arrived = change.arrives(signed)
        let webhook = try shop.webhook(arrived, signing: signed)
        #expect(try await shop.engine.receive(webhook).status == 400)
        let sentences = shop.engine.explanation(ofRefused: webhook)
        let said = sentences.joined(separator: "; ")
        #expect(said.contains("the body has \(arrived.count) bytes"), "\(said)")
        for words in change.words { #expect(said.contains(words), "\(said)") }
        // Nothing that a log must not hold.
        for secret in ["whsec_", "evt_odd", "cs_ada", "ada@", webhook.headers["Stripe-Signature"] ?? "none"] {
            #expect(!said.contains(secret), "\(said)")
        }
    }

    /// A mistake with the secret or the way in which a signature is written, and what is said about it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var encoding: HMACDeclaration.Encoding = .hex
        var key = KeyForm.text
        var secret = "c2VjcmV0LW9mLXRoZS1zaG9wLTEyMw=="
        var signedAs: HMACDeclaration.Encoding = .hex
        var signedBy = "c2VjcmV0LW9mLXRoZS1zaG9wLTEyMw=="
        var signedWith = KeyForm.text
        var words: String
    }

    private static let mistakes = [
        Mistake(
            testDescription: "base64 for hex",
            signedAs: .base64,
            words: "44 characters of base64; the mapping declares 64"
        ),
        Mistake(
            testDescription: "hex for base64",
            encoding: .base64,
            words: "64 characters of hex; the mapping declares 44"
        ),
        Mistake(
            testDescription: "the secret is Base64 to the provider",
            signedWith: .base64,
            words: "when the secret is read as base64: \"verify\" says text"
        ),
        Mistake(
            testDescription: "quotation marks came along",
            secret: "\"c2VjcmV0LW9mLXRoZS1zaG9wLTEyMw==\"",
            words: "without the quotation marks around it"
        ),
        Mistake(
            testDescription: "the test endpoint's secret",
            signedBy: "dGVzdC1zZWNyZXQtb2YtdGhlLXNob3A=",
            words: "another endpoint's (test and live differ)"
        ),
    ]

    @Test(arguments: mistakes)
    func `a refusal explains encodings and secrets`(_ row: Mistake) throws {
        let body = Array(#"{"id":"1"}"#.utf8)
        func declaration(_ encoding: HMACDeclaration.Encoding, _ key: KeyForm) throws -> VerifyDeclaration {
            .hmac(try HMACDeclaration(.sha256, header: "X-Signature", encoding: encoding, key: key))
        }
        let signer = WebhookSigner(try declaration(row.signedAs, row.signedWith))
        let headers = try signer.sign(body: body, secret: Secret(row.signedBy), now: .now)
        let verifier = SignatureVerifier(try declaration(row.encoding, row.key))
        let said = verifier.explanation(headers: headers, body: body, secrets: [Secret(row.secret)], now: .now)
        #expect(said.joined(separator: "; ").contains(row.words), "\(said)")
        #expect(!said.joined().contains(row.secret) && !said.joined().contains(headers["X-Signature"] ?? "none"))
        let genuine = verifier.explanation(
            headers: try WebhookSigner(verifier.declaration).sign(body: body, secret: Secret(row.secret), now: .now),
            body: body,
            secrets: [Secret(row.secret)],
            now: .now
        )
        #expect(genuine == [])
    }

    @Test func `the daemon's log explains it and the sender is told nothing of it`() throws {
        let folder = try Sandbox()
        try folder.write(
            "tributary.json",
            #"{ "listen": "127.0.0.1:0", "store": { "sqlite": "t.db" }, "providers": { "stripe": { "secrets": ["env:S"] } } }"#
        )
        let secret = "whsec_0123456789abcdef"
        let daemon = try Daemon(in: folder, environment: ["S": secret], log: "log")
        try folder.write("event.json", Self.text(Self.event().encoded()))
        let script = """
            set -e
            tributary sign stripe --secret env:S < event.json > headers
            { cat event.json; echo; } > changed.json
            curl -s -m 10 -H @headers -H 'Content-Type: application/json' --data-binary @changed.json \(daemon.url)/webhooks/stripe
            """
        try folder.write("post.sh", script)
        let run = try CommandLineRun(shell: "bash post.sh", in: folder, environment: ["S": secret])
        #expect(run.output.contains("signatureMismatch"), "\(run.output)\(run.complaint)")
        #expect(!run.output.contains("line break"))
        #expect(daemon.stop() == 0)
        let log = try folder.read("log")
        #expect(log.contains("the signature fits the body without the line break at its end"), "\(log)")
        #expect(!log.contains("0123456789abcdef") && !log.contains("cs_ada"))
    }
}
