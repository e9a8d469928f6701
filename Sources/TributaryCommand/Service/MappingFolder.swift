// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Tributary
import TributaryMapping

/// The folder of mappings that go before those that ship, as it is on disk.
struct MappingFolder: Sendable {
    /// The folder; a mapping is `NAME/NAME.json` below it, with its fixtures beside it.
    let path: String

    /// The largest file and the most of all files of one mapping that are read.
    private static let bytesMax = 64 << 20

    /// The most files of one mapping.
    private static let filesMax = 4096

    /// How deep its folders may be nested.
    private static let depthMax = 4

    // MARK: Looking

    /// What the mappings of these names look like now.
    func look(at names: [String]) -> [String: MappingWatch.Sight] {
        let listed: Set<String>
        do {
            listed = Set(try FileManager.default.contentsOfDirectory(atPath: path))
        } catch {
            return Dictionary(
                uniqueKeysWithValues: names.map { ($0, .unreadable("the folder \(path) cannot be read")) }
            )
        }
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, listed.contains($0) ? sight(of: $0) : .absent) }
        )
    }

    private func sight(of name: String) -> MappingWatch.Sight {
        var marks: [MappingWatch.FileMark] = []
        do throws(Trouble) {
            try walk("\(path)/\(name)", "", depth: 0, &marks)
        } catch {
            return .unreadable(error.text)
        }
        guard marks.contains(where: { $0.path == "\(name).json" }) else { return .absent }
        return .present(marks.sorted { $0.path < $1.path })
    }

    private struct Trouble: Error {
        let text: String
    }

    private func walk(
        _ folder: String,
        _ prefix: String,
        depth: Int,
        _ marks: inout [MappingWatch.FileMark]
    ) throws(Trouble) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw Trouble(text: "the folder \(folder) cannot be read")
        }
        for name in names where !name.hasPrefix(".") {
            var status = stat()
            // What vanished since it was listed is seen, or not seen, by the next look.
            guard unsafe stat("\(folder)/\(name)", &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                guard depth < Self.depthMax else { continue }
                try walk("\(folder)/\(name)", "\(prefix)\(name)/", depth: depth + 1, &marks)
            case S_IFREG:
                guard marks.count < Self.filesMax else {
                    throw Trouble(text: "\(folder) has more than \(Self.filesMax) files")
                }
                marks.append(
                    MappingWatch.FileMark(
                        path: prefix + name,
                        size: Int64(status.st_size),
                        modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
                        inode: UInt64(status.st_ino)
                    )
                )
            default: continue
            }
        }
    }

    // MARK: Reading

    /// A mapping read from the folder; or, where the folder has none, the one that ships.
    ///
    /// - Returns: the content, or why there is none.
    func read(_ name: String, _ sight: MappingWatch.Sight) -> Result<MappingContent, MappingReload.Reason.Only> {
        switch sight {
        case .unreadable(let reason):
            return .failure(.init(reason, remedy: "give it back, or restart with a configuration without it"))
        case .absent:
            guard let content = Self.shipped(name) else {
                let headline = "\(path)/\(name)/\(name).json is gone, and no mapping of that name ships"
                return .failure(.init(headline, remedy: "put it back, or take its instances out of the configuration"))
            }
            return .success(content)
        case .present(let marks): return read(name, marks)
        }
    }

    private func read(
        _ name: String,
        _ marks: [MappingWatch.FileMark]
    ) -> Result<MappingContent, MappingReload.Reason.Only> {
        guard marks.reduce(0, { $0 + $1.size }) <= Self.bytesMax else {
            let headline = "the files of \(path)/\(name) are larger than \(Self.bytesMax >> 20) MiB"
            return .failure(.init(headline, remedy: "leave only what the mapping's tests name"))
        }
        var files: [String: [UInt8]] = [:]
        for mark in marks {
            let file = "\(path)/\(name)/\(mark.path)"
            guard let data = FileManager.default.contents(atPath: file) else {
                return .failure(.init("\(file) may not be read", remedy: "let the daemon's user read it"))
            }
            files[mark.path] = Array(data)
        }
        let bytes = files.removeValue(forKey: "\(name).json") ?? []
        return .success(
            MappingContent(name: name, file: "\(path)/\(name)/\(name).json", bytes: bytes, fixtures: files)
        )
    }

    /// Holds the mappings that are there at the start to what is asked of those that change later.
    ///
    /// - Throws: ``CommandFailure`` where one's own tests fail: there is none before it that could go on.
    func refuseUntested(_ sights: [String: MappingWatch.Sight], by engine: Engine) throws(CommandFailure) {
        var lines: [String] = []
        for (name, sight) in sights.sorted(by: { $0.key < $1.key }) {
            guard case .present = sight, case .success(let content) = read(name, sight) else { continue }
            lines += engine.reasons(against: content).map(\.description)
        }
        guard lines.isEmpty else { throw CommandFailure(lines.joined(separator: "\n")) }
    }

    private static func shipped(_ name: String) -> MappingContent? {
        guard let bytes = ShippedMappings.mapping(name) else { return nil }
        var fixtures: [String: [UInt8]] = [:]
        for path in ShippedMappings.files(of: name) { fixtures[path] = ShippedMappings.file(name, path) }
        return MappingContent(name: name, file: "\(name).json", bytes: bytes, fixtures: fixtures)
    }
}

extension MappingReload.Reason {
    /// A reason on its own, as the failure of a result.
    struct Only: Error {
        let reason: MappingReload.Reason

        init(_ headline: String, remedy: String) { reason = .init(headline, remedy: remedy) }
    }
}
