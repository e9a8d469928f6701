// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A folder of a test's own, removed with the value.
final class Sandbox: Sendable {
    let path: String

    /// Makes an empty folder.
    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "tributary-cli-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A leftover in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }

    func url(_ name: String) -> URL { URL(filePath: path).appending(path: name) }

    func write(_ name: String, _ text: String) throws {
        try FileManager.default.createDirectory(
            at: url(name).deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url(name))
    }

    func read(_ name: String) throws -> String { try String(contentsOf: url(name), encoding: .utf8) }

    /// The package's folder.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A page of the documentation.
    static func page(_ name: String) throws -> String {
        try String(contentsOf: package.appending(path: "Docs/\(name).md"), encoding: .utf8)
    }

    /// A sample of the mapping that ships.
    static func sample(_ name: String) throws -> String {
        try String(contentsOf: package.appending(path: "Mappings/stripe/samples/\(name)"), encoding: .utf8)
    }
}

extension String {
    /// The text as a block of code in a page.
    var indented: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    " + $0 }.joined(
            separator: "\n"
        )
    }
}
