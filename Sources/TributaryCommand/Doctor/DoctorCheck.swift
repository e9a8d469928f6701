// SPDX-License-Identifier: Apache-2.0

/// One check of `tributary doctor`: facts in, findings out.
///
/// Independent of all others; a new one is a value of this type, one line in ``all``, and what it needs in
/// ``DoctorFacts``.
struct DoctorCheck: Sendable {
    /// The word in the column and in `--json`.
    var name: String
    /// Looks at the facts; without clock, disk or network.
    var findings: @Sendable (DoctorFacts) -> [Finding]

    /// All checks, in the order in which their findings are shown.
    static let all: [DoctorCheck] = [
        configuration, store, platforms, webhooks, reloads, deliveries, renewals, identifiers, amounts, outcomes, drift,
    ]

    /// Everything that all checks find, the worst first.
    static func examine(_ facts: DoctorFacts) -> [Finding] {
        let findings = all.flatMap { $0.findings(facts) }
        return Finding.Severity.allCases.reversed().flatMap { severity in findings.filter { $0.severity == severity } }
    }

    /// Whether there is anything to look at.
    static let store = DoctorCheck(name: "store") { facts in
        guard let path = facts.missingStore else { return [] }
        return [
            Finding(
                severity: .note,
                check: "store",
                place: path,
                text: "there is no store yet, so nothing is known of webhooks",
                remedy: "`tributary serve` makes it, in the folder where it is started"
            )
        ]
    }
}
