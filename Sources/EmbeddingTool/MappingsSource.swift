// SPDX-License-Identifier: Apache-2.0

/// The Swift source that holds the files of `Mappings/`.
struct MappingsSource {
    private let files: [EmbeddedFile]

    /// Refuses a folder whose mapping is missing: its fixtures would be shipped and its provider would not.
    init(_ files: [EmbeddedFile]) throws(EmbeddingProblem) {
        self.files = files
        let providers = Set(files.compactMap(\.provider))
        for provider in providers.sorted() {
            guard !files.contains(where: { $0.provider == provider && $0.name == provider + ".json" }) else { continue }
            throw EmbeddingProblem(
                "Mappings/\(provider)/\(provider).json is missing: the mapping file is named after its folder"
            )
        }
    }

    var text: String {
        var text = """
            // SPDX-License-Identifier: Apache-2.0
            // Generated from Mappings/ by EmbeddingTool.

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
}
