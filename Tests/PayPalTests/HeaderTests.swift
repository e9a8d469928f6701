// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel

@testable import PayPal

/// What is refused before anything is fetched.
@Suite(.timeLimit(.minutes(1))) struct HeaderTests {
    private static func word(isLive: Bool = true, _ change: (inout Webhook) -> Void) throws -> String {
        let parts = try Parts.shared.get()
        var webhook = try parts.webhook()
        change(&webhook)
        return try parts.verifier(isLive: isLive).step(for: webhook, secrets: [], at: Parts.now, after: []).word
    }

    @Test(arguments: [
        "PAYPAL-TRANSMISSION-ID", "PAYPAL-TRANSMISSION-TIME", "PAYPAL-TRANSMISSION-SIG", "PAYPAL-CERT-URL",
        "PAYPAL-AUTH-ALGO",
    ])
    func `each header must be there once and in order`(name: String) throws {
        #expect(try Self.word { $0.headers.remove(name) } == "missingHeader")
        #expect(try Self.word { $0.headers.set(name, "") } == "missingHeader")
        #expect(try Self.word { $0.headers.append(name, "x") } == "repeatedHeader")
        #expect(try Self.word { $0.headers.set(name, String(repeating: "a", count: 2000)) } == "headerTooLong")
        for text in ["a b", "a|b", "a\u{7F}", "é", "a\nb"] {
            #expect(try Self.word { $0.headers.set(name, text) } == "malformedHeader")
        }
    }

    @Test(arguments: ["SHA1withRSA", "sha256withrsa", "SHA256withRSA,SHA1withRSA", "SHA256withECDSA", "none"])
    func `only RSA with SHA-256 is taken`(algorithm: String) throws {
        #expect(try Self.word { $0.headers.set("PAYPAL-AUTH-ALGO", algorithm) } == "unsupportedAlgorithm")
    }

    @Test(arguments: ["AAA", "====", "A=A=", "AA-_", "Zm9v!"])
    func `a signature is strict Base64`(signature: String) throws {
        #expect(try Self.word { $0.headers.set("PAYPAL-TRANSMISSION-SIG", signature) } == "malformedHeader")
    }

    private static let folder = "/v1/notifications/certs/"

    @Test(arguments: [
        "http://api.paypal.com\(folder)C", "HTTPS://api.paypal.com\(folder)C", "https:/api.paypal.com\(folder)C",
        "https://api.paypal.com.evil.example\(folder)C", "https://evil.example\(folder)C",
        "https://xapi.paypal.com\(folder)C", "https://paypal.com\(folder)C", "https://www.paypal.com\(folder)C",
        "https://API.paypal.com\(folder)C", "https://api.paypal.com.\(folder)C",
        "https://user@api.paypal.com\(folder)C",
        "https://api.paypal.com@evil.example\(folder)C", "https://user:pw@api.paypal.com\(folder)C",
        "https://api.paypal.com:444\(folder)C", "https://api.paypal.com:443:443\(folder)C",
        "https://api.paypal.com:0443\(folder)C", "https://api.paypal.com\\@evil.example\(folder)C",
        "https://api.paypal.com#@evil.example\(folder)C", "https://api.paypal.com?@evil.example\(folder)C",
        "https://api.paypal.com/v1/notifications/C", "https://api.paypal.com/v1/notifications/certsX/C",
        "https://api.paypal.com\(folder)", "https://api.paypal.com\(folder)../../C",
        "https://api.paypal.com\(folder)./C",
        "https://api.paypal.com\(folder)/C", "https://api.paypal.com\(folder)%2e%2e/C",
        "https://api.paypal.com\(folder)C?x=1", "https://api.paypal.com\(folder)C#x", "https://api.paypal.com",
        "https://127.0.0.1\(folder)C", "https://[::1]\(folder)C", "file:///etc/passwd", "x",
    ])
    func `no address but PayPal's is asked for a certificate`(address: String) throws {
        #expect(CertificateAddress(address) == nil)
        #expect(try Self.word { $0.headers.set("PAYPAL-CERT-URL", address) } == "foreignCertificate")
    }

    @Test(arguments: [
        ("https://api.paypal.com\(folder)CERT-1", "https://api.paypal.com\(folder)CERT-1", true),
        ("https://api-m.paypal.com:443\(folder)CERT_1.pem", "https://api-m.paypal.com\(folder)CERT_1.pem", true),
        ("https://api.sandbox.paypal.com:\(folder)a/b", "https://api.sandbox.paypal.com\(folder)a/b", false),
        ("https://api-m.sandbox.paypal.com\(folder)C", "https://api-m.sandbox.paypal.com\(folder)C", false),
    ])
    func `PayPal's addresses are taken in one form`(text: String, url: String, isLive: Bool) throws {
        let address = try #require(CertificateAddress(text))
        #expect(address.url == url)
        #expect(address.isLive == isLive)
        #expect(try Self.word(isLive: isLive) { $0.headers.set("PAYPAL-CERT-URL", text) } == "call " + url)
        let other = isLive ? "liveOnSandbox" : "sandboxOnLive"
        #expect(try Self.word(isLive: !isLive) { $0.headers.set("PAYPAL-CERT-URL", text) } == other)
    }
}
