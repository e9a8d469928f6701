// SPDX-License-Identifier: Apache-2.0

/// Rows of text whose columns align.
struct Table: Sendable {
    /// The rows, without the heading; rows may have fewer cells than others.
    var rows: [[String]]
    /// The heading; empty for none.
    var heading: [String] = []
    /// Columns that align at their right.
    var numeric: Set<Int> = []
    /// How cells are shown: by column and content, for colours.
    var paint: @Sendable (_ column: Int, _ cell: String) -> String = { $1 }

    /// The lines, each with its line end; the last column is not padded.
    var text: String {
        let all = (heading.isEmpty ? rows : [heading] + rows).map { $0.map(Terminal.shown) }
        var widths: [Int] = []
        for row in all {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        var text = ""
        for (index, row) in all.enumerated() {
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                let shown = index == 0 && !heading.isEmpty ? cell : paint(column, cell)
                let isLast = column + 1 == row.count
                line += numeric.contains(column) ? padding + shown : shown + (isLast ? "" : padding)
                if !isLast { line += "  " }
            }
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }
}
