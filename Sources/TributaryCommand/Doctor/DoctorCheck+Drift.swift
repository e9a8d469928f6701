// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryMapping

extension DoctorCheck {
    /// What providers send that the mapping does not know; unmapped types are counted by ``outcomes``.
    static let drift = DoctorCheck(name: "drift") { facts in
        var findings: [Finding] = []
        for observation in facts.observations {
            switch observation.key.kind {
            case .value: findings += value(observation, facts.instance(observation.key.source))
            case .version: findings += version(observation, facts.instance(observation.key.source))
            case .field, .type, .reloadTaken, .reloadRefused, .forgotten: continue
            }
        }
        return findings + fields(facts)
    }

    private static func value(_ observation: Observation, _ instance: DoctorFacts.Instance?) -> [Finding] {
        let key = observation.key
        let file = instance?.file ?? "the mapping"
        let isPast = instance.map { $0.contentHash != observation.mapping } ?? false
        let isLost = observation.sample == ValueFate.cameToNothing
        guard key.text != Observation.Key.othersText else {
            let text = "more different values than are kept one by one have no entry in a table"
            return [
                found(
                    observation,
                    .note,
                    text,
                    remedy: "this is no enumeration: take \"map\" out, or live with \"else\""
                )
            ]
        }
        let parts = key.place.split(separator: " ", maxSplits: 1)
        let (rule, target) = (parts.first.map(String.init) ?? "", parts.last.map(String.init) ?? "")
        let text = "\(target) of the rule \(rule): \"\(key.text)\" is not in the table and \(observation.sample)"
        let remedy =
            isPast
            ? "seen with an older mapping only; nothing, unless it comes again"
            : isLost
                ? "in \(file) add \"\(key.text)\" to the table's \"to\", or an \"else\""
                : "in \(file) add \"\(key.text)\" to the table's \"to\" where it means something of its own"
        return [found(observation, isLost && !isPast ? .attention : .note, text, remedy: remedy)]
    }

    private static func version(_ observation: Observation, _ instance: DoctorFacts.Instance?) -> [Finding] {
        let version = observation.key.text
        guard instance?.api.contains(version) != true else { return [] }
        let text =
            version == Observation.Key.othersText
            ? "more API versions than are kept one by one are not in \"api\""
            : "webhooks of the API version \(version), which is not in \"api\""
        let remedy =
            "read the provider's list of changes up to it, run a webhook of it through `tributary map`, and add it to "
            + "\"api\" in \(instance?.file ?? "the mapping")"
        return [found(observation, .attention, text, remedy: remedy)]
    }

    /// One finding for each instance and type: fields come by the dozen.
    private static func fields(_ facts: DoctorFacts) -> [Finding] {
        let fields = facts.observations.filter { $0.key.kind == .field }
        let groups = Dictionary(grouping: fields) { [$0.key.source, $0.key.type] }
        return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, fields in
            let known = fields.filter { $0.key.text != Observation.Key.othersText }
            let isCut = known.count < fields.count
            let text =
                key[1].isEmpty
                ? "more fields than are kept one by one were never seen before"
                : "\(known.count) fields of the type \(key[1]) that no fixture has" + (isCut ? ", and more" : "")
            var finding = Finding(
                severity: .note,
                check: "drift",
                place: key[0],
                text: text,
                remedy: "look whether one of them means money or a person; a fixture that has them makes them known",
                count: fields.reduce(0) { $0.addingReportingOverflow($1.count).partialValue },
                first: fields.map(\.first).min(),
                last: fields.map(\.last).max()
            )
            finding.samples = known.map { "\($0.key.place): \($0.sample)" }.sorted()
            return finding
        }
    }

    private static func found(
        _ observation: Observation,
        _ severity: Finding.Severity,
        _ text: String,
        remedy: String
    ) -> Finding {
        Finding(
            severity: severity,
            check: "drift",
            place: observation.key.source,
            text: text,
            remedy: remedy,
            count: observation.count,
            first: observation.first,
            last: observation.last,
            samples: []
        )
    }
}
