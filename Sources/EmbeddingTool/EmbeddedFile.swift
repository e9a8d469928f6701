// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One text file that is compiled in.
struct EmbeddedFile {
    /// The folder it is in, which in `Mappings/` is a provider; `nil` for a file directly below the root.
    let provider: String?

    /// The path within the folder, for example `fixtures/invoice.paid.json`.
    let name: String

    /// The content.
    let text: String

    init(path: String, below root: URL) throws(EmbeddingProblem) {
        let parts = path.split(separator: "/", maxSplits: 1)
        provider = parts.count == 2 ? String(parts[0]) : nil
        name = String(parts.last ?? "")
        let data: Data
        do { data = try Data(contentsOf: root.appending(path: path)) } catch {
            throw EmbeddingProblem("\(path) cannot be read: \(error.localizedDescription)")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw EmbeddingProblem("\(path) is not UTF-8 text: only text files can be compiled in")
        }
        self.text = text
    }
}
