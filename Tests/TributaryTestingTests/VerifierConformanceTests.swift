// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributarySigning
import TributaryTesting

/// The kit finds what it is there to find.
@Suite struct VerifierConformanceTests {
    /// Compares a header with the sum of the body's bytes and the secret's; breaks one promise on purpose.
    private struct SumVerifier: Verifier {
        enum Fault: String, CaseIterable {
            case none
            case believesAll
            case ignoresBody
            case takesEmptySecrets
            case asksForEver
            case asksInClear
            case believesSilence
            case refusesAll
        }

        let fault: Fault
        var bindsBody: Bool { true }
        var needsSecret: Bool { true }

        func problem(with secret: Secret) -> String? { secret.isEmpty ? "The secret is empty." : nil }

        static func sum(_ body: [UInt8], _ secret: Secret) -> String {
            String((body + [1] + secret.revealed).reduce(into: UInt64(7)) { $0 = $0 &* 31 &+ UInt64($1) })
        }

        func step(for webhook: Webhook, secrets: [Secret], at now: Timestamp, after exchanges: [Exchange])
            -> VerifierStep
        {
            let url = fault == .asksInClear ? "http://example.com/" : "https://example.com/"
            if exchanges.isEmpty || fault == .asksForEver {
                return .call(VerifierCall(Call("key", method: "GET", url: url), cacheKey: "key"))
            }
            switch fault {
            case .believesAll: return .genuine
            case .refusesAll: return .refused(.signatureMismatch)
            case .none, .ignoresBody, .takesEmptySecrets, .asksForEver, .asksInClear, .believesSilence: break
            }
            guard case .answer(let answer) = exchanges[0].result, answer.status == 200, answer.body == [42] else {
                return fault == .believesSilence ? .genuine : .unavailable(.init(reason: "noKey"))
            }
            let values = webhook.headers.fields.filter { $0.name.lowercased() == "x-sum" }.map(\.value)
            guard values.count == 1, let value = values.first else { return .refused(.missingHeader) }
            if fault == .takesEmptySecrets, secrets.contains(where: \.isEmpty) { return .genuine }
            let isRight = secrets.contains { secret in
                !secret.isEmpty && value == Self.sum(webhook.body, secret)
            }
            if fault == .ignoresBody, secrets.contains(Secret("s")), !value.isEmpty { return .genuine }
            return isRight ? .genuine : .refused(.signatureMismatch)
        }
    }

    private static func breaches(_ fault: SumVerifier.Fault) async -> [VerifierConformance.Breach] {
        let body = Array(#"{"id":"evt_1"}"#.utf8)
        let secret = Secret("s")
        let subject = VerifierSubject(
            verifier: SumVerifier(fault: fault),
            webhook: Webhook(provider: "sum", headers: ["X-Sum": SumVerifier.sum(body, secret)], body: body),
            secrets: [secret],
            provingHeaders: ["X-Sum"],
            now: Timestamp(unixSeconds: 1_700_000_000)
        )
        return await VerifierConformance(subject) { _ in .answer(Answer(status: 200, body: [42])) }.breaches()
    }

    @Test func `a verifier that keeps its promises breaks none`() async {
        #expect(await Self.breaches(.none) == [])
    }

    @Test(arguments: [
        ("believesAll", "body with byte 0 changed: was taken as genuine"),
        ("ignoresBody", "no body: was taken as genuine"),
        ("takesEmptySecrets", "an empty secret: was taken as genuine"),
        ("asksForEver", "the webhook as it is: wanted more than 3 calls"),
        ("asksInClear", "the webhook as it is: wanted a call that is not https"),
        ("refusesAll", "header names in capitals, in reverse: was not taken"),
    ])
    func `a broken promise is named`(fault: String, text: String) async throws {
        let breaches = await Self.breaches(try #require(SumVerifier.Fault(rawValue: fault)))
        #expect(breaches.contains { $0.description.hasPrefix(text) }, "\(breaches)")
    }

    @Test func `nobody is believed because a provider does not answer`() async {
        let breaches = await Self.breaches(.believesSilence)
        #expect(breaches.contains { $0.check.hasPrefix("every call ends as ") }, "\(breaches)")
    }
}
