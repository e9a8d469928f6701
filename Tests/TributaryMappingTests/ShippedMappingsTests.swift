// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributaryMapping

@Suite struct ShippedMappingsTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Mappings")

    static var folders: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.isDirectoryKey])
                .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
                .map(\.lastPathComponent).filter { !$0.hasPrefix(".") }.sorted()
        }
    }

    static func filesOnDisk(of name: String) throws -> [String] {
        let place = folder.appending(path: name)
        return try FileManager.default.subpathsOfDirectory(atPath: place.path).filter { path in
            let isFolder = try place.appending(path: path).resourceValues(forKeys: [.isDirectoryKey]).isDirectory
            return isFolder == false && !path.hasSuffix(".md") && !path.hasPrefix(".")
        }.sorted()
    }

    @Test func `every folder of Mappings is compiled in`() throws {
        let folders = try Self.folders
        #expect(folders.contains("stripe"))
        #expect(ShippedMappings.names == folders)
    }

    @Test(arguments: try folders)
    func `the embedded files are the files on disk, byte for byte`(name: String) throws {
        let paths = try Self.filesOnDisk(of: name)
        #expect(ShippedMappings.files(of: name) == paths)
        for path in paths {
            let bytes = try Data(contentsOf: Self.folder.appending(path: name).appending(path: path))
            let isSame = ShippedMappings.file(name, path) == Array(bytes)
            #expect(isSame, "\(name)/\(path)")
        }
        #expect(ShippedMappings.mapping(name) == ShippedMappings.file(name, name + ".json"))
        #expect(ShippedMappings.mapping(name)?.isEmpty == false)
    }

    @Test func `the embedded schema is the schema on disk`() throws {
        let bytes = try Data(contentsOf: Self.folder.appending(path: "mapping.schema.json"))
        #expect(ShippedMappings.schema == Array(bytes))
        #expect(!ShippedMappings.schema.isEmpty)
    }

    @Test(arguments: ["nobody", "", "../stripe", "Stripe"])
    func `an unknown provider has nothing`(name: String) {
        #expect(ShippedMappings.mapping(name) == nil)
        #expect(ShippedMappings.files(of: name).isEmpty)
        #expect(ShippedMappings.file(name, "stripe.json") == nil)
    }
}
