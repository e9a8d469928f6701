// SPDX-License-Identifier: Apache-2.0

import Foundation
import Postback
import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary new sink`.
    static func newSink(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.operands.count == 2 else { throw UsageError("the platform's name is missing") }
        guard arguments.all("from").isEmpty, arguments.all("header").isEmpty else {
            throw UsageError("--from and --header are for a provider; a sink has --url URL")
        }
        let name = arguments.operands[1]
        let parent = arguments["dir"] ?? "."
        guard Input.isFolder(parent) else { throw UsageError("there is no folder \(parent)") }
        guard PostbackPreset.file(name) == nil else {
            throw CommandFailure("\(name) ships with Tributary: \"use\": \"postback\", \"preset\": \"\(name)\"")
        }
        let path = (parent == "." ? "" : parent + "/") + name + ".postback.json"
        let draft: PostbackDraft
        do throws(PostbackDraft.Problem) {
            draft = try PostbackDraft(name: name, url: arguments["url"] ?? PostbackDraft.sampleAddress(name))
        } catch {
            throw CommandFailure(error.description)
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                "\(path) is there already and nothing is ever overwritten; choose another name or --dir"
            )
        }
        let bytes: [UInt8]
        do throws(MappingDiagnostics) {
            bytes = try draft.file()
        } catch {
            throw CommandFailure("the address cannot become a description: \(error.items.first?.headline ?? "")")
        }
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .withoutOverwriting)
            let schema = (parent == "." ? "" : parent + "/") + "postback.schema.json"
            if !FileManager.default.fileExists(atPath: schema) {
                try Data(PostbackPreset.schema).write(to: URL(filePath: schema))
            }
        } catch {
            throw CommandFailure("\(path) cannot be written: \(error.localizedDescription)")
        }
        let row: JSONValue = [
            "file": .string(path), "notes": .array(draft.notes.map { .string($0) }),
        ]
        Terminal.write(arguments.has("json") ? row.indentedText + "\n" : report(draft, path))
        return .fine
    }

    private static func report(_ draft: PostbackDraft, _ path: String) -> String {
        let notes =
            ["what the platform's answers mean is a guess: read \"answers\" beside its documentation"] + draft.notes
        return """
            \(path)

            Look at:
            \(notes.map { "  - \($0)" }.joined(separator: "\n"))

            Then:
              tributary test \(path)             # the requests and ends; --update takes what comes out
              tributary check \(path)            # mistakes with line, column and remedy
              "\(draft.name)": { "use": "postback", "file": "\(path)", "settings": { … } }   # in the configuration

            """
    }
}
