// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import PayPal

@Suite(.timeLimit(.minutes(1))) struct OfflineTests {
    /// What comes of a webhook when its certificate's address answers so.
    private static func verdict(
        _ webhook: Webhook,
        _ verifier: any Verifier,
        _ result: Exchange.Result,
        at now: Timestamp = Parts.now
    ) -> String {
        let step = verifier.step(for: webhook, secrets: [], at: now, after: [])
        guard case .call(let call) = step else { return step.word }
        return verifier.step(for: webhook, secrets: [], at: now, after: [Exchange(call.call, result)]).word
    }

    /// Source: `reference/providers-1.md` section B1.
    @Test(arguments: [
        ("", 0), ("123456789", 3_421_780_262), ("{}", 2_745_614_147), (#"{"a":"é"}"#, 552_599_717),
        (#"{"id":"WH-1","event_type":"PAYMENT.SALE.COMPLETED"}"#, 1_429_317_798),
    ])
    func `the checksum is that of the reference`(text: String, checksum: UInt32) {
        #expect(CRC32.checksum(Array(text.utf8).span) == checksum)
    }

    @Test func `the signed text has the webhook's id and the checksum as a plain number`() throws {
        let headers = try Parts.shared.get().webhook().headers
        let transmission = try Transmission(headers, isLive: true)
        let text = String(
            decoding: transmission.message(to: "96605875FF6516633", body: Array("{}".utf8)),
            as: UTF8.self
        )
        #expect(text == "\(Parts.id)|\(Parts.now)|96605875FF6516633|2745614147")
    }

    @Test func `a webhook under a trusted certificate is genuine, and the certificate serves others for a week`() throws
    {
        let parts = try Parts.shared.get()
        let (verifier, webhook) = (try parts.verifier(), try parts.webhook())
        guard case .call(let call) = verifier.step(for: webhook, secrets: [], at: Parts.now, after: []) else {
            Issue.record("wanted no certificate")
            return
        }
        #expect(call.call.method == "GET")
        #expect(call.call.url == "https://api.paypal.com/v1/notifications/certs/CERT-example")
        #expect(call.cacheKey == call.call.url)
        #expect(!call.mayReachLoopback)
        let exchange = Exchange(call.call, try parts.answer("good"))
        #expect(verifier.step(for: webhook, secrets: [], at: Parts.now, after: [exchange]) == .genuine)
        #expect(verifier.lifetime(of: exchange, under: call.call.url, at: Parts.now) == .seconds(7 * 86_400))
        for result in [Exchange.Result.answer(Answer(status: 404)), .answer(Answer(status: 200, body: [0x20]))] {
            let exchange = Exchange(call.call, result)
            #expect(verifier.lifetime(of: exchange, under: call.call.url, at: Parts.now) == .seconds(60))
        }
    }

    @Test(arguments: [
        ("good", "genuine"), ("expired", "certificateExpired"), ("future", "certificateNotYetValid"),
        ("stranger", "certificateUntrusted"), ("sandbox", "certificateNameMismatch"), ("common", "genuine"),
        ("common beside", "certificateNameMismatch"), ("longer", "certificateNameMismatch"),
        ("wildcard", "certificateNameMismatch"), ("capital", "genuine"), ("weak", "certificateUntrusted"),
        ("below", "certificateUntrusted"), ("below with chain", "genuine"), ("below old", "certificateExpired"),
    ])
    func `only a certificate that is PayPal's proves anything`(leaf: String, word: String) throws {
        let parts = try Parts.shared.get()
        let webhook = try parts.webhook(signedBy: leaf)
        #expect(Self.verdict(webhook, try parts.verifier(), try parts.answer(leaf)) == word)
    }

    @Test func `a key that is not RSA proves nothing`() throws {
        let parts = try Parts.shared.get()
        let webhook = try parts.webhook()
        #expect(Self.verdict(webhook, try parts.verifier(), try parts.answer("curve")) == "certificateKeyUnusable")
        #expect(throws: VerifierSigningFailure.self) { try parts.webhook(signedBy: "curve") }
    }

    @Test func `the certificate of another key, or a leaf in front of the right one, proves nothing`() throws {
        let parts = try Parts.shared.get()
        let (verifier, webhook) = (try parts.verifier(), try parts.webhook())
        #expect(Self.verdict(webhook, verifier, try parts.answer("other")) == "signatureMismatch")
        let both = Array((try parts.leaf("other").pem + parts.leaf("good").pem).utf8)
        #expect(Self.verdict(webhook, verifier, .answer(Answer(status: 200, body: both))) == "signatureMismatch")
    }

    @Test func `a leaf issues no certificates`() throws {
        let parts = try Parts.shared.get()
        // The chain is right in every signature but one: what stands above the leaf is itself only a leaf.
        let verifier = try parts.verifier([.init("intermediates", .string(parts.path("good.pem")))])
        let webhook = try parts.webhook(signedBy: "stranger")
        #expect(Self.verdict(webhook, verifier, try parts.answer("stranger")) == "certificateUntrusted")
    }

    @Test(arguments: [("middle.pem", "genuine"), ("strangers.pem", "genuine"), ("other.pem", "certificateUntrusted")])
    func `the bundle leads from the leaf to the root`(bundle: String, word: String) throws {
        let parts = try Parts.shared.get()
        let verifier = try parts.verifier([.init("intermediates", .string(parts.path(bundle)))])
        #expect(Self.verdict(try parts.webhook(signedBy: "below"), verifier, try parts.answer("below")) == word)
    }

    @Test func `an intermediate can be trusted itself, and a bundle never is`() throws {
        let parts = try Parts.shared.get()
        let webhook = try parts.webhook(signedBy: "below")
        let trusting = try parts.verifier([.init("trust", .string(parts.path("middle.pem")))])
        #expect(Self.verdict(webhook, trusting, try parts.answer("below")) == "genuine")
        let strange = try parts.verifier([
            .init("trust", .string(parts.path("root.pem"))),
            .init("intermediates", .string(parts.path("strangers.pem"))),
        ])
        let forged = try parts.webhook(signedBy: "stranger")
        #expect(Self.verdict(forged, strange, try parts.answer("stranger")) == "certificateUntrusted")
    }

    @Test func `the system's certificates do not vouch for a stranger`() throws {
        let parts = try Parts.shared.get()
        let verifier = try parts.verifier([.init("trust", .null)])
        #expect(Self.verdict(try parts.webhook(), verifier, try parts.answer("good")) == "certificateUntrusted")
    }

    @Test func `the clock is the caller's`() throws {
        let parts = try Parts.shared.get()
        let (verifier, webhook) = (try parts.verifier(), try parts.webhook(signedBy: "future"))
        let answer = try parts.answer("future")
        #expect(Self.verdict(webhook, verifier, answer, at: Parts.now.advanced(by: .seconds(1))) == "genuine")
        let later = Parts.now.advanced(by: .seconds(366 * 86_400))
        #expect(Self.verdict(webhook, verifier, answer, at: later) == "certificateExpired")
    }

    @Test func `the id of another webhook, or one changed byte, is refused`() throws {
        let parts = try Parts.shared.get()
        let (verifier, answer) = (try parts.verifier(), try parts.answer("good"))
        let foreign = try parts.webhook(webhookID: "WH-OTHER")
        #expect(Self.verdict(foreign, verifier, answer) == "signatureMismatch")
        var changed = try parts.webhook()
        changed.body[7] ^= 1
        #expect(Self.verdict(changed, verifier, answer) == "signatureMismatch")
        let step = verifier.step(for: changed, secrets: [], at: Parts.now, after: [Exchange(Call("", url: ""), answer)])
        guard case .refused(let refused) = step else {
            Issue.record("was not refused")
            return
        }
        #expect(refused.remedy.contains("The webhook id is the usual cause"))
    }

    @Test func `each webhook id is tried`() throws {
        let parts = try Parts.shared.get()
        let verifier = try parts.verifier([.init("webhook_ids", ["WH-A", "WH-B", .string(Parts.webhookID)])])
        #expect(Self.verdict(try parts.webhook(), verifier, try parts.answer("good")) == "genuine")
    }

    @Test(arguments: [
        Exchange.Result.failure(CallFailure(code: "connect", mayHaveArrived: false)),
        .failure(CallFailure(code: "answerTooLarge", mayHaveArrived: true)), .answer(Answer(status: 301)),
        .answer(Answer(status: 302, headers: ["Location": Parts.address])), .answer(Answer(status: 404)),
        .answer(Answer(status: 500)), .answer(Answer(status: 200)),
        .answer(Answer(status: 200, body: Array("<html>Sorry</html>".utf8))),
        .answer(
            Answer(status: 200, body: Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8))
        ),
    ])
    func `what brings no certificate says nothing about the webhook`(result: Exchange.Result) throws {
        let parts = try Parts.shared.get()
        let word = Self.verdict(try parts.webhook(), try parts.verifier(), result)
        #expect(["unavailable certificateNotFetched", "unavailable certificateNotPEM"].contains(word))
    }

    @Test func `more certificates than a chain has are no certificate`() throws {
        let parts = try Parts.shared.get()
        let many = Array(String(repeating: try parts.leaf("good").pem, count: 11).utf8)
        let result = Exchange.Result.answer(Answer(status: 200, body: many))
        let word = Self.verdict(try parts.webhook(), try parts.verifier(), result)
        #expect(word == "unavailable certificateNotPEM")
    }

    @Test(arguments: [
        "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
            + "-----END CERTIFICATE-----\n"
    ])
    func `an encrypted certificate asks nobody for a password`(pem: String) {
        #expect(CertificateList(pem: Array(pem.utf8), countMax: 3) == nil)
    }

    @Test func `files of certificates take the place of fetching`() throws {
        let parts = try Parts.shared.get()
        func word(_ names: [String], _ webhook: Webhook) throws -> String {
            let files = JSONValue.array(names.map { .string(parts.path($0 + ".pem")) })
            let verifier = try parts.verifier([.init("certificates", files)])
            return verifier.step(for: webhook, secrets: [], at: Parts.now, after: []).word
        }
        let webhook = try parts.webhook()
        #expect(try word(["good"], webhook) == "genuine")
        #expect(try word(["expired", "other", "good"], webhook) == "genuine")
        #expect(try word(["expired", "other"], webhook) == "signatureMismatch")
        #expect(try word(["expired"], webhook) == "certificateExpired")
        #expect(try word(["stranger"], try parts.webhook(signedBy: "stranger")) == "certificateUntrusted")
        var foreign = webhook
        foreign.headers.set("PAYPAL-CERT-URL", "https://evil.example/cert")
        #expect(try word(["good"], foreign) == "foreignCertificate")
    }

    @Test(arguments: [true, false])
    func `it keeps every promise of a verifier`(isLive: Bool) async throws {
        let parts = try Parts.shared.get()
        let leaf = isLive ? "good" : "sandbox"
        let answer = try parts.answer(leaf)
        let subject = VerifierSubject(
            verifier: try parts.verifier(isLive: isLive),
            webhook: try parts.webhook(signedBy: leaf, isLive: isLive),
            secrets: [],
            provingHeaders: [
                "PAYPAL-TRANSMISSION-ID", "PAYPAL-TRANSMISSION-TIME", "PAYPAL-TRANSMISSION-SIG", "PAYPAL-AUTH-ALGO",
            ],
            now: Parts.now
        )
        let breaches = await VerifierConformance(subject) { _ in answer }.breaches()
        #expect(breaches.isEmpty, "\(breaches)")
    }
}
