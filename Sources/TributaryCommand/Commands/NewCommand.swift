// SPDX-License-Identifier: Apache-2.0

import Foundation
import TributaryMapping
import TributaryModel
import TributaryWorkshop

extension Subcommand {
    /// `tributary new`.
    static let new = Subcommand(
        name: "new",
        summary:
            "draft a mapping of a provider from bodies that it sent, or a platform's description from its postback",
        operands: "provider|sink NAME",
        operandsMax: 2,
        options: [
            Option(name: "from", value: "FILE", summary: "a sample: JSON, JSON lines or a form; may be repeated"),
            Option(name: "header", value: "'NAME: VALUE'", summary: "a header of such a request; may be repeated"),
            Option(name: "url", value: "URL", summary: "for a sink: the postback address that the platform hands out"),
            Option(
                name: "dir",
                value: "FOLDER",
                summary:
                    "where to make the folder NAME; ./mappings if it is there, else here; for a sink, where its file goes"
            ),
            Option(name: "json", value: nil, summary: "print the guesses as JSON"),
        ],
        examples: [
            (
                "tributary new provider acme --from sale.json --from refund.json",
                "a folder that compiles and passes its tests"
            ),
            (
                "tributary new provider acme --from sale.json --header 'X-Acme-Signature: 5f2b…'",
                "guess from a request's headers how it is proven, too"
            ),
            ("tributary new provider acme --from events.jsonl --dir mappings --json", "one body a line; for machines"),
            (
                "tributary new sink acme --url 'https://t.acme.example/pb?cid={click_id}&payout={payout}&txid={txid}'",
                "acme.postback.json, whose tests pass, and what to look at"
            ),
        ],
        run: { arguments in
            if arguments.operands.first == "sink" { return try newSink(arguments) }
            guard arguments.operands.first == "provider" else {
                let found = arguments.operands.first.map { "there is no \"new \($0)\"; " } ?? ""
                throw UsageError(found + "say: tributary new provider NAME --from FILE, or new sink NAME --url URL")
            }
            guard arguments["url"] == nil else { throw UsageError("--url is for a sink; a provider has --from FILE") }
            guard arguments.operands.count == 2 else { throw UsageError("the provider's name is missing") }
            let name = arguments.operands[1]
            let parent = arguments["dir"] ?? (Input.isFolder("mappings") ? "mappings" : ".")
            guard Input.isFolder(parent) else { throw UsageError("there is no folder \(parent)") }
            guard ShippedMappings.mapping(name) == nil else {
                throw CommandFailure(
                    "\(name) ships with Tributary: tributary check \(name); choose another name for your own"
                )
            }
            let folder = parent == "." ? name : "\(parent)/\(name)"
            guard !FileManager.default.fileExists(atPath: folder) else {
                throw CommandFailure(
                    "\(folder) is there already and nothing is ever overwritten; choose another name or --dir"
                )
            }
            let samples = try arguments.all("from").map { ScaffoldSample(name: $0, bytes: try Input.read($0)) }
            let scaffold = try Scaffold(name: name, samples: samples, headers: try headers(arguments.all("header")))
            try write(scaffold, to: folder, beside: parent)
            Terminal.write(arguments.has("json") ? scaffold.json.indentedText + "\n" : scaffold.report(folder: folder))
            return .fine
        }
    )

    private static func headers(_ lines: [String]) throws(UsageError) -> HeaderFields {
        var headers = HeaderFields()
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[0].isEmpty else { throw UsageError("--header wants 'NAME: VALUE'") }
            headers.append(parts[0], parts[1])
        }
        return headers
    }

    /// Writes the folder under another name first, so that it is there whole or not at all.
    private static func write(_ scaffold: Scaffold, to folder: String, beside parent: String) throws {
        let files = FileManager.default
        let draft = "\(parent)/.\(scaffold.name).draft-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            try files.createDirectory(atPath: "\(draft)/fixtures", withIntermediateDirectories: true)
            for file in scaffold.files { try Data(file.text.utf8).write(to: URL(filePath: "\(draft)/\(file.path)")) }
            try Data(scaffold.notes.utf8).write(to: URL(filePath: "\(draft)/notes.md"))
            try files.moveItem(atPath: draft, toPath: folder)
            let schema = "\(parent)/mapping.schema.json"
            if !files.fileExists(atPath: schema) { try Data(ShippedMappings.schema).write(to: URL(filePath: schema)) }
        } catch {
            // What cannot be removed either is a hidden folder that says in its name what it was.
            try? files.removeItem(atPath: draft)
            throw CommandFailure("\(folder) cannot be written: \(error.localizedDescription)")
        }
    }
}
