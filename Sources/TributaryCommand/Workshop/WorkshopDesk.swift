// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import TributaryJSON
import TributaryMapping
import TributaryModel
import TributaryServer
import TributaryWorkshop

/// Answers what the page asks: one mapping, its fixtures, and what it makes of a sample.
final class WorkshopDesk: Sendable {
    /// What to call the mapping in diagnostics and on the page.
    let label: String

    /// The file that is written; `nil` where nothing is.
    let file: WorkshopFile?

    private let fixtures: WorkshopFixtures
    private let start: String
    private let preview: Preview

    // One thing at a time and off the cooperative pool: files are read and written, and the page asks in turn anyway.
    private let queue = DispatchQueue(label: "tributary.workshop")

    /// Opens a mapping.
    ///
    /// - Parameter name: A mapping that ships, a mapping file or its folder; `nil` for a blank one.
    /// - Throws: ``UsageError`` where there is no such thing.
    init(_ name: String?) throws {
        let source = try Self.source(name)
        label = source.label
        file = source.file
        fixtures = source.fixtures
        start = source.text
        preview = Preview(fixtures: fixtures.bytes)
    }

    private typealias Source = (label: String, file: WorkshopFile?, fixtures: WorkshopFixtures, text: String)

    private static func source(_ name: String?) throws -> Source {
        guard let name else { return ("mapping.json", nil, .none, BlankMapping.text(provider: "acme")) }
        if !FileManager.default.fileExists(atPath: name) {
            if let shipped = ShippedMappings.mapping(name) {
                return ("\(name).json", nil, .shipped(name), String(decoding: shipped, as: UTF8.self))
            }
            let folder = URL(filePath: name).deletingLastPathComponent().path
            // A new file in a folder that is there; anything else was hardly meant.
            guard name.hasSuffix(".json"), Input.isFolder(folder) else { throw MappingSource.unknown(name) }
        }
        let isFolder = Input.isFolder(name)
        let path = isFolder ? "\(name)/\(URL(filePath: name).standardizedFileURL.lastPathComponent).json" : name
        let file = WorkshopFile(path)
        let content = try file.content()
        let provider = URL(filePath: path).deletingPathExtension().lastPathComponent
        let text = content == .none ? BlankMapping.text(provider: provider) : content.text
        return (path, file, .folder(file.folder), text)
    }

    /// Answers one of the page's questions; `nil` for one that there is not.
    func answer(_ operation: String, _ body: [UInt8]) async -> ServerResponse? {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.answered(operation, body)) }
        }
    }

    private func answered(_ operation: String, _ body: [UInt8]) -> ServerResponse? {
        do {
            switch operation {
            case "start": return try .json(opening())
            case "preview":
                return try .json(preview.result(for: PreviewRequest(parsing: body, file: label, now: .now)).json)
            case "sample": return try sample(JSONValue(parsing: body))
            case "file": return try .json(disk(known: JSONValue(parsing: body)["known"]?.string))
            case "save": return try save(JSONValue(parsing: body))
            default: return nil
            }
        } catch let failure as CommandFailure {
            return .problem(status: 500, detail: failure.description, members: [.init("code", "file")])
        } catch {
            return .problem(status: 400, detail: "\(error)", members: [.init("code", "badRequest")])
        }
    }

    private func opening() throws -> JSONValue {
        let content = try file?.content() ?? .none
        let isNew = content == .none
        return [
            "file": .string(label), "writes": .bool(file != nil), "isNew": .bool(isNew && file != nil),
            "text": .string(isNew ? start : content.text), "hash": .string(content.hash),
            "fixtures": .array(fixtures.paths.map(JSONValue.string)), "version": .string(Version.text),
        ]
    }

    private func sample(_ request: JSONValue) throws -> ServerResponse {
        if let path = request["path"]?.string {
            guard let bytes = fixtures.bytes(path) else { return Self.noSample("there is no fixture \(path) here") }
            return .json(PreviewSample(text: String(decoding: bytes, as: UTF8.self)).json)
        }
        guard let mapping = request["mapping"]?.string, let test = request["test"]?.int64 else {
            throw PreviewRequest.Fault(member: "test", expected: "a whole number beside \"mapping\"")
        }
        guard let sample = preview.sample(ofTest: Int(test), in: mapping) else {
            return Self.noSample("this test has no event, or its fixture does not exist")
        }
        return .json(sample.json)
    }

    private static func noSample(_ detail: String) -> ServerResponse {
        .problem(status: 404, detail: detail, members: [.init("code", "noSample")])
    }

    /// What the disk holds, with its text where the page does not know it yet.
    private func disk(known: String?) throws -> JSONValue {
        guard let file else { return ["hash": ""] }
        let content = try file.content()
        return Self.json(content, withText: content.hash != known)
    }

    private static func json(_ content: WorkshopFile.Content, withText: Bool) -> JSONValue {
        ["hash": .string(content.hash), "text": withText ? .string(content.text) : .null]
    }

    private func save(_ request: JSONValue) throws -> ServerResponse {
        guard let file else {
            return .problem(
                status: 409,
                detail: "No file was named; nothing is written.",
                members: [.init("code", "noFile")]
            )
        }
        guard let text = request["text"]?.string, let seen = request["base"]?.string else {
            throw PreviewRequest.Fault(member: "text", expected: "a text beside \"base\"")
        }
        switch try file.write(text, over: seen) {
        case .written(let content): return .json(Self.json(content, withText: false))
        case .conflict(let content): return .json(Self.json(content, withText: true), status: 409)
        }
    }
}
