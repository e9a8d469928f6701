// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Writes one Swift file that holds the given text files as string literals.
///
/// Usage: `EmbeddingTool mappings|page ROOT OUTPUT PATH…`, paths relative to ROOT. Run by the plugins `EmbedMappings` and
/// `EmbedPage`.
@main
struct EmbeddingTool {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4 else { stop("usage: EmbeddingTool mappings|page ROOT OUTPUT PATH…") }
        let root = URL(filePath: arguments[2], directoryHint: .isDirectory)
        let output = URL(filePath: arguments[3])
        do {
            let files = try arguments.dropFirst(4).map { try EmbeddedFile(path: $0, below: root) }
            let source: String
            switch arguments[1] {
            case "mappings": source = try MappingsSource(files).text
            case "page": source = PageSource(files).text
            case let other: stop("there is nothing called \(other) to embed")
            }
            try Data(source.utf8).write(to: output, options: .atomic)
        } catch let problem as EmbeddingProblem {
            stop(problem.description)
        } catch {
            stop("\(output.path): \(error.localizedDescription)")
        }
    }

    private static func stop(_ message: String) -> Never {
        FileHandle.standardError.write(Data("error: \(message)\n".utf8))
        exit(1)
    }
}
