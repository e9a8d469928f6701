// SPDX-License-Identifier: Apache-2.0

import Testing
import Tributary
import TributaryModel
import TributarySigning

@testable import PayPal

@Suite(.timeLimit(.minutes(1))) struct SettingsTests {
    private static func problems(_ members: [JSONValue.Member], isLive: Bool = true) throws -> [String] {
        let secrets = ["client_secret": Secret("rest-secret-1")].filter { secret in
            members.contains { $0.name == secret.key && $0.value == "env:S" }
        }
        do {
            _ = try Parts.shared.get().verifier(members, isLive: isLive, secrets: secrets)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.problems.map { "\($0.place) \($0.message)" }
        }
    }

    private static let rest: [JSONValue.Member] = [
        .init("method", "rest"), .init("client_id", "app-1"), .init("client_secret", "env:S"), .init("trust", .null),
    ]

    @Test(
        arguments: [
            (.init("webhook_ids", .null), "webhook_ids the provider instance needs \"webhook_ids\""),
            (.init("webhook_ids", []), "webhook_ids expected a list of texts"),
            (.init("webhook_ids", ["a|b"]), "webhook_ids an id has at most 64 characters"),
            (.init("webhook_ids", ["WEBHOOK_ID"]), "webhook_ids anybody can sign"),
            (.init("webhook_ids", .array((0..<11).map { .string("WH\($0)") })), "webhook_ids at most 10 ids"),
            (.init("trust", "/nowhere/root.pem"), "trust the file /nowhere/root.pem cannot be read"),
            (.init("trust", "/dev/null"), "trust the file /dev/null has no certificate"),
            (.init("trust", "/dev/zero"), "trust the file /dev/zero cannot be read"),
            (.init("intermediates", "/etc/hostname"), "intermediates the file /etc/hostname has no certificate"),
            (.init("certificates", ["/etc/hostname"]), "certificates the file /etc/hostname has no certificate"),
            (.init("method", "both"), "method expected one of"),
            (.init("client_id", "x"), "client_id is for the method"),
            (.init("url", "https://x.example"), "url is for the method"),
            (.init("webhookids", "x"), "webhookids this provider instance has no setting"),
        ] as [(JSONValue.Member, String)]
    )
    func `what is wrong is named with its place`(member: JSONValue.Member, start: String) throws {
        let problems = try Self.problems([member])
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("/providers/paypal/" + start) == true, "\(problems)")
    }

    @Test func `the method rest needs an id and a secret, and no files`() throws {
        #expect(try Self.problems(Self.rest).isEmpty)
        #expect(
            try Self.problems([.init("method", "rest"), .init("trust", .null)]).map { String($0.prefix(32)) }
                == ["/providers/paypal/client_id the ", "/providers/paypal/client_secret "]
        )
        #expect(try Self.problems(Self.rest.dropLast()).first?.contains("trust is for the method \"offline\"") == true)
        let three: [JSONValue.Member] = [.init("webhook_ids", ["A", "B", "C"])]
        #expect(try Self.problems(Self.rest + three).first?.contains("at most 2") == true)
    }

    @Test func `the simulator's id is for instances without real money`() throws {
        #expect(try Self.problems([.init("webhook_ids", ["WEBHOOK_ID"])], isLive: false).isEmpty)
    }

    @Test func `a secret is refused, as PayPal has none to share`() throws {
        let verifier = try Parts.shared.get().verifier()
        #expect(verifier.problem(with: Secret("whsec_1"))?.contains("webhook_ids") == true)
        #expect(!verifier.needsSecret)
        #expect(verifier.bindsBody)
    }

    @Test(arguments: ["", "secret", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func `what is no key signs nothing, and is not repeated`(key: String) throws {
        let verifier = try Parts.shared.get().verifier()
        let webhook = Webhook(provider: "paypal", headers: [:], body: Parts.body)
        let failure = #expect(throws: VerifierSigningFailure.self) {
            try verifier.sign(webhook, secret: Secret(key), id: Parts.id, at: Parts.now)
        }
        let reason = try #require(failure).reason
        #expect(reason.contains("RSA private key"))
    }
}
