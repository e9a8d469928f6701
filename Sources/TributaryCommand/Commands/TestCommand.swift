// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary test`.
    static let test = Subcommand(
        name: "test",
        summary: "run the tests that stand in mapping files",
        operands: "[PROVIDER|FILE…]",
        operandsMax: 256,
        options: [
            Option(name: "json", value: nil, summary: "print the results as JSON"),
            Option(name: "verbose", value: nil, summary: "list the tests that pass, too"),
        ],
        examples: [
            ("tributary test", "every mapping that ships"),
            ("tributary test stripe --verbose", "one of them, test by test"),
            ("tributary test mappings/acme", "a mapping of your own, with the fixtures beside it"),
        ],
        run: { arguments in
            let names = arguments.operands.isEmpty ? ShippedMappings.names : arguments.operands
            var rows: [JSONValue] = []
            var failed = 0
            for name in names {
                let source = try MappingSource(name)
                let reports = try MappingFile(parsing: source.bytes, file: source.label).runTests(
                    fixtures: source.fixture
                )
                for report in reports {
                    rows.append([
                        "mapping": .string(name), "test": .string(report.name), "passed": .bool(report.failure == nil),
                        "failure": report.failure.map(JSONValue.string) ?? .null,
                    ])
                    guard !arguments.has("json") else { continue }
                    if let failure = report.failure {
                        let lines = failure.split(separator: "\n", omittingEmptySubsequences: false)
                        Terminal.write(Terminal.painted("✘", .red) + " \(name): \(report.name)\n")
                        Terminal.write(lines.map { "    \($0)\n" }.joined())
                    } else if arguments.has("verbose") {
                        Terminal.write(Terminal.painted("✔", .green) + " \(name): \(report.name)\n")
                    }
                }
                failed += reports.count { $0.failure != nil }
                if !arguments.has("json") {
                    let passed = reports.count { $0.failure == nil }
                    Terminal.write("\(name): \(passed) of \(reports.count) tests passed\n")
                }
            }
            if arguments.has("json") { Terminal.write(JSONValue.array(rows).indentedText + "\n") }
            return failed == 0 ? .fine : .wrong
        }
    )
}
