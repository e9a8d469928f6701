// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel
import TributarySigning

/// Judges by the signature over the event, found in the raw bytes and never written anew.
///
/// Segment signs the JSON text of one event. Where it sends an array, it signs the first element alone: whoever holds one
/// signed event could append forged ones, so longer arrays are refused unless the operator opts in and has a secret path.
///
/// Source: `reference/providers-2.md` section 5.2.
struct SegmentVerifier: Verifier {
    let batches: Bool
    private let signature: SignatureVerifier
    private let bearer: (verifier: SignatureVerifier, secret: Secret)?

    init(batches: Bool, bearer: Secret?) throws(VerifyDeclarationError) {
        self.batches = batches
        signature = SignatureVerifier(
            try VerifyDeclaration(json: [
                "scheme": "hmac", "algorithm": "sha1", "header": "X-Signature", "message": ["body"],
                "encoding": "hex-any-case", "key": "text",
            ])
        )
        let token = try TokenDeclaration(header: "Authorization", prefix: "Bearer ")
        self.bearer = bearer.map { (SignatureVerifier(.token(token)), $0) }
    }

    var bindsBody: Bool { !batches }

    var needsSecret: Bool { true }

    func step(for webhook: Webhook, secrets: [Secret], at now: Timestamp, after exchanges: [Exchange]) -> VerifierStep {
        let event: Range<Int>
        switch SignedEvent(in: webhook.body.span) {
        case .whole: event = webhook.body.indices
        case .first(let range, let isAlone):
            guard isAlone || batches else { return .refused(Self.unsignedEvents) }
            event = range
        case .unreadable: return .refused(Self.unreadable)
        }
        let verdict = signature.verify(
            headers: webhook.headers,
            body: webhook.body.span.extracting(event),
            secrets: secrets,
            now: now
        )
        if case .refused(let refusal) = verdict { return .refused(refusal) }
        guard let bearer else { return .genuine }
        switch bearer.verifier.verify(headers: webhook.headers, body: [], secrets: [bearer.secret], now: now) {
        case .genuine: return .genuine
        case .refused(let refusal): return .refused(refusal)
        }
    }

    func sign(_ webhook: Webhook, secret: Secret, id: String, at now: Timestamp) throws(VerifierSigningFailure)
        -> HeaderFields
    {
        let event: Range<Int>
        switch SignedEvent(in: webhook.body.span) {
        case .whole: event = webhook.body.indices
        case .first(let range, _): event = range
        case .unreadable: throw VerifierSigningFailure("the body is a JSON array without a first event")
        }
        do throws(WebhookSigner.Failure) {
            let signer = WebhookSigner(signature.declaration)
            var fields = try signer.sign(body: Array(webhook.body[event]), secret: secret, now: now)
            if let bearer { fields.append("Authorization", "Bearer " + bearer.secret.revealedText) }
            return fields
        } catch {
            guard case .secret(let problem) = error else { throw VerifierSigningFailure("the event cannot be signed") }
            throw VerifierSigningFailure(problem.remedy)
        }
    }

    private static let unsignedEvents = VerifierStep.Refused(
        code: "unsignedEvents",
        remedy: "Segment signs only the first event of a batch: switch batching off in the destination's mapping, "
            + "or set \"batches\": true beside a secret \"path\"."
    )

    private static let unreadable = VerifierStep.Refused(
        code: "unreadableBatch",
        remedy: "The body is a JSON array without a first event; check that the sender is Segment."
    )
}
