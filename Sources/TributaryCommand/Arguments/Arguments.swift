// SPDX-License-Identifier: Apache-2.0

import TributaryMapping

/// The words behind a subcommand, sorted into options and operands.
struct Arguments: Sendable {
    /// Operands in order.
    private(set) var operands: [String] = []
    private var values: [String: [String]] = [:]

    /// Sorts the words.
    ///
    /// `--name value`, `--name=value` and flags in any place; behind `--` everything is an operand.
    init(_ words: some Sequence<String>, for subcommand: Subcommand) throws(UsageError) {
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            }
            guard word.hasPrefix("--") else {
                if word.hasPrefix("-"), word != "-" { throw UsageError("there is no option \(word)") }
                operands.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = subcommand.options.first(where: { $0.name == name }) else {
                let near = Spelling.nearest(to: name, in: subcommand.options.map(\.name) + ["help"])
                throw UsageError("there is no option --\(name)" + (near.map { "; did you mean --\($0)?" } ?? ""))
            }
            var value = parts.count > 1 ? String(parts[1]) : nil
            if option.value == nil {
                guard value == nil else { throw UsageError("--\(name) takes no value") }
                value = ""
            } else if value == nil {
                guard let next = rest.popFirst() else {
                    throw UsageError("--\(name) needs a value")
                }
                value = next
            }
            values[name, default: []].append(value ?? "")
        }
        guard operands.count <= subcommand.operandsMax else {
            throw UsageError("one word too many: \(operands[subcommand.operandsMax])")
        }
    }

    /// Whether a flag was given.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// The value of an option; the last one where it was given twice.
    subscript(name: String) -> String? { values[name]?.last }

    /// All values of an option that may be repeated.
    func all(_ name: String) -> [String] { values[name] ?? [] }
}

/// The reason why a command line makes no sense.
struct UsageError: Error, Sendable {
    /// What is wrong with it.
    var message: String

    init(_ message: String) { self.message = message }
}
