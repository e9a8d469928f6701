// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryMapping

/// The command line `tributary`: the one place that composes everything.
@main
enum Main {
    /// All subcommands, in the order in which `--help` lists them.
    static let subcommands: [Subcommand] = [
        .demo, .serve, .doctor, .check, .test, .coverage, .diff, .new, .map, .workshop, .query, .sign, .send, .double,
        .attach, .deliveries, .retry, .replay, .reconcile, .forget, .tokens, .schema, .plugins,
    ]

    static func main() async {
        // A reader that goes away (`tributary deliveries | head`) is no reason to die with a core dump.
        signal(SIGPIPE, SIG_IGN)
        exit(await run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ words: [String]) async -> ExitCode {
        guard let first = words.first else {
            Terminal.complain(overview)
            return .usage
        }
        if ["--help", "-h"].contains(first) || words == ["help"] {
            Terminal.write(overview)
            return .fine
        }
        if ["--version", "version"].contains(first) {
            Terminal.write("tributary \(Version.text)\n")
            return .fine
        }
        let name = first == "help" ? words[1] : first
        guard let subcommand = subcommands.first(where: { $0.name == name }) else {
            let question = Spelling.question(name, in: subcommands.map(\.name)).map { "; \($0)" } ?? ""
            Terminal.complain("tributary: there is no command \"\(name)\"\(question)\nTry: tributary --help")
            return .usage
        }
        if first == "help" || words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
            Terminal.write(subcommand.help)
            return .fine
        }
        do {
            return try await subcommand.run(try Arguments(words.dropFirst(), for: subcommand))
        } catch {
            return complain(of: error, name)
        }
    }

    /// Says what went wrong, in words and without our own types' names.
    private static func complain(of error: any Error, _ name: String) -> ExitCode {
        switch error {
        case let error as UsageError:
            Terminal.complain("tributary \(name): \(error.message)\nTry: tributary \(name) --help")
            return .usage
        case let error as MappingDiagnostics: Terminal.complain(error.text(colour: Terminal.hasErrorColours))
        case let error as ConfigurationDiagnostics: Terminal.complain("\(error)")
        case let error as StoreError: Terminal.complain("tributary \(name): \(error.detail)")
        default: Terminal.complain("tributary \(name): \(error)")
        }
        return .wrong
    }

    private static var overview: String {
        let rows = subcommands.map { ["  " + $0.name, $0.summary] }
        return """
            Tributary receives the webhooks of payment providers and delivers each sale once to affiliate platforms.

            Usage
              tributary COMMAND [options]
              tributary COMMAND --help     explains a command by example

            Commands
            \(Table(rows: rows).text)
            Exit codes
              0  fine
              1  the thing that was checked is wrong
              2  the command line is wrong

            """
    }
}
