// SPDX-License-Identifier: Apache-2.0

/// One subcommand: what it is called, what it teaches and what it does.
struct Subcommand: Sendable {
    /// An option that the subcommand takes.
    struct Option: Sendable {
        /// Name without the two dashes.
        var name: String
        /// Name of the value in the help, or `nil` for a flag.
        var value: String?
        /// What it does, one line.
        var summary: String
    }

    /// The word behind `tributary`.
    var name: String
    /// One line for the list of subcommands.
    var summary: String
    /// What stands behind the name in the usage line, for example `PROVIDER < body`.
    var operands: String
    /// The most operands that make sense.
    var operandsMax: Int
    /// The options.
    var options: [Option]
    /// Commands that a reader can paste, each with what it shows.
    var examples: [(command: String, meaning: String)]
    /// Does the work.
    var run: @Sendable (Arguments) async throws -> ExitCode
}

/// How the process ends.
enum ExitCode: Int32, Sendable {
    /// Everything is fine.
    case fine = 0
    /// The thing that was checked is wrong.
    case wrong = 1
    /// The command line is wrong.
    case usage = 2
}

extension Subcommand {
    /// The text of `--help`.
    var help: String {
        var text = "\(summary)\n\nUsage\n  tributary \(name)"
        if !options.isEmpty { text += " [options]" }
        if !operands.isEmpty { text += " " + operands }
        text += "\n"
        let rows = options.map { option in
            ["  --" + option.name + (option.value.map { " " + $0 } ?? ""), option.summary]
        }
        text += "\nOptions\n" + Table(rows: rows + [["  --help", "show this text"]]).text
        if !examples.isEmpty {
            text += "\nExamples\n"
            for example in examples { text += "  # \(example.meaning)\n  \(example.command)\n" }
        }
        return text
    }
}
