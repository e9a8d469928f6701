// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing
import Tributary
import TributaryModel
import TributarySigning
import TributaryTesting

@testable import PayPal

@Suite(.timeLimit(.minutes(1))) struct RESTTests {
    private static let secret = "canary-rest-secret"

    private static func verifier(
        ids: [String] = [Parts.webhookID],
        _ others: [JSONValue.Member] = [],
        isLive: Bool = true
    ) throws -> any Verifier {
        try Parts.shared.get().verifier(
            [
                .init("method", "rest"), .init("client_id", "app-1"), .init("client_secret", "env:S"),
                .init("trust", .null), .init("webhook_ids", .array(ids.map { .string($0) })),
            ] + others,
            isLive: isLive,
            secrets: ["client_secret": Secret(secret)]
        )
    }

    private static func answer(_ json: JSONValue, status: Int = 200) -> Exchange.Result {
        .answer(Answer(status: status, body: json.encoded(), json: json))
    }

    private static let token = answer(["access_token": "A21.token", "token_type": "Bearer", "expires_in": 32400])

    /// The calls of a verifier that gets these answers, one after the other, and its verdict.
    private static func play(
        _ verifier: any Verifier,
        _ webhook: Webhook,
        _ results: [Exchange.Result]
    ) -> (calls: [VerifierCall], verdict: VerifierStep) {
        var exchanges: [Exchange] = []
        var calls: [VerifierCall] = []
        for result in results {
            guard case .call(let call) = verifier.step(for: webhook, secrets: [], at: Parts.now, after: exchanges)
            else { break }
            calls.append(call)
            exchanges.append(Exchange(call.call, result))
        }
        return (calls, verifier.step(for: webhook, secrets: [], at: Parts.now, after: exchanges))
    }

    @Test(arguments: [(true, "https://api-m.paypal.com"), (false, "https://api-m.sandbox.paypal.com")])
    func `a token is fetched, then PayPal is asked`(isLive: Bool, host: String) throws {
        let webhook = try Parts.shared.get().webhook(isLive: isLive)
        let verifier = try Self.verifier(isLive: isLive)
        let success = Self.answer(["verification_status": "SUCCESS"])
        let (calls, verdict) = Self.play(verifier, webhook, [Self.token, success])
        #expect(verdict == .genuine)
        #expect(
            calls.map(\.call.url) == [host + "/v1/oauth2/token", host + "/v1/notifications/verify-webhook-signature"]
        )
        #expect(calls.map(\.cacheKey) == ["token", nil])
        #expect(calls.allSatisfy { $0.call.method == "POST" && !$0.mayReachLoopback })
        #expect(calls.first?.call.body == Array("grant_type=client_credentials".utf8))
        let sent = calls.flatMap(\.call.secretHeaders).map { $0.prefix + $0.secret.revealedText }
        #expect(sent == ["Basic " + Base64.encode(Array("app-1:\(Self.secret)".utf8)), "Bearer A21.token"])
        var printed = ""
        dump(calls, to: &printed)
        #expect(!printed.contains(Self.secret) && !printed.contains("A21.token"))
    }

    @Test func `the event is sent byte for byte`() throws {
        let body = Array(" {\"a\" : \"caf\\u00e9 \\/ \u{2013}\",\n\t\"n\":1.50E+2,\"n\":0 }\r\n".utf8)
        let webhook = try Parts.shared.get().webhook(body: body)
        let (calls, _) = Self.play(try Self.verifier(), webhook, [Self.token, Self.answer([:])])
        let sent = try #require(calls.last?.call.body)
        let start = Array(#"{"webhook_event":"#.utf8)
        #expect(sent.starts(with: start + body + Array(",".utf8)))
        let rest = String(decoding: sent.dropFirst(start.count + body.count + 1), as: UTF8.self)
        let transmission = try Transmission(webhook.headers, isLive: true)
        #expect(
            rest
                == #""auth_algo":"SHA256withRSA","cert_url":"\#(transmission.address.url)","transmission_id":"\#(Parts.id)","#
                + #""transmission_sig":"\#(transmission.signatureText)","transmission_time":"\#(Parts.now)","#
                + #""webhook_id":"\#(Parts.webhookID)"}"#
        )
    }

    @Test(arguments: [
        "", "[]", "1", "{", "{}}", "{},\"webhook_id\":\"X\"", "{}{}", "{\"a\":1}//",
        "{/*\"*/},\"webhook_id\":\"X\",\"b\":{/*\"*/}",
        "{'a':1}", "{a:1}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":+1}", "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u00g0\"}",
        "{\"a\":\"\n\"}", "{\"a\":tru}", "{\"a\":[1}", "{\"a\" 1}", "{\"a\":\"", "{\"a\":\"\\", "\u{FEFF}{}",
        String(repeating: "{\"a\":", count: 200) + "1" + String(repeating: "}", count: 200),
    ])
    func `a body that is not one object is refused and never sent`(body: String) throws {
        var webhook = try Parts.shared.get().webhook()
        webhook.body = Array(body.utf8)
        let (calls, verdict) = Self.play(try Self.verifier(), webhook, [Self.token])
        #expect(calls.isEmpty)
        #expect(verdict.word == "bodyNotJSON")
    }

    @Test(arguments: [
        "{}", " {\n} ", #"{"a":[],"b":[1,-0.5e-3,true,false,null,"\"\\\/\b\f\n\r\t\u00E9"],"c":{"d":{}}}"#, #"{"é":0}"#,
    ])
    func `an object is an object`(body: String) { #expect(JSONText.isObject(Array(body.utf8))) }

    @Test func `the address of the certificate is still PayPal's own`() throws {
        var webhook = try Parts.shared.get().webhook()
        webhook.headers.set("PAYPAL-CERT-URL", "https://evil.example/v1/notifications/certs/C")
        let (calls, verdict) = Self.play(try Self.verifier(), webhook, [Self.token])
        #expect(calls.isEmpty)
        #expect(verdict.word == "foreignCertificate")
    }

    private static let failure = answer(["verification_status": "FAILURE"])

    @Test(arguments: [
        (failure, "signatureMismatch"), (answer([:], status: 400), "verificationRejected"),
        (answer([:], status: 404), "verificationRejected"), (answer([:], status: 401), "unavailable tokenRefused"),
        (answer([:], status: 403), "unavailable verificationFailed"),
        (answer([:], status: 429), "unavailable verificationFailed"),
        (answer([:], status: 503), "unavailable verificationFailed"),
        (answer([:], status: 302), "unavailable verificationFailed"),
        (answer(["verification_status": "success"]), "unavailable verificationUnclear"),
        (answer(["verification_status": true]), "unavailable verificationUnclear"),
        (.failure(CallFailure(code: "timeoutTotal", mayHaveArrived: true)), "unavailable verificationFailed"),
    ])
    func `nothing but SUCCESS proves a webhook`(result: Exchange.Result, word: String) throws {
        let webhook = try Parts.shared.get().webhook()
        #expect(Self.play(try Self.verifier(), webhook, [Self.token, result]).verdict.word == word)
    }

    @Test(arguments: [
        answer([:]), answer(["access_token": ""]), answer([:], status: 401), answer([:], status: 500),
        .failure(CallFailure(code: "rateLimited", mayHaveArrived: false)),
    ])
    func `without a token nothing is judged`(result: Exchange.Result) throws {
        let webhook = try Parts.shared.get().webhook()
        let (calls, verdict) = Self.play(try Self.verifier(), webhook, [result])
        #expect(calls.count == 1)
        #expect(verdict.word == "unavailable tokenNotGiven")
    }

    @Test func `each webhook id is tried, within three calls`() throws {
        let webhook = try Parts.shared.get().webhook()
        let verifier = try Self.verifier(ids: ["WH-A", "WH-B"])
        let success = Self.answer(["verification_status": "SUCCESS"])
        let (calls, verdict) = Self.play(verifier, webhook, [Self.token, Self.failure, success])
        #expect(calls.count == 3)
        #expect(verdict == .genuine)
        let sent = String(decoding: calls.last?.call.body ?? [], as: UTF8.self)
        #expect(sent.hasSuffix(#""webhook_id":"WH-B"}"#))
        #expect(
            Self.play(verifier, webhook, [Self.token, Self.failure, Self.failure]).verdict.word == "signatureMismatch"
        )
    }

    @Test(arguments: [(32400, 32340), (90, 30), (30, 0), (0, 0), (-1, 0), (9_000_000, 604_740)])
    func `a token is kept until a minute before its end`(seconds: Int64, kept: Int) throws {
        let result = Self.answer(["access_token": "t", "expires_in": .integer(seconds)])
        let lifetime = try Self.verifier().lifetime(
            of: Exchange(Call("", url: ""), result),
            under: "token",
            at: Parts.now
        )
        #expect(lifetime == .seconds(kept))
    }

    @Test func `it keeps every promise of a verifier`() async throws {
        let parts = try Parts.shared.get()
        let webhook = try parts.webhook()
        let (body, fields) = (webhook.body, webhook.headers)
        let subject = VerifierSubject(
            verifier: try Self.verifier(),
            webhook: webhook,
            secrets: [],
            provingHeaders: [
                "PAYPAL-TRANSMISSION-ID", "PAYPAL-TRANSMISSION-TIME", "PAYPAL-TRANSMISSION-SIG", "PAYPAL-AUTH-ALGO",
            ],
            now: Parts.now
        )
        let breaches = await VerifierConformance(subject) { call in
            if call.cacheKey != nil { return Self.token }
            let expected = Self.play(subject.verifier, Webhook(provider: "", headers: fields, body: body), [Self.token])
            guard case .call(let genuine) = expected.verdict else { return Self.failure }
            return call.call.body == genuine.call.body ? Self.answer(["verification_status": "SUCCESS"]) : Self.failure
        }.breaches()
        #expect(breaches.isEmpty, "\(breaches)")
    }
}
