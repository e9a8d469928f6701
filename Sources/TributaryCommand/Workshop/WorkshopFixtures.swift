// SPDX-License-Identifier: Apache-2.0

import Foundation
import TributaryJSON
import TributaryMapping

/// The fixtures that a workshop can show: those of a mapping that ships, or the files beside a mapping file.
///
/// A mapping may come from a stranger, so no path leads out of its folder here.
enum WorkshopFixtures: Sendable {
    /// Files of a provider that ships.
    case shipped(String)
    /// Files in a folder.
    case folder(String)
    /// None.
    case none

    /// The most files that are listed.
    static let filesMax = 1000

    /// The bytes of a fixture; `nil` where there is none, or it lies outside, or no webhook can be as large.
    func bytes(_ path: String) -> [UInt8]? {
        switch self {
        case .shipped(let name): return ShippedMappings.file(name, path)
        case .none: return nil
        case .folder(let folder):
            guard !path.isEmpty, !path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
            let root = URL(filePath: folder).resolvingSymlinksInPath().path
            let file = URL(filePath: root + "/" + path).standardizedFileURL.resolvingSymlinksInPath().path
            guard file.hasPrefix(root + "/"), Self.isSmallFile(file) else { return nil }
            return FileManager.default.contents(atPath: file).map { Array($0) }
        }
    }

    /// Only a regular file ends; a pipe would be read for ever.
    private static func isSmallFile(_ path: String) -> Bool {
        // What cannot be asked about cannot be read either.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int
        else { return false }
        return size <= JSONLimits.webhook.bytesMax
    }

    /// Paths of the files that can be chosen as samples, sorted.
    var paths: [String] {
        switch self {
        case .shipped(let name):
            return ShippedMappings.files(of: name).filter { $0.hasPrefix("fixtures/") || $0.hasPrefix("samples/") }
        case .none: return []
        case .folder(let folder):
            return ["fixtures", "samples"].flatMap { name -> [String] in
                // A folder that is not there has no files.
                let found = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
                return found.filter { !$0.hasPrefix(".") && !$0.hasSuffix(".md") }.sorted().prefix(Self.filesMax)
                    .map { "\(name)/\($0)" }
            }
        }
    }
}
