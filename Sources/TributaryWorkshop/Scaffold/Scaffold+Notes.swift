// SPDX-License-Identifier: Apache-2.0

extension Scaffold {
    /// The folder's `notes.md`: every guess with its reason, and what nobody has decided.
    public var notes: String {
        var text = """
            # \(name): a draft

            Written by `tributary new provider` from \(Self.counted(outcomes.count, "sample body", "sample bodies")). Everything here is a guess until somebody
            who knows the provider has confirmed it. *shown*: the samples show it. *likely*: names and values speak for it.
            *weak*: something had to stand there; look it up.


            """
        if isProofUndecided {
            text += """
                ## Before anything else

                How \(name) proves its webhooks is not known. `verify` asks for a header that nobody sends, so that every webhook is
                refused until you write what the provider's documentation says. Docs/workshop.md lists the schemes.


                """
        }
        text += "## Guesses\n\n"
        for (title, guesses) in sections {
            text += "### \(title)\n\n| What | Chosen | How sure | Why |\n| --- | --- | --- | --- |\n"
            for guess in guesses {
                text +=
                    "| \(Self.cell(guess.subject)) | `\(Self.cell(guess.choice))` | \(guess.confidence.rawValue) | \(Self.cell(guess.reason)) |\n"
            }
            text += "\n"
        }
        text += list("Contradictions and double counting", contradictions)
        text += list("Types that nobody decided", undecided.map { "`\($0.type)`: \($0.why)" })
        text += list(
            "Unmapped amounts of money",
            unmapped.filter(\.isMoney).map { "`\($0.path)`, for example \($0.sample)" }
        )
        text += list("Unmapped otherwise", unmapped.filter { !$0.isMoney }.map { "`\($0.path)`" })
        text += "## Fixtures\n\n"
        text +=
            redactions.isEmpty
            ? "Nothing in the samples looked like personal data or a secret. Look yourself before you commit them.\n"
            : "Copies of the samples in which these were replaced by invented values, the same by the same: "
                + redactions.map { "\($0.what) (\($0.count))" }.joined(separator: ", ")
                + ".\nIds, amounts and times are as they were. Look yourself before you commit them.\n"
        return text
    }

    /// Guesses by rule; those for the whole mapping first.
    var sections: [(title: String, guesses: [Guess])] {
        var sections: [(title: String, guesses: [Guess])] = []
        for guess in guesses {
            let title = guess.rule.isEmpty ? "The mapping" : "Rule \(guess.rule)"
            if let index = sections.firstIndex(where: { $0.title == title }) {
                sections[index].guesses.append(guess)
            } else {
                sections.append((title, [guess]))
            }
        }
        return sections
    }

    private func list(_ title: String, _ lines: [String]) -> String {
        lines.isEmpty ? "" : "## \(title)\n\n" + lines.map { "- \($0)\n" }.joined() + "\n"
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: " ") }

    static func counted(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
}
