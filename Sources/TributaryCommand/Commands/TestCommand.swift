// SPDX-License-Identifier: Apache-2.0

import Postback
import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary test`.
    static let test = Subcommand(
        name: "test",
        summary: "run the tests that stand in mapping files and in descriptions of platforms",
        operands: "[PROVIDER|FILE…]",
        operandsMax: 256,
        options: [
            Option(
                name: "update",
                value: nil,
                summary: "write what comes out into the failing tests of a file of yours, and show it"
            ),
            Option(name: "json", value: nil, summary: "print the results as JSON"),
            Option(name: "verbose", value: nil, summary: "list the tests that pass, too"),
        ],
        examples: [
            ("tributary test", "every mapping and description that ships"),
            ("tributary test stripe --verbose", "one of them, test by test"),
            ("tributary test mappings/acme", "a mapping of your own, with the fixtures beside it"),
            ("tributary test mappings/acme --update", "accept what comes out; read the differences that it prints"),
        ],
        run: { arguments in
            let names = arguments.operands.isEmpty ? ShippedMappings.names + PostbackPreset.names : arguments.operands
            var report = TestOutput(isVerbose: arguments.has("verbose"), isJSON: arguments.has("json"))
            for name in names {
                if let description = try PostbackSource(name) {
                    report.add(description, update: arguments.has("update"))
                    continue
                }
                let source = try MappingSource(name)
                do throws(MappingDiagnostics) {
                    let file = try MappingFile(parsing: source.bytes, file: source.label)
                    if arguments.has("update") {
                        let update = file.update(fixtures: source.fixture)
                        try report.update(update, name, path: source.path) { bytes throws(MappingDiagnostics) in
                            try MappingFile(parsing: bytes, file: source.label).runTests(fixtures: source.fixture)
                        }
                    } else {
                        report.add(file.runTests(fixtures: source.fixture), of: name)
                    }
                } catch {
                    // The other files are tested all the same.
                    report.add(error)
                }
            }
            report.finish()
            return report.hasFailed ? .wrong : .fine
        }
    )
}
