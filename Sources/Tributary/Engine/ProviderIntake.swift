// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryLedger
import TributaryMapping
import TributaryModel
import TributarySigning

/// The pure part of one provider instance: what proves its webhooks, and to read and map them, without store, network or clock.
///
/// A class, so that finding the one of a webhook copies one reference and not all that is in it.
final class ProviderIntake: Sendable {
    /// What came of a genuine webhook before it is stored.
    enum Admission: Sendable {
        /// It is readable: one submission for each event of the body.
        case admitted([Submission])
        /// It is not readable.
        case unreadable(String)
    }

    let name: String
    let plan: MappingPlan
    let stamp: MappingStamp
    let proof: Proof
    let secrets: [Secret]
    let path: Secret?
    let live: Bool
    /// What the operator demands of an event before it is delivered.
    let bounds: EventBounds
    let attributionKeys: AttributionKeys
    let drift: DriftTap?

    /// Prepares an instance.
    ///
    /// - Throws: ``ConfigurationProblems``: no such mapping or profile, a faulty mapping, a missing or unusable secret.
    init(
        _ instance: ProviderInstance,
        attributionKeys: AttributionKeys,
        plugins: Plugins,
        drift sensor: DriftSensor? = nil
    ) throws(ConfigurationProblems) {
        let place = "/providers/" + instance.name
        guard let found = plugins.mapping(instance.mapping) else {
            throw .init([Self.unknownMapping(instance, plugins, at: place)])
        }
        let declaration: VerifyDeclaration
        do throws(MappingDiagnostics) {
            let file = try MappingFile(parsing: found.bytes, file: found.file)
            plan = try file.plan(profile: instance.profile)
                .with(exponents: instance.exponents, currency: instance.currency)
            stamp = MappingStamp(file)
            let plan = plan
            drift = sensor.map { sensor in
                DriftTap(sensor, source: instance.name, file, plan) { plugins.fixture(instance.mapping, $0) }
            }
            declaration = file.verify
        } catch {
            throw .init([Self.faultyMapping(error, at: place)])
        }
        name = instance.name
        secrets = instance.secrets
        self.attributionKeys = attributionKeys
        path = instance.path
        live = instance.live
        bounds = EventBounds(maxAge: instance.maxAge, expected: instance.expected)
        proof = try Proof(declaration, of: instance, plugins)
    }

    private static func unknownMapping(
        _ instance: ProviderInstance,
        _ plugins: Plugins,
        at place: String
    ) -> ConfigurationProblems.Problem {
        let isSink = plugins.sinks.contains { $0.name == instance.mapping }
        return .init(
            place + "/mapping",
            "there is no mapping \"\(instance.mapping)\"",
            code: .unknownMapping,
            hint: isSink
                ? "that is a sink, and belongs under \"sinks\""
                : ConfigurationReader.question(instance.mapping, in: ShippedMappings.names)
        )
    }

    private static func faultyMapping(
        _ diagnostics: MappingDiagnostics,
        at place: String
    ) -> ConfigurationProblems.Problem {
        let errors = diagnostics.items.filter { $0.severity == .error }
        guard let first = errors.first, first.code != .unknownProfile else {
            let message = errors.first?.message ?? "the mapping cannot be used"
            return .init(place + "/profile", message, hint: errors.first?.hint)
        }
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        let message = "the mapping cannot be used: \(first.headline)\(more)"
        return .init(place, message, code: .faultyMapping, hint: first.hint)
    }

    /// Whether a webhook came to this instance's whole address.
    func isAddressed(by webhook: Webhook) -> Bool { SecretPath.fits(webhook.path, path) }

    /// Reads and maps a webhook that is genuine.
    func admit(_ webhook: Webhook, at now: Timestamp, isReplay: Bool = false) -> Admission {
        let document: JSONDocument
        do throws(BodyError) {
            document = try plan.document(from: webhook.body, headers: webhook.headers)
        } catch {
            return .unreadable("\(error)")
        }
        // Of what came, not of what a form was rewritten to: elsewhere, too, the digest is that of the raw body.
        let results = plan.map(document, headers: webhook.headers, source: name, received: now) {
            HashAlgorithm.sha256.digest(of: webhook.body).hexText
        }
        if !isReplay { drift?.note(results, of: webhook, at: now) }
        let headers = webhook.headers.kept
        var submissions: [Submission] = []
        submissions.reserveCapacity(results.count)
        for result in results {
            let (outcome, events) = judged(result, at: now)
            submissions.append(
                Submission(
                    source: name,
                    webhookKey: result.facts.id,
                    type: result.facts.type ?? "",
                    live: result.facts.live ?? live,
                    receivedAt: now,
                    headers: headers,
                    // The body of a batch is kept once, with its first entry.
                    body: submissions.isEmpty ? webhook.body : [],
                    mapping: stamp,
                    outcome: outcome,
                    events: events
                )
            )
        }
        return .admitted(submissions)
    }

    /// The outcome and the events as they are journaled; an event that could never be read again is none.
    private func judged(_ result: MappingResult, at now: Timestamp) -> (JournalOutcome, [Event]) {
        guard case .emitted(var events) = result.outcome else {
            return (JournalOutcome(result.outcome, rule: result.rule), [])
        }
        for event in events {
            guard let (field, reason) = event.unsound else { continue }
            return (JournalOutcome(.invalid, rule: result.rule, why: "\(field) \(reason)"), [])
        }
        if let why = events.lazy.compactMap({ self.bounds.objection(to: $0, at: now) }).first {
            return (JournalOutcome(.filtered, rule: result.rule, why: why), [])
        }
        for index in events.indices {
            if events[index].live == nil { events[index].live = live }
            attributionKeys.apply(to: &events[index])
        }
        return (JournalOutcome(.emitted, rule: result.rule), events)
    }
}

extension JournalOutcome {
    /// The journal's form of a mapping's outcome; no value of the payload enters it.
    init(_ outcome: MappingOutcome, rule: String?) {
        switch outcome {
        case .emitted: self.init(.emitted, rule: rule)
        case .ignored(let why): self.init(.ignored, why: why)
        case .filtered(let rule, let clause): self.init(.filtered, rule: rule, why: clause)
        case .unmapped(let type): self.init(.unmapped, why: type)
        case .incomplete(let field): self.init(.incomplete, rule: rule, why: field)
        case .invalid(let field, let path, let reason):
            self.init(
                .invalid,
                rule: rule,
                why: path.isEmpty ? "\(field): \(reason)" : "\(field) at \(path): \(reason)"
            )
        case .budgetExceeded: self.init(.invalid, rule: rule, why: "too large to be mapped within the budget")
        }
    }
}
