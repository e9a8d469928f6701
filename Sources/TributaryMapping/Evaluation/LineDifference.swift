// SPDX-License-Identifier: Apache-2.0

/// What has to be taken from one text and added to make it another, line by line.
struct LineDifference {
    /// Lines beyond which no longest common subsequence is sought; its table grows with the square.
    private static let linesMax = 2000

    /// Lines that stay around a change.
    private static let context = 2

    /// The difference: unchanged lines behind two blanks, `-` what was expected, `+` what came.
    let text: String

    init(expected: String, found: String) {
        let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let new = found.split(separator: "\n", omittingEmptySubsequences: false)
        let lines =
            old.count > Self.linesMax || new.count > Self.linesMax
            ? old.map { ("-", $0) } + new.map { ("+", $0) } : Self.lines(old, new)
        text = Self.shortened(lines).joined(separator: "\n")
    }

    private static func lines(_ old: [Substring], _ new: [Substring]) -> [(mark: String, line: Substring)] {
        // common[i][j]: length of the longest common subsequence of old[i...] and new[j...].
        var common = [[Int]](repeating: [Int](repeating: 0, count: new.count + 1), count: old.count + 1)
        for i in old.indices.reversed() {
            for j in new.indices.reversed() {
                common[i][j] = old[i] == new[j] ? common[i + 1][j + 1] + 1 : max(common[i + 1][j], common[i][j + 1])
            }
        }
        var result: [(String, Substring)] = []
        var i = 0
        var j = 0
        while i < old.count || j < new.count {
            if i < old.count, j < new.count, old[i] == new[j] {
                result.append((" ", old[i]))
                i += 1
                j += 1
            } else if i < old.count, j == new.count || common[i + 1][j] >= common[i][j + 1] {
                result.append(("-", old[i]))
                i += 1
            } else {
                result.append(("+", new[j]))
                j += 1
            }
        }
        return result
    }

    private static func shortened(_ lines: [(mark: String, line: Substring)]) -> [String] {
        let changes = lines.indices.filter { lines[$0].mark != " " }
        var result: [String] = []
        var last = -1
        for index in lines.indices where changes.contains(where: { abs($0 - index) <= context }) {
            if index > last + 1 { result.append("  …") }
            result.append(lines[index].mark + " " + lines[index].line)
            last = index
        }
        if last < lines.count - 1 { result.append("  …") }
        return result
    }
}
