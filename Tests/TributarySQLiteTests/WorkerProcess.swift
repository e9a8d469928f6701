// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The program `StoreWorker` at work on a store, and what it has acknowledged.
struct WorkerProcess {
    /// Webhook keys and the numbers that were given for them.
    var settled: [String: Int64] = [:]
    /// Deliveries that were said to have ended.
    var ended: Set<Int64> = []
    /// Codes with which something was refused.
    var refused: Set<String> = []
    /// How the process ended.
    var status: Int32 = 0

    /// Runs the program and kills it after a time, or waits for its own end where there is none.
    init(_ arguments: [String], killAfter time: Duration?) async throws {
        let process = Process()
        // Test bundles and programs are built into one folder.
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "StoreWorker")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let id = process.processIdentifier
        if let time {
            // Off the cooperative pool's clock: the reading below blocks its own thread alone.
            Thread.detachNewThread {
                Thread.sleep(forTimeInterval: TimeInterval(time.components.attoseconds) / 1e18)
                kill(id, SIGKILL)
            }
        }
        let output = await withCheckedContinuation { done in
            Thread.detachNewThread {
                done.resume(returning: pipe.fileHandleForReading.readDataToEndOfFile())
                process.waitUntilExit()
            }
        }
        process.waitUntilExit()
        status = process.terminationStatus
        for line in String(decoding: output, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "settled": settled.updateValue(try #require(Int64(words[2])), forKey: words[1])
            case "ended": ended.insert(try #require(Int64(words[1])))
            case "refused": refused.insert(words[1])
            default: break
            }
        }
    }
}
