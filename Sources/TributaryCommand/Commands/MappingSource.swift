// SPDX-License-Identifier: Apache-2.0

import Foundation
import TributaryMapping

/// A mapping that a command line names: one that ships, or a file.
struct MappingSource {
    /// What to call it in diagnostics.
    let label: String
    /// Where the file is; `nil` for a mapping that ships.
    let path: String?
    /// The content of the mapping file.
    let bytes: [UInt8]
    /// Gives the fixtures that its tests name.
    let fixture: (String) -> [UInt8]?

    /// Finds a mapping.
    ///
    /// - Parameters:
    ///   - name: `stripe`, or the path of a mapping file or of its folder.
    ///   - folder: A folder whose mappings go before those that ship.
    /// - Throws: ``UsageError`` where there is none.
    init(_ name: String, folder: String? = nil) throws(UsageError) {
        let overriding = folder.map { "\($0)/\(name)/\(name).json" }
        let path: String
        if let overriding, FileManager.default.fileExists(atPath: overriding) {
            path = overriding
        } else if let shipped = ShippedMappings.mapping(name) {
            label = "\(name).json"
            self.path = nil
            bytes = shipped
            fixture = { ShippedMappings.file(name, $0) }
            return
        } else {
            guard FileManager.default.fileExists(atPath: name) else { throw Self.unknown(name) }
            path = Input.isFolder(name) ? "\(name)/\(URL(filePath: name).lastPathComponent).json" : name
        }
        label = path
        self.path = path
        bytes = try Input.file(path)
        let folder = URL(filePath: path).deletingLastPathComponent().path
        fixture = { FileManager.default.contents(atPath: "\(folder)/\($0)").map { Array($0) } }
    }

    static func unknown(_ name: String) -> UsageError {
        guard !name.contains("/"), !name.hasSuffix(".json") else { return UsageError("there is no file \(name)") }
        let names = ShippedMappings.names
        let question = Spelling.question(name, in: names).map { "; \($0)" } ?? ""
        return UsageError("there is no mapping \"\(name)\"\(question) (shipped: \(names.joined(separator: ", ")))")
    }

    /// Compiles it.
    func mapping(profile: String? = nil) throws -> Mapping {
        try Mapping(parsing: bytes, file: label, profile: profile)
    }
}
