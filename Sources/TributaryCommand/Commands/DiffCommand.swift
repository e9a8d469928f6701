// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryMapping
import TributaryModel
import TributarySQLite
import TributaryWorkshop

extension Subcommand {
    /// `tributary diff`.
    static let diff = Subcommand(
        name: "diff",
        summary: "show what a changed mapping would make different of recorded webhooks",
        operands: "OLD NEW (--corpus DIR | --store FILE)",
        operandsMax: 2,
        options: [
            Option(
                name: "corpus",
                value: "DIR",
                summary: "bodies: .json, .form, or .jsonl with {headers, body} a line"
            ),
            Option(name: "store", value: "FILE", summary: "the bodies that a store still keeps; only read"),
            Option(name: "profile", value: "NAME", summary: "one of the mappings' profiles, for both"),
            Option(name: "json", value: nil, summary: "print everything that was counted as JSON"),
        ],
        examples: [
            ("tributary diff stripe mappings/stripe --corpus recorded/", "the mapping that ships against your own"),
            ("tributary diff stripe stripe.json --store tributary.db", "against what the daemon received lately"),
            ("tributary diff old.json new.json --corpus recorded/ --json", "for scripts: exit 0 says no difference"),
        ],
        run: { arguments in
            do {
                let difference = try await compare(arguments)
                let text = arguments.has("json") ? difference.json.indentedText + "\n" : DiffReport(difference).text
                Terminal.write(text)
                return difference.isEmpty ? .fine : .wrong
            } catch let error as MappingDiagnostics {
                // 1 means that there are differences, so everything that kept us from looking is 2.
                Terminal.complain(error.text(colour: Terminal.hasErrorColours))
            } catch let error as CommandFailure {
                Terminal.complain("tributary diff: \(error)")
            }
            return .usage
        }
    )

    private static func compare(_ arguments: Arguments) async throws -> MappingDifference {
        guard arguments.operands.count == 2 else {
            throw UsageError("which two mappings? For example: tributary diff stripe mappings/stripe --corpus DIR")
        }
        let profile = arguments["profile"]
        let old = try MappingSource(arguments.operands[0]).mapping(profile: profile)
        let new = try MappingSource(arguments.operands[1]).mapping(profile: profile)
        guard old.name == new.name else {
            throw UsageError("the first mapping is of \"\(old.name)\" and the second of \"\(new.name)\"")
        }
        var difference = MappingDifference(from: old.plan, to: new.plan)
        switch (arguments["corpus"], arguments["store"]) {
        case (let folder?, nil):
            try Corpus(folder).visit { difference.add($0.body, headers: $0.headers, label: $0.label) }
        case (nil, let path?): try await read(path, old.name, into: &difference)
        case (nil, nil): throw UsageError("where are the recorded webhooks? Say --corpus DIR or --store FILE")
        case (_?, _?): throw UsageError("--corpus or --store, not both")
        }
        return difference
    }

    private static func read(
        _ path: String,
        _ mapping: String,
        into difference: inout MappingDifference
    ) async throws {
        guard FileManager.default.fileExists(atPath: path) else { throw UsageError("there is no store at \(path)") }
        let reader = SQLiteReader(path: path)
        do throws(StoreError) {
            let count = try await reader.journalCount(of: mapping)
            if count.bodies < count.webhooks {
                Terminal.complain(
                    "of \(count.webhooks) webhooks in the store, \(count.bodies) still have their body"
                )
            }
            var progress = Progress(whole: count.bodies)
            defer { progress.finish() }
            var last: Int64 = 0
            while true {
                let page = try await reader.journal(of: mapping, after: last, limit: 32)
                guard let end = page.last else { return }
                for webhook in page {
                    difference.add(
                        webhook.body,
                        headers: webhook.headers,
                        source: webhook.source,
                        received: webhook.received,
                        label: "webhook \(webhook.number)"
                    )
                }
                progress.advance(by: page.count)
                last = end.number
            }
        } catch {
            throw CommandFailure("\(path) cannot be read as a store: \(error.detail)")
        }
    }
}
