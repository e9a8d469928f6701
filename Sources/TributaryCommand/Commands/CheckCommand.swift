// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Subcommand {
    /// `tributary check`.
    static let check = Subcommand(
        name: "check",
        summary: "check configurations and mappings, and say everything that is wrong at once",
        operands: "[FILE|FOLDER|PROVIDER…]",
        operandsMax: 256,
        options: [Option(name: "json", value: nil, summary: "print the findings as a JSON array")],
        examples: [
            ("tributary check", "the configuration ./tributary.json, with its secrets and mappings"),
            ("tributary check stripe", "a mapping that ships"),
            ("tributary check mappings/acme/acme.json tributary.json", "a mapping of your own, and who uses it"),
            ("tributary check --json tributary.json", "for an editor or a build"),
        ],
        run: { arguments in
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
}
