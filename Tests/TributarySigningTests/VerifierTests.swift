// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributarySigning

/// A header value and what the verifier must say to it.
typealias Verdict = (value: String, refusal: Refusal?)

@Suite struct VerifierTests {
    static let (a, b) = (VectorTests.signatureA, VectorTests.signatureB)
    static let wrong = String(repeating: "0", count: 64)

    @Test(arguments: Provider.all)
    func `what the signer makes the verifier believes`(provider: Provider) throws {
        let headers = try provider.webhook()
        #expect(try provider.verdict(headers).isGenuine)
        let lowered = HeaderFields(headers.fields.map { .init(name: $0.name.lowercased(), value: $0.value) })
        #expect(try provider.verdict(lowered).isGenuine)
    }

    @Test(arguments: Provider.all)
    func `any of several secrets may fit, in either order`(provider: Provider) throws {
        let other =
            switch provider.name {
            case "chargebee": "another:one"
            case "custom": "ffffffffffffffffffffffffffffffff"
            default: "whsec_" + Base64.encode(Array(repeating: 7, count: 32))
            }
        for secret in [provider.secret, other] {
            let headers = try provider.webhook(secret: secret)
            for secrets in [[provider.secret, other], [other, provider.secret], ["", other, provider.secret]] {
                #expect(try provider.verdict(headers, secrets: secrets).isGenuine)
            }
        }
        // Of alternatives the first signs, and so the first refuses.
        let declaration = try provider.declaration()
        let isSigned = declaration.bindsBody || provider.name == "flutterwave"
        let refusal: Refusal = isSigned ? .signatureMismatch : .credentialMismatch
        #expect(try provider.verdict(provider.webhook(), secrets: [other]) == .refused(refusal))
    }

