// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing
import TributaryJSON
import TributaryModel

/// A running `tributary serve` on a free port; ends by itself after a minute.
final class Daemon {
    /// Its address, `http://127.0.0.1:…`.
    let url: String
    private let process = Process()

    /// Starts the daemon with the configuration `tributary.json` of a folder, and waits until it listens.
    ///
    /// With a log, everything that it says is in that file of the folder too.
    init(in folder: Sandbox, environment: [String: String], log: String? = nil) throws {
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let serve = ["timeout", "60", CommandLineRun.binary, "serve"]
        process.arguments =
            log.map {
                ["bash", "-c", "exec \(serve.joined(separator: " ")) --log debug 2> >(trap '' TERM; tee -p \($0) >&2)"]
            }
            ?? serve
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = CommandLineRun.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = pipe.fileHandleForWriting
        try process.runWithOpenSignals()
        try pipe.fileHandleForWriting.close()  // ours; the child's end must end the reading
        var text = ""
        var address: String?
        while address == nil, case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
            text += String(decoding: data, as: UTF8.self)
            for line in text.split(separator: "\n") {
                // A line may not be whole yet.
                let entry = try? JSONValue(parsing: Array(line.utf8))
                if entry?["message"] == "Listening" { address = entry?["address"]?.string }
            }
        }
        url = "http://" + (try #require(address, "\(text)"))
    }

    /// Kills it, as a machine does that runs out of memory.
    ///
    /// The processes between are told nothing; they end by themselves.
    func kill() throws {
        let path = "/proc/\(process.processIdentifier)/task/\(process.processIdentifier)/children"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let children = text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }.filter { child in
            // Beside it there may be the one that writes the log.
            let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(child)/exe")
            return program?.hasSuffix("/tributary") ?? false
        }
        try #require(children.count == 1, "\(text)")
        for child in children { _ = Glibc.kill(child, SIGKILL) }
        process.waitUntilExit()
    }

    /// Stops it as an operator does.
    ///
    /// - Returns: its exit code.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
