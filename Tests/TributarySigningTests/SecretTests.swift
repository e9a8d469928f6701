// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryModel
import TributarySigning

@Suite struct SecretTests {
    @Test(
        arguments: [
            (.text, "whsec_x", nil), (.text, "", .empty), (.text, " \t\n", .blank),
            (.text, "abc\n", .surroundingBlanks),
            (.text, " abc", .surroundingBlanks), (.text, "a b", nil), (.text, "s", nil),
            (.whsec, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", nil),
            (.whsec, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", nil), (.whsec, "whsec_", .wrongLength),
            (.whsec, "whsec_AAAA", .wrongLength), (.whsec, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", .wrongLength),
            (.whsec, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", nil),
            (.whsec, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", nil),
            (.whsec, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", .notBase64),
            (.whsec, "whsec_" + String(repeating: "A", count: 86), nil),
            (.whsec, "whsec_" + String(repeating: "A", count: 87), .wrongLength),
            (.whsec, "polar_whs_abcdefghijklmnopqrstuvwxyz", .notBase64), (.whsec, "", .empty),
            (.whsec, "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", .notBase64),
            (.base64, "AAAAAAAAAAAAAAAAAAAAAA==", nil), (.base64, "AAAAAAAAAAAAAAAAAAAA", .tooShort),
            (.base64, "not base64!", .notBase64), (.hex, "00112233445566778899aabbccddeeff", nil),
            (.hex, "00112233445566778899aabbccddee", .tooShort), (.hex, "xyz", .notHex), (.hex, "", .empty),
        ] as [(KeyForm, String, SecretProblem?)]
    )
    func `a secret that cannot be a key is found before it is used`(
        form: KeyForm,
        text: String,
        problem: SecretProblem?
    ) {
        #expect(form.problem(with: Secret(text)) == problem)
    }

    @Test(
        arguments: [
            ("user:password", nil), ("user:", nil), (":password", nil), ("user:p:q ", nil), ("", .empty), (":", .empty),
            ("user", .noColon), (" ", .blank),
        ] as [(String, SecretProblem?)]
    )
    func `credentials are user and password`(text: String, problem: SecretProblem?) {
        #expect(VerifyDeclaration.basic.problem(with: Secret(text)) == problem)
    }

    @Test func `the schemes ask for the secret they need`() throws {
        #expect(VerifyDeclaration.stripe.problem(with: Secret("whsec_x")) == nil)
        #expect(VerifyDeclaration.standardWebhooks.problem(with: Secret("whsec_x")) == .notBase64)
        #expect(try Provider.xendit.declaration().problem(with: Secret("")) == .empty)
        #expect(VerifyDeclaration.unauthenticated.problem(with: Secret("")) == nil)
        #expect(!VerifyDeclaration.unauthenticated.needsSecret)
        for provider in Provider.all {
            let declaration = try provider.declaration()
            #expect(declaration.needsSecret)
            #expect(declaration.problem(with: Secret(provider.secret)) == nil)
        }
    }

    @Test(arguments: Provider.all)
    func `the signer refuses a broken secret`(provider: Provider) throws {
        let signer = WebhookSigner(try provider.declaration())
        #expect(throws: WebhookSigner.Failure.secret(.empty)) {
            try signer.sign(body: [], secret: Secret(""), id: "1", now: Provider.now)
        }
    }

    @Test func `the signer names what is missing to sign`() throws {
        let standard = WebhookSigner(.standardWebhooks)
        #expect(throws: WebhookSigner.Failure.missingID) {
            try standard.sign(body: [], secret: Secret(Provider.svix.secret), now: Provider.now)
        }
        let custom = WebhookSigner(try Provider.custom.declaration())
        #expect(throws: WebhookSigner.Failure.missingHeader("X-Topic")) {
            try custom.sign(body: [], secret: Secret(Provider.custom.secret), id: "1", now: Provider.now)
        }
        #expect(throws: WebhookSigner.Failure.timeOutOfRange) {
            try WebhookSigner(.stripe).sign(body: [], secret: Secret("k"), now: Timestamp(unixSeconds: -1))
        }
    }

    @Test func `no secret shows in anything that can be printed`() throws {
        let canary = "CANARY7f3a9c"
        let secret = Secret(canary)
        let signing = try RequestSigning(timestampHeader: "T", signatureHeader: "S", secret: secret)
        let verifier = SignatureVerifier(.stripe)
        let verdict = verifier.verify(
            headers: ["Stripe-Signature": "t=1700000000,v1=\(VectorTests.signatureA)"],
            body: Array(canary.utf8),
            secrets: [secret],
            now: Provider.now
        )
        var printed = ""
        for value in [signing, verifier, verdict, WebhookSigner(.stripe), secret] as [Any] {
            printed += String(describing: value) + String(reflecting: value) + "\(value)"
            dump(value, to: &printed)
        }
        for form in KeyForm.allCases {
            if let problem = form.problem(with: secret) { printed += "\(problem) \(problem.remedy)" }
        }
        do {
            _ = try WebhookSigner(.standardWebhooks).sign(body: [], secret: secret, id: "1", now: Provider.now)
        } catch { dump(error, to: &printed) }
        #expect(printed.contains("stripe-signature") || printed.contains("Stripe-Signature"))
        #expect(!printed.contains(canary))
        #expect(!printed.contains("67, 65, 78, 65, 82, 89"))
    }

    @Test func `every refusal and every problem has a remedy of its own`() {
        #expect(Set(Refusal.allCases.map(\.remedy)).count == Refusal.allCases.count)
        #expect(Set(SecretProblem.allCases.map(\.remedy)).count == SecretProblem.allCases.count)
        #expect(Refusal.allCases.allSatisfy { $0.remedy.hasSuffix(".") && $0.description == $0.rawValue })
        #expect(Refusal.allCases.filter(\.isConfigurationFault).count == 5)
    }
}