    @Test(arguments: Provider.all)
    func `without a usable secret nobody is genuine`(provider: Provider) throws {
        let headers = try provider.webhook()
        #expect(try provider.verdict(headers, secrets: []) == .refused(.noSecret))
        #expect(try provider.verdict(headers, secrets: [""]) == .refused(.emptySecret))
        #expect(try provider.verdict(headers, secrets: ["", ""]) == .refused(.emptySecret))
        #expect(try provider.verdict(headers, secrets: [" \n"]) == .refused(.unusableSecret))
        #expect(
            try provider.verdict(headers, secrets: Array(repeating: provider.secret, count: 17))
                == .refused(.tooManySecrets)
        )
        #expect(
            try provider.verdict(headers, secrets: Array(repeating: provider.secret, count: 16)).isGenuine
        )
    }

    @Test(arguments: Provider.bound)
    func `a signature made with an empty key is not genuine`(provider: Provider) throws {
        guard case .hmac(let scheme) = try provider.declaration(), scheme.message == [.body] else { return }
        let digest = HMAC.digest(scheme.algorithm, key: [], message: Array(Provider.body.utf8))
        let text = scheme.encoding == .base64 ? digest.base64Text : digest.hexText
        let prefix = if case .prefix(let prefix) = scheme.signature { prefix } else { "" }
        let headers: HeaderFields = [scheme.header: prefix + text]
        #expect(try provider.verdict(headers, secrets: [""]) == .refused(.emptySecret))
        #expect(try provider.verdict(headers, secrets: ["", provider.secret]) == .refused(.signatureMismatch))
    }

    @Test(arguments: Provider.all)
    func `a header that is missing, empty, repeated or huge is refused by name`(provider: Provider) throws {
        let headers = try provider.webhook()
        for field in headers.fields {
            guard try provider.verdict(without(field.name, headers)) != provider.verdict(headers) else {
                #expect(field.name == "X-Topic", "only the header that nobody signs may be missing")
                continue
            }
            #expect(!(try provider.verdict(without(field.name, headers)).isGenuine))
            var empty = headers
            empty.set(field.name, "")
            #expect(!(try provider.verdict(empty).isGenuine))
            var twice = headers
            twice.append(field.name.uppercased(), field.value)
            #expect(try provider.verdict(twice) == .refused(.repeatedHeader))
            var huge = headers
            huge.set(field.name, field.value + String(repeating: " ", count: 4097 - field.value.utf8.count))
            #expect(try provider.verdict(huge) == .refused(.headerTooLong))
        }
    }

    private func without(_ name: String, _ headers: HeaderFields) -> HeaderFields {
        var rest = headers
        rest.remove(name)
        return rest
    }

    @Test(
        arguments: [
            ("t=1700000000,v1=\(wrong),v1=\(a)", nil), ("t=1700000000,v1=\(a),v1=\(wrong)", nil),
            ("t=1700000000,v1=\(a),v0=\(wrong)", nil), ("v1=\(a),t=1700000000", nil),
            ("t=1700000000, v1=\(a)", nil), ("t=1700000000,,v1=\(a),", nil), ("t=1700000000,v2=x,v1=\(a)", nil),
            ("t=1700000000,v1=\(a),v1=short", nil),
            ("t=1700000000,v0=\(a)", .noSupportedSignature), ("t=1700000000", .noSupportedSignature),
            ("t=1700000000,V1=\(a)", .noSupportedSignature), ("t=1700000000,v1 \(a)", .noSupportedSignature),
            ("t=1700000000;v1=\(a)", .noSupportedSignature),
            ("t=1700000000,v1=", .malformedHeader), ("t=1700000000,v1=\(a.dropLast())", .malformedHeader),
            ("t=1700000000,v1=\(a)0", .malformedHeader), ("t=1700000000,v1=\(a.dropFirst(2))", .malformedHeader),
            ("t=1700000000,v1==\(a)", .malformedHeader), ("t=1700000000,v1=\"\(a)\"", .malformedHeader),
            ("t=1700000000,v1=\(a.uppercased())", .signatureMismatch), ("t=1700000000,v1=\(b)", .signatureMismatch),
            ("t=1700000001,v1=\(a)", .signatureMismatch), ("t=01700000000,v1=\(a)", .signatureMismatch),
            ("v1=\(a)", .missingTimestamp), ("T=1700000000,v1=\(a)", .missingTimestamp),
            ("t=,v1=\(a)", .missingTimestamp), ("", .malformedHeader), (",", .missingTimestamp),
            ("t=1700000000,t=1700000000,v1=\(a)", .repeatedTimestamp),
            ("t=1,t=1700000000,v1=\(a)", .repeatedTimestamp),
            ("t=1700000000.0,v1=\(a)", .malformedTimestamp), ("t=-1700000000,v1=\(a)", .malformedTimestamp),
            ("t=+1700000000,v1=\(a)", .malformedTimestamp), ("t=1.7e9,v1=\(a)", .malformedTimestamp),
            ("t=0x6553f100,v1=\(a)", .malformedTimestamp), ("t=17000 00000,v1=\(a)", .malformedTimestamp),
            ("t=1234567890123456,v1=\(a)", .malformedTimestamp), ("t=\u{661},v1=\(a)", .malformedTimestamp),
            ("t=99999999999999999999999,v1=\(a)", .malformedTimestamp), (a, .missingTimestamp),
            ("t=1700000000" + String(repeating: ",v1=\(wrong)", count: 15) + ",v1=\(a)", nil),
            ("t=1700000000" + String(repeating: ",v1=\(wrong)", count: 16) + ",v1=\(a)", .tooManySignatures),
            ("t=1700000000" + String(repeating: ",v1=x", count: 17), .tooManySignatures),
        ] as [Verdict]
    )
    func `a Stripe header is believed only when it is exactly right`(value: String, refusal: Refusal?) throws {
        let verdict = try Provider.stripe.verdict(["Stripe-Signature": value])
        #expect(verdict == refusal.map { .refused($0) } ?? .genuine(signedAt: Provider.now))
    }

    @Test(
        arguments: [
            ("v1,GOOD", nil), ("v1,AAAA v1,GOOD", nil), ("v1,BAD v2,BAD v1,GOOD", nil), ("v1a,x v1,GOOD v1,BAD", nil),
            ("junk v1,GOOD", nil), (" v1,GOOD", nil), ("v1,GOOD  v1,BAD", nil),
            ("v1,BAD", .signatureMismatch), ("v1,BAD v1,BAD", .signatureMismatch),
            ("v1,", .malformedHeader), ("v1,UNPADDED", .malformedHeader), ("v1,GOOD=", .malformedHeader),
            ("v1, GOOD", .malformedHeader), ("v1a,GOOD", .noSupportedSignature), ("v2,GOOD", .noSupportedSignature),
            ("GOOD", .noSupportedSignature), ("v1=GOOD", .noSupportedSignature), ("V1,GOOD", .noSupportedSignature),
            ("v1,URL", .signatureMismatch), ("v1,LOWER", .signatureMismatch), ("v1,GOOD,v1,GOOD", .malformedHeader),
        ] as [Verdict]
    )
    func `a list of Standard Webhooks signatures needs one right v1`(value: String, refusal: Refusal?) throws {
        let good = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        var text = value.replacing("UNPADDED", with: good.dropLast()).replacing("GOOD", with: good)
        text = text.replacing("BAD", with: "Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=")
        text = text.replacing("URL", with: good.replacing("+", with: "-").replacing("/", with: "_"))
        text = text.replacing("LOWER", with: good.lowercased())
        let now = Timestamp(unixSeconds: 1_614_265_330)
        let verdict = try Provider.standardWebhooks.verdict(
            VectorTests.standard(text),
            Array(#"{"test": 2432232314}"#.utf8),
            now: now
        )
        #expect(verdict == refusal.map { .refused($0) } ?? .genuine(signedAt: now))
    }

    @Test(
        arguments: [
            ("webhook-id", nil, .missingID), ("webhook-id", "", .missingID),
            ("webhook-id", "msg.2", .signatureMismatch), ("webhook-timestamp", nil, .missingTimestamp),
            ("webhook-timestamp", "", .missingTimestamp), ("webhook-timestamp", "1700000001", .signatureMismatch),
            ("webhook-timestamp", "1700000000 ", .malformedTimestamp),
            ("webhook-timestamp", "2023-11-14T22:13:20Z", .malformedTimestamp),
            ("webhook-signature", nil, .missingHeader), ("webhook-signature", "", .malformedHeader),
        ] as [(String, String?, Refusal)]
    )
    func `a Standard Webhooks header that is missing or wrong is named`(
        name: String,
        value: String?,
        refusal: Refusal
    ) throws {
        var headers = try Provider.standardWebhooks.webhook()
        headers.remove(name)
        if let value { headers.append(name, value) }
        #expect(try Provider.standardWebhooks.verdict(headers) == .refused(refusal))
    }

    @Test func `upper-case hexadecimal counts only where the declaration allows it`() throws {
        for provider in [Provider.lemonSqueezy, .creem, .razorpay, .segment, .paddle, .github] {
            guard case .hmac(let scheme) = try provider.declaration() else { continue }
            var headers = try provider.webhook()
            let value = try #require(headers[scheme.header])
            let hex = value.suffix(scheme.algorithm.byteCount * 2)
            headers.set(scheme.header, value.dropLast(hex.count) + hex.uppercased())
            #expect(try provider.verdict(headers).isGenuine == (scheme.encoding == .hexAnyCase))
        }
    }

    @Test(
        arguments: [
            ("sha1=SIG", .noSupportedSignature), ("SIG", .noSupportedSignature), ("sha256=", .malformedHeader),
            ("sha256=SI", .malformedHeader), ("SHA256=SIG", .noSupportedSignature), ("sha256=SIG", nil),
            ("sha256= SIG", .malformedHeader), ("sha256=SIG,sha256=SIG", .malformedHeader),
        ] as [Verdict]
    )
    func `a prefix must be there as declared`(value: String, refusal: Refusal?) throws {
        let good = try #require(Provider.github.webhook()["X-Hub-Signature-256"]).dropFirst(7)
        let headers: HeaderFields = ["X-Hub-Signature-256": value.replacing("SIG", with: good)]
        let verdict = try Provider.github.verdict(headers)
        #expect(verdict == refusal.map { .refused($0) } ?? .genuine(signedAt: nil))
    }

    @Test func `Base64 without its padding is not the signature`() throws {
        let value = try #require(Provider.flutterwave4.webhook()["flutterwave-signature"])
        let headers: HeaderFields = ["flutterwave-signature": String(value.dropLast())]
        #expect(try Provider.flutterwave4.verdict(headers) == .refused(.malformedHeader))
    }

    @Test(
        arguments: [
            ("Basic aG9va3VzZXI6cDphIHNz", nil), ("basic aG9va3VzZXI6cDphIHNz", nil),
            ("BASIC  aG9va3VzZXI6cDphIHNz", nil), ("Basic", .malformedHeader), ("Basic ", .malformedHeader),
            ("Bearer aG9va3VzZXI6cDphIHNz", .malformedHeader), ("aG9va3VzZXI6cDphIHNz", .malformedHeader),
            ("Basic aG9va3VzZXI", .malformedHeader), ("Basic aG9va3VzZXI=", .malformedHeader),
            ("Basic aG9va3VzZXI6cDphIHNz ", .malformedHeader), ("Basic Og==", .credentialMismatch),
            ("Basic aG9va3VzZXI6cDphIHNzIQ==", .credentialMismatch), ("Basic aG9va3VzZXI6", .credentialMismatch),
            ("Basic OnA6YSBzcw==", .credentialMismatch), ("", .malformedHeader),
        ] as [Verdict]
    )
    func `user and password must both be right`(value: String, refusal: Refusal?) throws {
        let verdict = try Provider.chargebee.verdict(["Authorization": value])
        #expect(verdict == refusal.map { .refused($0) } ?? .genuine(signedAt: nil))
    }

    @Test(
        arguments: [
            ("xendit-callback-token-1", nil), ("xendit-callback-token-2", .credentialMismatch),
            ("xendit-callback-token-", .credentialMismatch), ("xendit-callback-token-1x", .credentialMismatch),
            ("XENDIT-CALLBACK-TOKEN-1", .credentialMismatch), ("", .malformedHeader),
        ] as [Verdict]
    )
    func `a token must be the whole token`(value: String, refusal: Refusal?) throws {
        let verdict = try Provider.xendit.verdict(["X-Callback-Token": value])
        #expect(verdict == refusal.map { .refused($0) } ?? .genuine(signedAt: nil))
    }

    @Test func `a scheme without proof lets everybody in and says so`() throws {
        let verifier = SignatureVerifier(try VerifyDeclaration(json: ["scheme": "none"]))
        #expect(verifier.isUnauthenticated)
        #expect(verifier.verify(headers: [:], body: [1], secrets: [], now: Provider.now) == .genuine(signedAt: nil))
        for provider in Provider.all { #expect(try !SignatureVerifier(provider.declaration()).isUnauthenticated) }
    }

    @Test func `a body that is not UTF-8 is signed as the bytes it is`() throws {
        let body: [UInt8] = [0xFF, 0x00, 0xC3, 0x28, 0x0A]
        for provider in Provider.bound where provider.name != "custom" {
            let signer = WebhookSigner(try provider.declaration())
            let headers = try signer.sign(body: body, secret: Secret(provider.secret), id: "1", now: Provider.now)
            #expect(try provider.verdict(headers, body).isGenuine)
            #expect(try provider.verdict(headers, body + [0]) == .refused(.signatureMismatch))
            #expect(try provider.verdict(headers, []) == .refused(.signatureMismatch))
        }
    }

    @Test func `a body whose keys were written anew in another order is refused`() throws {
        let body = Array(#"{"object":"event","id":"evt_1","type":"invoice.paid"}"#.utf8)
        for provider in Provider.bound {
            #expect(try provider.verdict(provider.webhook(), body) == .refused(.signatureMismatch))
        }
    }
}
