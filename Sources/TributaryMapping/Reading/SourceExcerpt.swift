// SPDX-License-Identifier: Apache-2.0

/// A place in a file and the line around it, as people read it below a message.
package struct SourceExcerpt: Sendable, Hashable {
    /// Line, counted from 1.
    package var line: Int

    /// Column in characters, counted from 1.
    package var column: Int

    /// The line, cut to what fits beside the caret.
    package var sourceLine: String

    /// Blanks before the caret.
    package var caretIndent: Int

    /// Characters under which the caret line runs, at least 1.
    package var caretLength: Int

    /// A message about the place over three or four lines: headline, source line, caret line and hint.
    ///
    /// - Parameters:
    ///   - file: What to call the file.
    ///   - label: What kind of message it is, for example `error[M101 unknown-key]`; empty for none.
    ///   - isError: Whether the label gets the colour of errors.
    ///   - message: What is wrong.
    ///   - hint: What to do about it.
    ///   - colour: Whether to use ANSI colours, for a terminal.
    /// - Returns: The text, with a line feed at its end.
    package func text(
        file: String,
        label: String,
        isError: Bool,
        message: String,
        hint: String?,
        colour: Bool
    ) -> String {
        let (bold, tint, quiet, end) =
            colour
            ? ("\u{1B}[1m", isError ? "\u{1B}[31m" : "\u{1B}[33m", "\u{1B}[36m", "\u{1B}[0m")
            : ("", "", "", "")
        let number = String(line)
        let gutter = String(repeating: " ", count: max(0, 5 - number.utf8.count)) + number
        let blank = String(repeating: " ", count: gutter.utf8.count)
        let caret = "^" + String(repeating: "~", count: max(0, caretLength - 1))
        var text = "\(bold)\(file):\(line):\(column): \(end)"
        text += label.isEmpty ? "\(bold)\(message)\(end)\n" : "\(tint)\(label)\(end)\(bold): \(message)\(end)\n"
        text += "\(quiet)\(gutter) |\(end) \(sourceLine)\n"
        text += "\(quiet)\(blank) |\(end) \(String(repeating: " ", count: caretIndent))\(tint)\(caret)\(end)\n"
        if let hint { text += "\(quiet)\(blank) =\(end) \(hint)\n" }
        return text
    }
}
