// SPDX-License-Identifier: Apache-2.0

/// The Swift source that holds the files of a page.
struct PageSource {
    private let files: [EmbeddedFile]

    init(_ files: [EmbeddedFile]) { self.files = files }

    var text: String {
        var text = """
            // SPDX-License-Identifier: Apache-2.0
            // Generated from Page/ by EmbeddingTool.

            extension PageFile {
            /// All files of the page.
            public static let all: [PageFile] = [

            """
        for file in files {
            text += "PageFile(name: \(SwiftLiteral(file.name).source), text: \(SwiftLiteral(file.text).source)),\n"
        }
        return text + "]\n}\n"
    }
}
