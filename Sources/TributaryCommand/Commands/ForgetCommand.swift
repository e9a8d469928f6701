// SPDX-License-Identifier: Apache-2.0

import Glibc
import Tributary
import TributaryModel

extension Subcommand {
    /// `tributary forget`.
    static let forget = Subcommand(
        name: "forget",
        summary: "erase a person, here and at the platforms that can; amounts and transactions stay in the books",
        operands: "",
        operandsMax: 0,
        options: [
            Option(name: "customer", value: "REF", summary: "the provider's id of the customer; repeatable"),
            Option(name: "user", value: "ID", summary: "your own id of the user; repeatable"),
            Option(name: "email", value: "ADDRESS", summary: "an e-mail address; repeatable"),
            Option(name: "click", value: "ID", summary: "a click's id; repeatable"),
            Option(name: "provider", value: "NAME", summary: "look for these ids at one provider instance only"),
            Option(name: "dry-run", value: nil, summary: "say how much it would be, and erase nothing"),
            Option(name: "despite-failures", value: nil, summary: "erase here although a platform does not answer"),
            Option(name: "config", value: "FILE", summary: "the configuration, tributary.json unless stated"),
            Option(name: "json", value: nil, summary: "one JSON object a line for each platform"),
        ],
        examples: [
            ("tributary forget --email ada@example.com --dry-run", "how many events and webhooks name the person"),
            (
                "tributary forget --customer cus_9 --user user_9",
                "also beside a running daemon; repeating it is harmless"
            ),
        ],
        run: { arguments in
            let forgetting = CareRequest.Forgetting(
                customers: arguments.all("customer"),
                users: arguments.all("user"),
                emails: arguments.all("email"),
                clicks: arguments.all("click"),
                source: arguments["provider"],
                isDryRun: arguments.has("dry-run"),
                ignoresFailures: arguments.has("despite-failures")
            )
            guard !forgetting.isEmpty else {
                throw UsageError("whom? --customer REF, --user ID, --email ADDRESS or --click ID")
            }
            let ids = forgetting.customers + forgetting.users + forgetting.emails + forgetting.clicks
            guard ids.allSatisfy({ !$0.isEmpty }) else { throw UsageError("an id must not be empty") }
            guard forgetting.emails.allSatisfy({ $0.contains("@") }) else {
                throw UsageError("--email wants an address with an @")
            }
            let client = CareClient(configuration: try ConfigurationFile.read(arguments["config"] ?? "tributary.json"))
            let output = CareOutput(isJSON: arguments.has("json"), columns: .forget)
            let isFine = try await client.perform(.forget(forgetting), output.show)
            output.finish()
            return isFine ? .fine : .wrong
        }
    )
}
