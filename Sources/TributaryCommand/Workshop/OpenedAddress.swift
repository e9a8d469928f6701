// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Hands an address with a secret to the user's browser.
///
/// On a command line every user of the machine could read it, so the browser gets a file that leads there and that its owner
/// alone can read.
final class OpenedAddress {
    private let folder: URL

    /// Where a user's programs keep what concerns nobody else.
    private static var place: URL {
        let place = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"]
        return place.map { URL(filePath: $0) } ?? FileManager.default.temporaryDirectory
    }

    /// Writes the file; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - address: Letters, digits and `:/#-_.[]` only.
    ///   - parent: Where to put it; `nil` for the place of the user's session.
    /// - Throws: ``CommandFailure`` where there is no place for the file.
    init(_ address: String, below parent: URL? = nil) throws(CommandFailure) {
        folder = (parent ?? Self.place)
            .appending(path: "tributary-workshop-\(UUID().uuidString.prefix(8))")
        let page = """
            <!doctype html><meta charset="utf-8"><title>Tributary workshop</title>
            <meta http-equiv="refresh" content="0;url=\(address)"><a href="\(address)">Open the workshop</a>

            """
        do {
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            try Data(page.utf8).write(to: folder.appending(path: "open.html"))
        } catch {
            throw CommandFailure("no file can be written for the browser; open the address yourself")
        }
    }

    /// Opens it in the browser of the user's choice.
    ///
    /// - Throws: ``CommandFailure`` where there is no `xdg-open`.
    func open() throws(CommandFailure) {
        let paths = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let programs = paths.map { "\($0)/xdg-open" }
        do {
            guard let program = programs.first(where: FileManager.default.isExecutableFile) else {
                throw CommandFailure("there is no xdg-open")
            }
            let process = Process()
            process.executableURL = URL(filePath: program)
            process.arguments = [folder.appending(path: "open.html").path]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
        } catch {
            throw CommandFailure("no browser can be opened; open the address yourself")
        }
    }

    deinit {
        // In a folder of the session's own, what is left goes with the session.
        try? FileManager.default.removeItem(at: folder)
    }
}
