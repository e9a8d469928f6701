// SPDX-License-Identifier: Apache-2.0

/// The bytes of a file, for finding lines and columns.
package struct SourceText: Sendable {
    /// Characters of a line that are shown at most.
    private static let widthMax = 100

    package let file: String
    package let bytes: [UInt8]

    package init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    /// Builds a diagnostic for a range of bytes.
    func diagnostic(
        _ severity: MappingDiagnostic.Severity,
        _ code: MappingDiagnostic.Code,
        _ message: String,
        hint: String? = nil,
        at range: Range<Int>
    ) -> MappingDiagnostic {
        let excerpt = excerpt(at: range)
        return MappingDiagnostic(
            severity: severity,
            code: code,
            file: file,
            line: excerpt.line,
            column: excerpt.column,
            message: message,
            hint: hint,
            sourceLine: excerpt.sourceLine,
            caretIndent: excerpt.caretIndent,
            caretLength: excerpt.caretLength,
            byte: min(range.lowerBound, bytes.count)
        )
    }

    /// The line around a range of bytes.
    package func excerpt(at range: Range<Int>) -> SourceExcerpt {
        let start = min(range.lowerBound, bytes.count)
        let lineStart = (bytes[..<start].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        let lineEnd = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let before = characters(lineStart..<start)
        let marked = characters(start..<max(start, min(range.upperBound, lineEnd)))
        let whole = before + marked + characters(max(start, min(range.upperBound, lineEnd))..<lineEnd)
        let (shown, indent) = Self.window(whole, around: before.count)
        return SourceExcerpt(
            line: 1 + bytes[..<start].count { $0 == UInt8(ascii: "\n") },
            column: before.count + 1,
            sourceLine: shown,
            caretIndent: indent,
            caretLength: max(1, min(marked.count, shown.count - indent))
        )
    }

    private func characters(_ range: Range<Int>) -> [Character] {
        // A carriage return before the line feed and tabs would shift the caret line.
        String(decoding: bytes[range], as: UTF8.self).filter { $0 != "\r" }.map { $0 == "\t" ? " " : $0 }
    }

    /// Cuts a long line so that the marked place stays in sight.
    private static func window(_ line: [Character], around place: Int) -> (text: String, indent: Int) {
        guard line.count > widthMax else { return (String(line), place) }
        let start = max(0, min(place - 30, line.count - widthMax))
        let end = min(line.count, start + widthMax)
        let head = start > 0 ? "…" : ""
        let tail = end < line.count ? "…" : ""
        return (head + String(line[start..<end]) + tail, place - start + head.count)
    }
}
