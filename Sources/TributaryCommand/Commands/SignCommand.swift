// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary sign`.
    static let sign = Subcommand(
        name: "sign",
        summary: "print the headers that make a body a genuine webhook of a provider",
        operands: "PROVIDER < body",
        operandsMax: 1,
        options: signingOptions + [
            Option(name: "json", value: nil, summary: "print an object instead of header lines")
        ],
        examples: [
            (
                "tributary sign stripe --secret env:STRIPE_WEBHOOK_SECRET < event.json",
                "as `Name: value` lines, to be used with any HTTP client"
            ),
            (
                "tributary sign stripe --secret file:stripe.secret < event.json > headers && "
                    + "curl -H @headers --data-binary @event.json http://127.0.0.1:8787/webhooks/stripe",
                "as curl takes them"
            ),
        ],
        run: { arguments in
            guard let name = arguments.operands.first else {
                throw UsageError("which provider? There are: " + ShippedMappings.names.joined(separator: ", "))
            }
            let signing = try Signing(of: name, arguments)
            let headers = try signing.headers(for: try Input.standardInput())
            if arguments.has("json") {
                let members = headers.fields.map { JSONValue.Member($0.name, .string($0.value)) }
                Terminal.write(JSONValue.object(members).indentedText + "\n")
            } else {
                for field in headers.fields { Terminal.write("\(field.name): \(field.value)\n") }
            }
            return .fine
        }
    )

    /// The options of commands that sign.
    static let signingOptions = [
        Option(name: "secret", value: "env:NAME|file:PATH", summary: "the signing secret"),
        Option(name: "id", value: "ID", summary: "the webhook's id, for schemes that sign one; random unless stated"),
        Option(
            name: "set",
            value: "NAME=VALUE",
            summary: "a setting of the provider's verifier, as in the configuration; may be repeated"
        ),
        Option(name: "header", value: "'Name: value'", summary: "a header of the request; may be repeated"),
    ]
}
