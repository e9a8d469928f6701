// SPDX-License-Identifier: Apache-2.0

import Segment
import Testing
import Tributary
import TributaryModel
import TributarySigning
import TributaryTesting

@Suite struct SegmentVerifierTests {
    private static let secret = Secret("seg-shared-secret")
    private static let now = Timestamp(unixSeconds: 1_700_000_000)
    private static let event = #"{"type":"track","event":"Order Completed","messageId":"m-1","note":"]},{ \"}"}"#

    private static func verifier(_ members: [JSONValue.Member] = [], bearer: String? = nil) throws -> any Verifier {
        var members = members
        var secrets: [String: Secret] = [:]
        if let bearer {
            members.append(.init("bearer", "env:BEARER"))
            secrets["bearer"] = Secret(bearer)
        }
        return try SegmentPlugin.makeVerifier(
            PluginSettings(for: .provider, name: "segment", members: members, secrets: secrets)
        )
    }

    /// A webhook whose signature covers other bytes than its body.
    private static func webhook(_ body: String, signed: String) throws -> Webhook {
        let verifier = try verifier()
        let part = Webhook(provider: "segment", headers: [:], body: Array(signed.utf8))
        let headers = try verifier.sign(part, secret: secret, id: "", at: now)
        return Webhook(provider: "segment", headers: headers, body: Array(body.utf8))
    }

    private static func step(_ webhook: Webhook, _ verifier: any Verifier) -> VerifierStep {
        verifier.step(for: webhook, secrets: [secret], at: now, after: [])
    }

    private static func code(_ step: VerifierStep) -> String {
        switch step {
        case .genuine: "genuine"
        case .refused(let refused): refused.code
        case .call: "call"
        case .unavailable: "unavailable"
        }
    }

    private static let first =
        #"{"type":"track","event":"Order Completed","messageId":"m-1","properties":{"revenue":19.9}}"#
    private static let second =
        #"{"type":"track","event":"Order Completed","messageId":"m-2","properties":{"revenue":5}}"#

    /// Source: `reference/providers-2.md` section 13; the whole batch was signed where the second value stands.
    @Test(arguments: [
        (first, "9263eb39e4c7cd926af8134256760216bf6d3eb7", false, "genuine"),
        (first, "9263EB39E4C7CD926AF8134256760216BF6D3EB7", false, "genuine"),
        ("[\(first)]", "9263eb39e4c7cd926af8134256760216bf6d3eb7", false, "genuine"),
        ("[\(first),\(second)]", "9263eb39e4c7cd926af8134256760216bf6d3eb7", false, "unsignedEvents"),
        ("[\(first),\(second)]", "9263eb39e4c7cd926af8134256760216bf6d3eb7", true, "genuine"),
        ("[\(first),\(second)]", "54846e8b948506b2990244b1e5aeb2603be26251", false, "unsignedEvents"),
        ("[\(first),\(second)]", "54846e8b948506b2990244b1e5aeb2603be26251", true, "signatureMismatch"),
        (second, "9263eb39e4c7cd926af8134256760216bf6d3eb7", false, "signatureMismatch"),
        (first + "\n", "9263eb39e4c7cd926af8134256760216bf6d3eb7", false, "signatureMismatch"),
    ])
    func `the reference's vectors are judged as it says`(
        body: String,
        signature: String,
        batches: Bool,
        code: String
    ) throws {
        let webhook = Webhook(provider: "segment", headers: ["X-Signature": signature], body: Array(body.utf8))
        let verifier = try Self.verifier(batches ? [.init("batches", true)] : [])
        #expect(Self.code(Self.step(webhook, verifier)) == code)
    }

    @Test(arguments: ["", "[", " [\n\t", "[ "])
    func `what stands around the first element is not signed`(before: String) throws {
        let behind = before.contains("[") ? " \r\n] \n" : ""
        let webhook = try Self.webhook(before + Self.event + behind, signed: Self.event)
        #expect(Self.step(webhook, try Self.verifier()) == .genuine)
    }

