// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

/// One run of the built program as a child process, from start to end.
struct CommandLineRun: Sendable {
    /// The exit code; 124 where the program had to be ended after 30 seconds.
    let code: Int32
    /// What it wrote to standard output.
    let output: String
    /// What it wrote to standard error.
    let complaint: String

    /// Runs `tributary` with some words.
    ///
    /// - Parameters:
    ///   - words: What stands behind `tributary`.
    ///   - input: Standard input.
    ///   - folder: Where it runs.
    ///   - environment: Variables beside `PATH`.
    /// - Throws: where the program cannot be run.
    init(
        _ words: [String],
        input: String = "",
        in folder: Sandbox,
        environment: [String: String] = [:]
    ) throws {
        try self.init(program: Self.binary, words, input: input, in: folder, environment: environment)
    }

    /// Runs a line of shell in which `tributary` is the built program.
    init(shell line: String, in folder: Sandbox, environment: [String: String] = [:]) throws {
        try self.init(program: "/bin/bash", ["-c", line], input: "", in: folder, environment: environment)
    }

    private init(
        program: String,
        _ words: [String],
        input: String,
        in folder: Sandbox,
        environment: [String: String]
    ) throws {
        let scratch = try Sandbox()
        try scratch.write("input", input)
        // Files, not pipes: nobody has to read them while the program runs.
        try scratch.write("output", "")
        try scratch.write("complaint", "")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["timeout", "30", program] + words
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = Self.environment.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: scratch.url("input"))
        process.standardOutput = try FileHandle(forWritingTo: scratch.url("output"))
        process.standardError = try FileHandle(forWritingTo: scratch.url("complaint"))
        try process.runWithOpenSignals()
        process.waitUntilExit()
        code = process.terminationStatus
        output = try scratch.read("output")
        complaint = try scratch.read("complaint")
    }

    /// The built program, beside the test bundle.
    static let binary: String = {
        let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: link).deletingLastPathComponent().appending(path: "tributary").path
    }()

    static let environment = [
        "PATH": URL(filePath: binary).deletingLastPathComponent().path + ":/usr/bin:/bin", "TMPDIR": "/tmp",
    ]
}

extension Process {
    /// Runs the process with no signal blocked.
    ///
    /// Threads of the cooperative pool block all signals, and a child would inherit that and never end by one.
    func runWithOpenSignals() throws {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}
