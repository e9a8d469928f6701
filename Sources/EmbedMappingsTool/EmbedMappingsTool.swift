// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Writes one Swift file that holds the given files of `Mappings/` as string literals.
///
/// Usage: `EmbedMappingsTool ROOT OUTPUT PATH…`, paths relative to ROOT. Run by the plugin `EmbedMappings`.
@main
struct EmbedMappingsTool {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { stop("usage: EmbedMappingsTool ROOT OUTPUT PATH…") }
        let root = URL(filePath: arguments[1], directoryHint: .isDirectory)
        let output = URL(filePath: arguments[2])
        do {
            let files = try arguments.dropFirst(3).map { try EmbeddedFile(path: $0, below: root) }
            try complain(about: files)
            try Data(swiftFile(of: files).utf8).write(to: output, options: .atomic)
        } catch let problem as EmbeddingProblem {
            stop(problem.description)
        } catch {
            stop("\(output.path): \(error.localizedDescription)")
        }
    }

    /// Refuses a folder whose mapping is missing: its fixtures would be shipped and its provider would not.
    private static func complain(about files: [EmbeddedFile]) throws(EmbeddingProblem) {
        let providers = Set(files.compactMap(\.provider))
        for provider in providers.sorted() {
            guard !files.contains(where: { $0.provider == provider && $0.name == provider + ".json" }) else { continue }
            throw EmbeddingProblem(
                "Mappings/\(provider)/\(provider).json is missing: the mapping file is named after its folder"
            )
        }
    }

    private static func swiftFile(of files: [EmbeddedFile]) -> String {
        var text = """
            // SPDX-License-Identifier: Apache-2.0
            // Generated from Mappings/ by EmbedMappingsTool.

            extension MappingFiles {

            """
        let schema = files.first { $0.provider == nil && $0.name == "mapping.schema.json" }
        text += "package static let schema: String = \(SwiftLiteral(schema?.text ?? "").source)\n"
        let shipped = files.filter { $0.provider != nil }
        for (index, file) in shipped.enumerated() {
            text += "private static let file\(index): String = \(SwiftLiteral(file.text).source)\n"
        }
        text += "package static let files: [File] = [\n"
        for (index, file) in shipped.enumerated() {
            let provider = SwiftLiteral(file.provider ?? "").source
            text += "File(provider: \(provider), path: \(SwiftLiteral(file.name).source), text: file\(index)),\n"
        }
        return text + "]\n}\n"
    }

    private static func stop(_ message: String) -> Never {
        FileHandle.standardError.write(Data("error: \(message)\n".utf8))
        exit(1)
    }
}
