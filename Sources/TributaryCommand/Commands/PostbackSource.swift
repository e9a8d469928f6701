// SPDX-License-Identifier: Apache-2.0

import Foundation
import Postback
import TributaryJSON
import TributaryMapping
import TributaryModel

/// A platform's description that a command line names: one that ships, or a file.
struct PostbackSource {
    /// As the command line names it.
    let name: String
    /// What to call it in diagnostics.
    let label: String
    /// The content.
    let bytes: [UInt8]
    /// Where it can be written back; `nil` for one that ships.
    let path: String?

    /// Finds a description; `nil` where the name is that of something else.
    ///
    /// - Throws: ``UsageError`` where a file cannot be read.
    init?(_ name: String) throws(UsageError) {
        self.name = name
        guard FileManager.default.fileExists(atPath: name) else {
            guard let preset = PostbackPreset.file(name) else { return nil }
            (label, bytes) = preset
            path = nil
            return
        }
        guard !Input.isFolder(name), ShippedMappings.mapping(name) == nil else { return nil }
        bytes = try Input.file(name)
        label = name
        path = name
        // A file that is no JSON is told so by whoever reads it next.
        let json = try? JSONValue(parsing: bytes)
        guard json?["postback"] != nil || name.hasSuffix(".postback.json") else { return nil }
    }
}

extension TestOutput {
    /// Runs the tests of a description, or rewrites what they expect, and prints how that went.
    mutating func add(_ source: PostbackSource, update: Bool) {
        do throws(MappingDiagnostics) {
            let file = try PostbackFile(parsing: source.bytes, file: source.label)
            guard update else { return add(file.runTests(), of: source.name) }
            try self.update(file.update(), source.name, path: source.path) { bytes throws(MappingDiagnostics) in
                try PostbackFile(parsing: bytes, file: source.label).runTests()
            }
        } catch {
            // The other files are tested all the same.
            add(error)
        }
    }
}
