// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryMapping

extension DoctorCheck {
    /// Webhooks of the journal that came to nothing without anybody having decided so.
    static let outcomes = DoctorCheck(name: "outcome") { facts in
        facts.tallies.map { tally in
            let instance = facts.instance(tally.source)
            let isPast =
                switch tally.outcome.kind {
                case .unmapped: instance?.types.contains(tally.type) ?? false
                case .incomplete, .invalid: instance.map { $0.contentHash != tally.mapping.contentHash } ?? false
                case .emitted, .ignored, .filtered: true
                }
            var finding = Finding(
                severity: isPast ? .note : .attention,
                check: "outcome",
                place: tally.source,
                text: text(of: tally, isPast: isPast),
                remedy: isPast ? past(tally) : remedy(for: tally, in: instance?.file ?? tally.mapping.name),
                count: tally.count,
                first: tally.first,
                last: tally.last
            )
            finding.samples = samples(of: tally, facts)
            return finding
        }
    }

    private static func text(of tally: OutcomeTally, isPast: Bool) -> String {
        let type = SeenText.shown(tally.type)
        let rule = tally.outcome.rule.map { " in the rule \($0)" } ?? ""
        let why = tally.outcome.why ?? ""
        switch tally.outcome.kind {
        case .unmapped: return "webhooks of the type \(type) have neither rule nor ignore entry"
        case .incomplete: return "webhooks of the type \(type) lack \(why)\(rule)"
        case .invalid: return "webhooks of the type \(type) cannot be read\(rule): \(why)"
        case .emitted, .ignored, .filtered: return "webhooks of the type \(type): \(tally.outcome.kind.rawValue)"
        }
    }

    private static func remedy(for tally: OutcomeTally, in file: String) -> String {
        let type = SeenText.shown(tally.type)
        let rule = tally.outcome.rule.map { "the rule \($0)" } ?? "\"event\""
        switch tally.outcome.kind {
        case .unmapped:
            return "in \(file) add a rule with \"on\": [\"\(type)\"], or to \"ignore\": "
                + "{ \"on\": [\"\(type)\"], \"why\": \"…\" }"
        case .incomplete:
            return
                "in \(file) give \(tally.outcome.why ?? "the field") of \(rule) another source with \"first\", or keep "
                + "such webhooks out with \"where\"; `tributary map \(tally.mapping.name) --explain` shows what was read"
        case .invalid:
            return
                "in \(file) read the field of \(rule) otherwise; `tributary map \(tally.mapping.name) --explain` shows "
                + "what was read"
        case .emitted, .ignored, .filtered: return "nothing"
        }
    }

    private static func past(_ tally: OutcomeTally) -> String {
        "nothing for those to come: the mapping has changed since; these are kept as they were decided"
    }

    private static func samples(of tally: OutcomeTally, _ facts: DoctorFacts) -> [String] {
        guard tally.outcome.kind == .unmapped else { return [] }
        let key = Observation.Key(.type, source: tally.source, text: SeenText.shown(tally.type))
        return facts.observations.filter { $0.key == key && !$0.sample.isEmpty }.map(\.sample)
    }
}
