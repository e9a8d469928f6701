// SPDX-License-Identifier: Apache-2.0

import Tributary

extension DoctorCheck {
    /// Whether the mappings on disk are those that serve.
    static let reloads = DoctorCheck(name: "reload") { facts in
        facts.mappings.flatMap { name in
            let refused = observation(.reloadRefused, name, facts)
            let taken = observation(.reloadTaken, name, facts)
            var findings: [Finding] = []
            if let refused, taken.map({ $0.last < refused.last }) ?? true {
                findings.append(
                    Finding(
                        severity: .error,
                        check: "reload",
                        place: name,
                        text: "the changed mapping was refused and the one before serves: \(refused.sample)",
                        remedy: "mend the file; a running daemon takes it as soon as it is good",
                        count: refused.count,
                        first: refused.first,
                        last: refused.last
                    )
                )
            } else if let reason = facts.faults[name]?.first {
                let more = (facts.faults[name]?.count ?? 1) - 1
                findings.append(
                    Finding(
                        severity: .error,
                        check: "reload",
                        place: name,
                        text: "the mapping cannot be used: \(reason.headline)"
                            + (more > 0 ? " (and \(more) more)" : ""),
                        remedy: reason.remedy
                    )
                )
            }
            return findings
        }
    }

    private static func observation(_ kind: Observation.Kind, _ source: String, _ facts: DoctorFacts) -> Observation? {
        facts.observations.first { $0.key.kind == kind && $0.key.source == source }
    }
}
