// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension Scaffold {
    /// Lines of what is unmapped that a report shows; the rest stands in the notes.
    private static let leftoversShown = 15

    /// What was made and why, for people.
    ///
    /// - Parameter folder: Where the folder was written, as the next commands name it.
    /// - Returns: The text.
    public func report(folder: String) -> String {
        var text = "\(folder)/\n"
        for path in files.map(\.path) + ["notes.md"] { text += "  \(path)\n" }
        for (title, guesses) in sections {
            text += "\n\(title)\n"
            let width = guesses.map(\.subject.count).max() ?? 0
            for guess in guesses {
                let padding = String(repeating: " ", count: width - guess.subject.count)
                text += "  \(guess.subject)\(padding)  \(guess.confidence.rawValue.padded(6))  \(guess.choice)\n"
                text += "  \(String(repeating: " ", count: width))          \(guess.reason)\n"
            }
        }
        text += "\nSamples\n" + outcomes.map { "  \($0.fixture): \($0.words)\n" }.joined()
        text += block("Contradictions", contradictions)
        text += block("Nobody decided", undecided.map { "\($0.type): \($0.why)" })
        let shown = unmapped.prefix(max(Self.leftoversShown, unmapped.count { $0.isMoney }))
        var lines = shown.map { $0.path + ($0.isMoney ? "  money? \($0.sample)" : "") }
        if shown.count < unmapped.count { lines.append("and \(unmapped.count - shown.count) more, see notes.md") }
        text += block("Unmapped", lines)
        text += block("Replaced by invented values", redactions.map { "\($0.what): \($0.count)" })
        if isProofUndecided {
            text +=
                "\nNot decided: how \(name) proves its webhooks. Until \"verify\" says it, every webhook is refused.\n"
        }
        text += """

            Next
              tributary check \(folder)/\(name).json
              tributary test \(folder)
              tributary map \(folder)/\(name).json --explain < \(folder)/\(files.count > 1 ? files[1].path : "fixtures/…")

            """
        return text
    }

    /// The same for machines.
    public var json: JSONValue {
        [
            "provider": .string(name),
            "files": .array((files.map(\.path) + ["notes.md"]).map(JSONValue.string)),
            "verified": .bool(!isProofUndecided),
            "guesses": .array(
                guesses.map {
                    [
                        "rule": $0.rule.isEmpty ? .null : .string($0.rule), "subject": .string($0.subject),
                        "choice": .string($0.choice), "confidence": .string($0.confidence.rawValue),
                        "reason": .string($0.reason),
                    ]
                }
            ),
            "samples": .array(outcomes.map { ["fixture": .string($0.fixture), "outcome": .string($0.words)] }),
            "contradictions": .array(contradictions.map(JSONValue.string)),
            "undecided": .array(undecided.map { ["type": .string($0.type), "why": .string($0.why)] }),
            "unmapped": .array(unmapped.map { ["path": .string($0.path), "money": .bool($0.isMoney)] }),
            "redacted": .array(redactions.map { ["what": .string($0.what), "count": .integer($0.count)] }),
        ]
    }

    private func block(_ title: String, _ lines: [String]) -> String {
        lines.isEmpty ? "" : "\n\(title)\n" + lines.map { "  \($0)\n" }.joined()
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
