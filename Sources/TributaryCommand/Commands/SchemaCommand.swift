// SPDX-License-Identifier: Apache-2.0

import Postback
import Tributary
import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary schema`.
    static let schema = Subcommand(
        name: "schema",
        summary: "print the JSON Schema of configurations, mapping files or descriptions, for editors and validators",
        operands: "[configuration|mapping|postback]",
        operandsMax: 1,
        options: [],
        examples: [
            (
                "tributary schema > configuration.schema.json",
                "then begin with \"$schema\": \"configuration.schema.json\""
            ),
            ("tributary schema mapping > mapping.schema.json", "the same for mapping files"),
        ],
        run: { arguments in
            let name = arguments.operands.first ?? "configuration"
            switch name {
            case "configuration":
                let schema = Configuration.schema(sinks: BuiltIn.sinks, verifiers: BuiltIn.verifiers)
                Terminal.write(schema.indentedText + "\n")
            case "mapping": Terminal.write(ShippedMappings.schema)
            case "postback": Terminal.write(PostbackPreset.schema)
            default:
                let question =
                    Spelling.question(name, in: ["configuration", "mapping", "postback"]).map { "; \($0)" } ?? ""
                throw UsageError(
                    "there is no schema \"\(name)\"\(question); there are: configuration, mapping, postback"
                )
            }
            return .fine
        }
    )

    /// `tributary plugins`.
    static let plugins = Subcommand(
        name: "plugins",
        summary: "list the providers, verifiers and sinks that are compiled in",
        operands: "",
        operandsMax: 0,
        options: [],
        examples: [("tributary plugins", "names to use in a configuration")],
        run: { _ in
            let providers = ShippedMappings.names.map { ["provider", $0, "mapping, POST /webhooks/\($0)"] }
            let sinks = BuiltIn.sinks.map { ["sink", $0.name, $0.summary] }
            let verifiers = BuiltIn.verifiers.map { ["verifier", $0.name, $0.summary] }
            Terminal.write(Table(rows: providers + verifiers + sinks, heading: ["KIND", "NAME", "WHAT"]).text)
            return .fine
        }
    )
}
