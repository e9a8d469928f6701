// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody probably meant.
package enum Spelling {
    /// The candidate nearest to a word, where one is near enough to be a slip of the keyboard.
    package static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
        let limit = max(1, word.utf8.count / 3)
        var best: (word: String, distance: Int)?
        let typed = Array(word.lowercased().utf8.prefix(64))
        for candidate in candidates {
            let distance = distance(typed, Array(candidate.lowercased().utf8.prefix(64)))
            if distance <= limit, distance < (best?.distance ?? .max) { best = (candidate, distance) }
        }
        return best?.word
    }

    /// `did you mean "…"?`, where there is a near candidate.
    package static func question(_ word: String, in candidates: some Sequence<String>) -> String? {
        nearest(to: word, in: candidates).map { "did you mean \"\($0)\"?" }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other.
    static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        guard !first.isEmpty else { return second.count }
        guard !second.isEmpty else { return first.count }
        var beforeLast = [Int](repeating: 0, count: second.count + 1)
        var last = Array(0...second.count)
        for row in 1...first.count {
            var current = [Int](repeating: row, count: second.count + 1)
            for column in 1...second.count {
                let cost = first[row - 1] == second[column - 1] ? 0 : 1
                var value = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, first[row - 1] == second[column - 2], first[row - 2] == second[column - 1] {
                    value = min(value, beforeLast[column - 2] + 1)
                }
                current[column] = value
            }
            (beforeLast, last) = (last, current)
        }
        return last[second.count]
    }

    /// The words of a case's name with dashes between them: `unknown-key` for `unknownKey`.
    package static func dashed(_ name: String) -> String {
        var words = ""
        var previous: Character = "A"
        for character in name {
            if character.isUppercase, previous.isLowercase { words += "-" }
            words += character.lowercased()
            previous = character
        }
        return words
    }
}
