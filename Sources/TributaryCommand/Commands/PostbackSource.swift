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

    /// Finds a description; `nil` where the name is that of something else.
    ///
    /// - Throws: ``UsageError`` where a file cannot be read.
    init?(_ name: String) throws(UsageError) {
        self.name = name
        guard FileManager.default.fileExists(atPath: name) else {
            guard let preset = PostbackPreset.file(name) else { return nil }
            (label, bytes) = preset
            return
        }
        guard !Input.isFolder(name), ShippedMappings.mapping(name) == nil else { return nil }
        bytes = try Input.file(name)
        label = name
        // A file that is no JSON is told so by whoever reads it next.
        let json = try? JSONValue(parsing: bytes)
        guard json?["postback"] != nil || name.hasSuffix(".postback.json") else { return nil }
    }
}

extension TestOutput {
    /// Runs the tests of a description and prints how they went.
    mutating func add(_ source: PostbackSource, update: Bool) {
        if update { Terminal.complain("\(source.name) describes a platform; --update rewrites mappings only") }
        do throws(MappingDiagnostics) {
            add(try PostbackFile(parsing: source.bytes, file: source.label).runTests(), of: source.name)
        } catch {
            // The other files are tested all the same.
            add(error)
        }
    }
}
