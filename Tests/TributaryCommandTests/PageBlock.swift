// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A fenced block of a page of the documentation, and what it is.
struct PageBlock {
    /// The first word behind the fence.
    let language: String
    /// The word behind the language, up to a `=`.
    let kind: String
    /// What stands behind the `=`.
    let detail: String
    let text: String
    /// The line of the fence.
    let line: Int

    /// All blocks of a page, in order.
    static func all(of page: String) throws -> [PageBlock] {
        var blocks: [PageBlock] = []
        var open: (info: String, line: Int)?
        var text: [Substring] = []
        let whole = try Sandbox.page(page)
        for (index, line) in whole.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("```") else {
                text.append(line)
                continue
            }
            if let block = open {
                let words = block.info.split(separator: " ", maxSplits: 1).map(String.init)
                let parts = (words.count > 1 ? words[1] : "").split(separator: "=", maxSplits: 1).map(String.init)
                blocks.append(
                    PageBlock(
                        language: words.first ?? "",
                        kind: parts.first ?? "",
                        detail: parts.count > 1 ? parts[1] : "",
                        text: text.joined(separator: "\n"),
                        line: block.line
                    )
                )
                open = nil
            } else {
                open = (String(line.dropFirst(3)), index + 1)
                text = []
            }
        }
        #expect(open == nil)
        return blocks
    }

    /// Whether lines are as shown; `…` stands for any lines, and blanks at the end do not count.
    static func fits(_ shown: ArraySlice<String>, _ found: ArraySlice<String>) -> Bool {
        guard let first = shown.first else { return found.allSatisfy(\.isEmpty) }
        if first == "…" { return (0...found.count).contains { fits(shown.dropFirst(), found.dropFirst($0)) } }
        guard let line = found.first, line == first else { return first.isEmpty && fits(shown.dropFirst(), found) }
        return fits(shown.dropFirst(), found.dropFirst())
    }
}
