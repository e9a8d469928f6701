// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TributaryCommand

/// The help texts, which teach by examples; the examples must be true.
@Suite(.serialized) struct HelpTests {
    /// One example of a help text.
    struct Example: Sendable, CustomTestStringConvertible {
        var subcommand: String
        var command: String

        var testDescription: String { command }
    }

    private static let names = Main.subcommands.map(\.name)

    private static let examples = Main.subcommands.flatMap { subcommand in
        subcommand.examples.map { Example(subcommand: subcommand.name, command: $0.command) }
    }

    /// Those that need nothing but files, and end.
    private static let runnable = examples.filter { example in
        ["check", "test", "map", "query", "attach", "schema", "plugins"].contains(example.subcommand)
    }

    @Test(.timeLimit(.minutes(1)), arguments: names)
    func `every subcommand explains itself by an example`(_ name: String) throws {
        let run = try CommandLineRun([name, "--help"], in: Sandbox())
        #expect(run.code == 0)
        #expect(run.output.contains("Usage\n  tributary \(name)"))
        #expect(run.output.contains("\nExamples\n  # "))
        #expect(run.output.contains("\n  tributary \(name)"))
        #expect(run.complaint.isEmpty)
    }

    @Test(arguments: examples)
    func `every example is a command line that is understood`(_ example: Example) throws {
        for words in Self.commands(in: example.command) {
            let subcommand = try #require(Main.subcommands.first { $0.name == words.first }, "\(words)")
            _ = try Arguments(words.dropFirst(), for: subcommand)
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: runnable)
    func `an example that needs only files works as it stands`(_ example: Example) throws {
        let folder = try Sandbox()
        try folder.write("event.json", Sandbox.sample("1-sale.json"))
        try folder.write("invoice.json", Sandbox.sample("3-subscription-invoice.json"))
        try folder.write("acme/acme.json", QueryTests.acme(expecting: "ignored"))
        try folder.write("mappings/acme/acme.json", QueryTests.acme(expecting: "ignored"))
        try folder.write("tributary.json", #"{"providers":{"stripe":{"secrets":["env:S"]}}}"#)
        let isAcme = example.command.contains("acme/acme.json < ")
        if isAcme { try folder.write("event.json", #"{"id":"1","type":"ping","at":1790000000}"#) }
        let run = try CommandLineRun(shell: example.command, in: folder, environment: ["S": "whsec_1"])
        #expect(run.code == 0, "\(run.output)\(run.complaint)")
    }

    /// The words behind `tributary` of each command of a line of shell, without redirections.
    private static func commands(in line: String) -> [[String]] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in line {
            switch character {
            case "'": isQuoted.toggle()
            case " " where !isQuoted:
                words.append(word)
                word = ""
            default: word.append(character)
            }
        }
        words.append(word)
        return words.split { ["|", "&&"].contains($0) }.compactMap { command in
            guard command.first == "tributary" else { return nil }
            return Array(command.dropFirst().prefix { !["<", ">"].contains($0) && !$0.hasPrefix("2>") })
        }
    }
}