    @Test(arguments: [
        ("[EVENT,{}]", "unsignedEvents"), ("[EVENT , EVENT]", "unsignedEvents"), ("[EVENT,]", "unsignedEvents"),
        ("[{},EVENT]", "unsignedEvents"), ("[]", "unreadableBatch"), ("[", "unreadableBatch"),
        ("[EVENT", "unreadableBatch"), ("[EVENT] x", "unreadableBatch"), ("[EVENT}", "unreadableBatch"),
        ("[[EVENT]]", "unreadableBatch"), ("[\"EVENT\"]", "unreadableBatch"), ("[{\"a\":\"", "unreadableBatch"),
        ("[{\"a\":\"\\", "unreadableBatch"), ("x[EVENT]", "signatureMismatch"), (" EVENT", "signatureMismatch"),
        ("", "signatureMismatch"), ("\u{FEFF}[EVENT]", "signatureMismatch"), ("EVENT,EVENT", "signatureMismatch"),
        ("[{\"a\":1}]", "signatureMismatch"), ("data=EVENT", "signatureMismatch"),
    ])
    func `what the signature does not cover is refused`(body: String, code: String) throws {
        let webhook = try Self.webhook(body.replacing("EVENT", with: Self.event), signed: Self.event)
        #expect(Self.code(Self.step(webhook, try Self.verifier())) == code)
    }

    @Test func `several events are taken where the operator accepts that only the first is signed`() throws {
        let verifier = try Self.verifier([.init("batches", true)])
        let batch = "[\(Self.event),{\"type\":\"track\"}]"
        #expect(Self.step(try Self.webhook(batch, signed: Self.event), verifier) == .genuine)
        let swapped = "[{\"type\":\"track\"},\(Self.event)]"
        #expect(Self.code(Self.step(try Self.webhook(swapped, signed: Self.event), verifier)) == "signatureMismatch")
    }

    @Test func `only a verifier that refuses batches binds the body`() throws {
        #expect(try Self.verifier().bindsBody)
        #expect(try !Self.verifier([.init("batches", true)]).bindsBody)
    }

    @Test func `a bearer token is demanded beside the signature`() throws {
        let verifier = try Self.verifier(bearer: "token-1")
        var webhook = try Self.webhook(Self.event, signed: Self.event)
        #expect(Self.code(Self.step(webhook, verifier)) == "missingHeader")
        webhook.headers.set("Authorization", "Bearer token-2")
        #expect(Self.code(Self.step(webhook, verifier)) == "credentialMismatch")
        webhook.headers.set("Authorization", "Bearer token-1")
        #expect(Self.step(webhook, verifier) == .genuine)
        webhook.headers.set("X-Signature", String(repeating: "0", count: 40))
        #expect(Self.code(Self.step(webhook, verifier)) == "signatureMismatch")
    }

    @Test(arguments: [[], ["[", "]"]], [true, false])
    func `what it signs is genuine and keeps every promise of a verifier`(around: [String], withBearer: Bool)
        async throws
    {
        let verifier = try Self.verifier(bearer: withBearer ? "token-1" : nil)
        var webhook = Webhook(provider: "segment", headers: [:], body: Array(Self.event.utf8))
        webhook.headers = try verifier.sign(webhook, secret: Self.secret, id: "", at: Self.now)
        let subject = VerifierSubject(
            verifier: verifier,
            webhook: webhook,
            secrets: [Self.secret],
            provingHeaders: ["X-Signature"] + (withBearer ? ["Authorization"] : []),
            now: Self.now
        )
        #expect(await VerifierConformance(subject).breaches() == [])
        webhook.body = Array((around.joined(separator: Self.event)).utf8)
        guard !around.isEmpty else { return }
        #expect(Self.step(webhook, verifier) == .genuine)
    }

    @Test(arguments: [
        ([JSONValue.Member("batches", "yes")], "/providers/segment/batches"),
        ([.init("batch", true)], "/providers/segment/batch"),
    ])
    func `a wrong setting is named with its place`(members: [JSONValue.Member], place: String) throws {
        let problems = try #require(throws: ConfigurationProblems.self) { _ = try Self.verifier(members) }
        #expect(problems.problems.map(\.place) == [place])
    }

    @Test func `an empty secret signs nothing`() throws {
        let webhook = Webhook(provider: "segment", headers: [:], body: Array(Self.event.utf8))
        let verifier = try Self.verifier()
        #expect(throws: VerifierSigningFailure.self) {
            try verifier.sign(webhook, secret: Secret([]), id: "", at: Self.now)
        }
    }
}
