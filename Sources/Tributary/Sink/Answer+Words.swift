// SPDX-License-Identifier: Apache-2.0

extension Answer {
    /// A platform's own words as they may stand in the reason of an end: one line, at most 120 characters.
    ///
    /// Platforms quote what they were sent, so words with an `@`, which may be an e-mail address, are left out.
    ///
    /// - Parameter text: The platform's message, if it sent one.
    /// - Returns: `": "` and the words, or nothing where there are none to show.
    public static func words(_ text: String?) -> String {
        guard let text else { return "" }
        let kept = text.split { $0.isWhitespace || $0.isNewline }
            .filter { !$0.contains("@") && $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }
            .joined(separator: " ")
        return kept.isEmpty ? "" : ": " + (kept.count > 120 ? kept.prefix(119) + "…" : kept)
    }
}
