// SPDX-License-Identifier: Apache-2.0

import Foundation
import TributaryJSON
import TributaryModel

/// A folder of recorded webhooks, read one after the other in the order of the names, folders within included.
struct Corpus {
    /// A recorded webhook.
    struct Webhook {
        /// Path within the folder; with the line where the file holds many.
        var label: String
        var headers: HeaderFields = [:]
        var body: [UInt8]
    }

    /// The most bytes that one body or one line may have.
    private static let bytesMax = 16 << 20

    private let folder: String

    /// Finds the folder.
    ///
    /// - Throws: ``UsageError`` where there is none, or no recorded webhook in it.
    init(_ folder: String) throws(UsageError) {
        guard Input.isFolder(folder) else { throw UsageError("there is no folder \(folder)") }
        self.folder = folder
    }

    /// Hands on each webhook.
    func visit(_ body: (Webhook) -> Void) throws {
        var bytes = 0
        var files = 0
        try walk("") { _, size in
            files += 1
            bytes += size
        }
        guard files > 0 else { throw UsageError("there is no .json, .form or .jsonl file in \(folder)") }
        var progress = Progress(whole: bytes)
        defer { progress.finish() }
        try walk("") { path, size in
            switch Form(path) {
            case .body?:
                guard size <= Self.bytesMax else { throw CommandFailure("\(path) is too large to be a webhook") }
                guard let content = FileManager.default.contents(atPath: "\(folder)/\(path)") else {
                    throw CommandFailure("\(path) may not be read")
                }
                body(Webhook(label: path, body: Array(content)))
            case .lines?: try lines(of: path, body)
            case nil: break
            }
            progress.advance(by: size)
        }
    }

    // MARK: Files

    /// What a file holds, by the end of its name.
    private enum Form {
        case body
        case lines

        init?(_ path: String) {
            switch path.split(separator: ".").last {
            case "json", "form": self = .body
            case "jsonl", "ndjson": self = .lines
            default: return nil
            }
        }
    }

    /// Goes through a folder, one folder's names in memory at a time; links are not followed.
    private func walk(_ path: String, _ body: (_ path: String, _ size: Int) throws -> Void) throws {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(path)").sorted()
        } catch {
            throw CommandFailure("\(folder)/\(path) may not be read")
        }
        for name in names where !name.hasPrefix(".") {
            let inner = path.isEmpty ? name : "\(path)/\(name)"
            // What vanished meanwhile is not there.
            guard let facts = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(inner)") else { continue }
            switch facts[.type] as? FileAttributeType {
            case .typeDirectory: try walk(inner, body)
            case .typeRegular:
                if Form(inner) != nil { try body(inner, (facts[.size] as? NSNumber)?.intValue ?? 0) }
            default: break
            }
        }
    }

    // MARK: Lines

    private func lines(of path: String, _ body: (Webhook) -> Void) throws {
        guard let file = FileHandle(forReadingAtPath: "\(folder)/\(path)") else {
            throw CommandFailure("\(path) may not be read")
        }
        var number = 0
        var rest: [UInt8] = []
        func take(_ line: ArraySlice<UInt8>) throws {
            number += 1
            if line.contains(where: { !" \t\r".utf8.contains($0) }) {
                body(try webhook(Array(line), label: "\(path):\(number)"))
            }
        }
        while let chunk = try file.read(upToCount: 1 << 16), !chunk.isEmpty {
            rest += chunk
            var start = 0
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                try take(rest[start..<end])
                start = end + 1
            }
            rest.removeFirst(start)
            guard rest.count <= Self.bytesMax else {
                throw CommandFailure("\(path):\(number + 1) is too long to be a webhook")
            }
        }
        if !rest.isEmpty { try take(rest[...]) }
    }

    /// `{"headers": {…}, "body": "…"}`, where the body may also stand as the JSON that it is; any other line is a body.
    private func webhook(_ line: [UInt8], label: String) throws -> Webhook {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: line)
        } catch {
            throw CommandFailure("\(label): \(error.message)")
        }
        guard let body = value["body"], let members = value.members,
            members.allSatisfy({ ["body", "headers"].contains($0.name) })
        else { return Webhook(label: label, body: line) }
        var headers = HeaderFields()
        for member in value["headers"]?.members ?? [] {
            for text in member.value.elements ?? [member.value] { headers.append(member.name, text.string ?? "") }
        }
        return Webhook(label: label, headers: headers, body: body.string.map { Array($0.utf8) } ?? body.encoded())
    }
}
