// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension Subcommand {
    /// `tributary doctor`.
    static let doctor = Subcommand(
        name: "doctor",
        summary:
            "list what needs a person: configuration, keys, clock, silence, lost renewals, odd amounts, changed webhooks",
        operands: "",
        operandsMax: 0,
        options: [
            Option(name: "config", value: "FILE", summary: "the configuration, tributary.json unless stated"),
            Option(name: "offline", value: nil, summary: "do not ask the platforms whether the keys are good"),
            Option(name: "json", value: nil, summary: "print an array of findings, with all samples"),
        ],
        examples: [
            ("tributary doctor", "each finding with its remedy; exit code 1 where somebody has to do something"),
            (
                "tributary doctor --config /etc/tributary.json --json",
                "for a monitor; it only reads, also beside the daemon"
            ),
        ],
        run: { arguments in
            let path = arguments["config"] ?? "tributary.json"
            let configuration = try ConfigurationFile.read(
                path,
                despite: [.missingSecret, .unusableSecret, .faultyMapping]
            )
            var facts = try await DoctorFacts.read(configuration)
            facts.configurationRemarks =
                try ConfigurationFile.remarks(path) + SecretFiles.remarks(path) + SharedKeys.remarks(path)
            if !arguments.has("offline") { facts.probes = try await DoctorFacts.probes(configuration) }
            let findings = DoctorCheck.examine(facts)
            if arguments.has("json") {
                Terminal.write(JSONValue.array(findings.map(\.json)).indentedText + "\n")
            } else {
                Terminal.write(DoctorTable.text(findings))
            }
            return findings.contains { $0.severity > .note } ? .wrong : .fine
        }
    )
}

/// Findings as people read them.
enum DoctorTable {
    /// The most samples that are shown below a finding.
    private static let samplesMax = 5

    static func text(_ findings: [Finding]) -> String {
        guard !findings.isEmpty else {
            return "all is well: \(DoctorCheck.all.count) checks found nothing that a person has to do\n"
        }
        let rows = findings.enumerated().map { index, finding in
            [
                String(index + 1), finding.severity.rawValue, finding.check, finding.place,
                finding.count.map { String($0) } ?? "", finding.first.map(Self.day) ?? "",
                finding.last.map(Self.day) ?? "", finding.text,
            ]
        }
        var text = Table(
            rows: rows,
            heading: ["#", "LEVEL", "CHECK", "WHERE", "COUNT", "FIRST SEEN", "LAST SEEN", "WHAT"],
            numeric: [0, 4],
            paint: { column, cell in column == 1 ? painted(cell) : cell }
        ).text
        text += "\nRemedies\n"
        for (index, finding) in findings.enumerated() {
            text += "  \(index + 1)  \(finding.remedy)\n"
            for sample in finding.samples.prefix(samplesMax) { text += "       \(sample)\n" }
            let more = finding.samples.count - samplesMax
            if more > 0 { text += "       and \(more) more, see --json\n" }
        }
        let urgent = findings.count { $0.severity > .note }
        return text + "\n\(findings.count) found, \(urgent) of them for a person to do\n"
    }

    /// Date and time to the minute, in UTC.
    private static func day(_ time: Timestamp) -> String {
        String(time.description.prefix(16)).replacing("T", with: " ")
    }

    private static func painted(_ cell: String) -> String {
        switch cell {
        case Finding.Severity.error.rawValue: Terminal.painted(cell, .red)
        case Finding.Severity.attention.rawValue: Terminal.painted(cell, .yellow)
        default: cell
        }
    }
}
