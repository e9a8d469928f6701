// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel
import TributaryWorkshop

extension Subcommand {
    /// `tributary coverage`.
    static let coverage = Subcommand(
        name: "coverage",
        summary: "show what the fixtures of a mapping hold and nobody reads, and what no fixture reaches",
        operands: "[PROVIDER|FILE…]",
        operandsMax: 256,
        options: [
            Option(name: "profile", value: "NAME", summary: "only the rules of one profile, over all fixtures"),
            Option(name: "min-fields", value: "PERCENT", summary: "fields that are read or named in \"unread\""),
            Option(name: "min-targets", value: "PERCENT", summary: "targets that a fixture fills"),
            Option(name: "min-types", value: "PERCENT", summary: "types of rules that a fixture has"),
            Option(name: "verbose", value: nil, summary: "list every unread field, and every type without a fixture"),
            Option(name: "json", value: nil, summary: "print everything that was counted as JSON"),
        ],
        examples: [
            ("tributary coverage", "every mapping that ships; fails for money that nobody reads"),
            ("tributary coverage mappings/acme --verbose", "one of your own, field by field"),
            ("tributary coverage stripe --min-fields 80 --min-types 90", "in CI: fails below these, too"),
        ],
        run: { arguments in
            let thresholds = try arguments.thresholds()
            let names = arguments.operands.isEmpty ? ShippedMappings.names : arguments.operands
            let profile = arguments["profile"]
            var isFine = true
            var objects: [JSONValue] = []
            for (position, name) in names.enumerated() {
                let source = try MappingSource(name)
                let file = try MappingFile(parsing: source.bytes, file: source.label)
                // Names the profiles that there are, where this is none of them.
                if let profile { _ = try file.plan(profile: profile) }
                let coverage = MappingCoverage(file, profile: profile, fixtures: source.fixture)
                let shortfalls = thresholds.shortfalls(of: coverage)
                isFine = isFine && coverage.findings.isEmpty && shortfalls.isEmpty
                objects.append(coverage.json(thresholds))
                guard !arguments.has("json") else { continue }
                let report = CoverageReport(
                    coverage: coverage,
                    thresholds: thresholds,
                    isVerbose: arguments.has("verbose")
                )
                Terminal.write((position > 0 ? "\n" : "") + report.text)
            }
            if arguments.has("json") { Terminal.write(JSONValue.array(objects).indentedText + "\n") }
            return isFine ? .fine : .wrong
        }
    )
}

extension Arguments {
    /// The values of `--min-…`.
    fileprivate func thresholds() throws(UsageError) -> CoverageThresholds {
        var thresholds = CoverageThresholds()
        for part in CoverageThresholds.Part.allCases {
            guard let text = self["min-\(part.rawValue)"] else { continue }
            guard let percent = Int(text), (0...100).contains(percent) else {
                throw UsageError("--min-\(part.rawValue) wants a whole number from 0 to 100, not '\(text)'")
            }
            thresholds.minimums[part] = percent
        }
        return thresholds
    }
}
