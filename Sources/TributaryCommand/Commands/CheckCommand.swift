// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary check`.
    static let check = Subcommand(
        name: "check",
        summary: "check configurations and mappings, and say everything that is wrong at once",
        operands: "[FILE|FOLDER|PROVIDER…]",
        operandsMax: 256,
        options: [
            Option(name: "json", value: nil, summary: "print the findings as a JSON array"),
            Option(name: "resolved", value: nil, summary: "print mappings with their groups of \"defs\" put in place"),
        ],
        examples: [
            ("tributary check", "the configuration ./tributary.json, with its secrets and mappings"),
            ("tributary check stripe", "a mapping that ships"),
            ("tributary check mappings/acme/acme.json tributary.json", "a mapping of your own, and who uses it"),
            ("tributary check --json tributary.json", "for an editor or a build"),
        ],
        run: { arguments in
            guard !arguments.has("resolved") else { return try printResolved(arguments.operands) }
            let names = arguments.operands.isEmpty ? ["tributary.json"] : arguments.operands
            var report = CheckReport()
            for name in names {
                do throws(UsageError) {
                    try report.check(name)
                } catch {
                    // The other files are checked all the same.
                    report.isUsable = false
                    Terminal.complain("tributary check: \(error.message)")
                }
            }
            Terminal.write(arguments.has("json") ? report.json.indentedText + "\n" : report.text)
            return report.isUsable ? (report.hasErrors ? .wrong : .fine) : .usage
        }
    )

    /// Prints mappings without groups; one that does not compile is told as always.
    private static func printResolved(_ names: [String]) throws -> ExitCode {
        guard !names.isEmpty else { throw UsageError("which mapping? For example: tributary check --resolved stripe") }
        for name in names {
            let source = try MappingSource(name)
            let file = try MappingFile(parsing: source.bytes, file: source.label)
            Terminal.write(JSONLayout.text(file.resolved, indent: 0, column: 0) + "\n")
        }
        return .fine
    }
}
