// SPDX-License-Identifier: Apache-2.0

import Glibc
import Tributary
import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary retry`.
    static let retry = Subcommand(
        name: "retry",
        summary: "send deliveries again that ended without being stored, after what stood in their way was mended",
        operands: "",
        operandsMax: 0,
        options: [
            Option(name: "delivery", value: "N", summary: "the delivery of this number; repeatable"),
            Option(name: "sink", value: "NAME", summary: "all that ended so at one sink"),
            Option(name: "webhook", value: "N", summary: "all that ended so of one webhook, by its number"),
            Option(
                name: "end",
                value: "HOW",
                summary: "how they ended, permanent unless stated; also needsHuman, rejectedByPlatform, notAttributed; "
                    + "repeatable"
            ),
            Option(name: "dry-run", value: nil, summary: "show what would be sent again, and send nothing"),
            Option(name: "yes", value: nil, summary: "do not ask on a terminal before sending anything"),
            Option(name: "config", value: "FILE", summary: "the configuration, tributary.json unless stated"),
            Option(name: "json", value: nil, summary: "one JSON object a line for each delivery"),
        ],
        examples: [
            ("tributary retry --sink affonso --dry-run", "what was refused while a setting was wrong"),
            ("tributary retry --sink affonso --yes", "send it, also beside a running daemon; keys stay the same"),
            (
                "tributary retry --delivery 1073742849",
                "one delivery, whatever stood in its way; numbers: tributary deliveries"
            ),
            (
                "tributary retry --sink affitor --end needsHuman",
                "only where nobody has done by hand what the reason says"
            ),
        ],
        run: { arguments in
            var retrying = try CareRequest.Retrying(arguments)
            let client = CareClient(configuration: try ConfigurationFile.read(arguments["config"] ?? "tributary.json"))
            let isAsking = !arguments.has("dry-run") && !arguments.has("yes") && isatty(STDIN_FILENO) == 1
            if arguments.has("dry-run") || isAsking {
                retrying.isDryRun = true
                let preview = CareOutput(isJSON: arguments.has("json"), columns: .retry)
                let isFine = try await client.perform(.retry(retrying), preview.show)
                preview.finish()
                guard isAsking, preview.rowCount > 0 else { return isFine ? .fine : .wrong }
                Terminal.complain("Send them again? [y/N]")
                guard readLine()?.lowercased() == "y" else { return .fine }
            }
            retrying.isDryRun = false
            let output = CareOutput(isJSON: arguments.has("json"), columns: .retry, isQuiet: isAsking)
            let isFine = try await client.perform(.retry(retrying), output.show)
            output.finish()
            return isFine ? .fine : .wrong
        }
    )
}

extension CareRequest.Retrying {
    fileprivate init(_ arguments: Arguments) throws(UsageError) {
        self.init()
        for text in arguments.all("delivery") {
            guard let number = Int64(text), number > 0 else {
                throw UsageError("--delivery wants a number, as `tributary deliveries` shows it under ID")
            }
            deliveries.append(number)
        }
        sink = arguments["sink"]
        if let text = arguments["webhook"] {
            guard let number = Int64(text), number > 0 else {
                throw UsageError("--webhook wants a number, as `tributary deliveries` shows it")
            }
            webhook = number
        }
        let ends = try arguments.ends()
        if !ends.isEmpty { self.ends = ends }
        let stored = self.ends.filter(\.isStored).map(\.rawValue)
        guard stored.isEmpty else { throw UsageError("what ended as \(stored[0]) is stored at the platform") }
        guard !deliveries.isEmpty || sink != nil || webhook != nil || !ends.isEmpty else {
            throw UsageError("which deliveries? --sink NAME, --webhook N, --end HOW or --delivery N")
        }
        guard deliveries.isEmpty || sink == nil && webhook == nil && ends.isEmpty else {
            throw UsageError("--delivery names them one by one; the others choose: one or the other")
        }
    }
}

extension Arguments {
    /// The values of `--end`.
    func ends() throws(UsageError) -> Set<DeliveryEnd> {
        var ends: Set<DeliveryEnd> = []
        for text in all("end") {
            guard let end = DeliveryEnd(rawValue: text) else {
                let words = DeliveryEnd.allCases.map(\.rawValue)
                let question = Spelling.question(text, in: words).map { "; \($0)" } ?? ""
                throw UsageError("--end wants one of \(words.joined(separator: ", "))\(question)")
            }
            ends.insert(end)
        }
        return ends
    }
}
