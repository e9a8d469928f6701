// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization
import TributaryJSON
import TributaryModel

/// `tributary serve` as a child process, the very program that is shipped.
final class DaemonProcess: Sendable {
    /// What keeps a daemon from being of use to a test.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// How a process ended.
    enum Exit: Sendable, Hashable {
        case code(Int32)
        case signal(Int32)
    }

    /// The process itself: a wrapping shell has given its place to the program by the time that it listens.
    let id: pid_t
    /// Where its standard error goes, one file for each process.
    let logPath: String

    private let exit = Mutex<Exit?>(nil)

    /// The program: beside the test bundle, or where the environment says, for example a release build.
    static let program: String = {
        if let path = ProcessInfo.processInfo.environment["TRIBUTARY_PROGRAM"] { return path }
        // Where the link cannot be read, the build folder of this package is the next best guess.
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(filePath: bundle).deletingLastPathComponent().appending(path: "tributary").path
        if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        return URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../.build/debug/tributary").standardized.path
    }()

    /// Ends a program whose test process died, then becomes it.
    private static let guardScript = """
        (while kill -0 "$TRIBUTARY_TEST" && kill -0 $$; do sleep 2; done; \
        kill -0 "$TRIBUTARY_TEST" || kill -9 $$) 2>/dev/null & exec "$@"
        """

    /// Starts a daemon; it does not listen yet.
    ///
    /// - Parameters:
    ///   - folder: Where its configuration is.
    ///   - wrapper: Words in front of the program's, for example a shell that takes something away from it.
    /// - Throws: ``Failure`` where there is no such program.
    init(_ folder: DaemonFolder, wrapper: [String] = []) throws {
        logPath = "\(folder.path)/\(UUID().uuidString.prefix(8)).log"
        let words =
            ["/bin/sh", "-c", Self.guardScript, "sh"] + wrapper
            + [Self.program, "serve", "--config", folder.configurationPath]
        id = try Self.spawn(words, logPath: logPath)
    }

    deinit {
        guard exit.withLock({ $0 }) == nil else { return }
        kill(id, SIGKILL)
        waitpid(id, nil, 0)
    }

    /// Starts a program with no signal blocked or ignored: threads of the cooperative pool block all of them, and a child
    /// would inherit that and never end.
    private static func spawn(_ words: [String], logPath: String) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawnattr_init(&attributes)
        unsafe posix_spawn_file_actions_init(&actions)
        defer {
            unsafe posix_spawnattr_destroy(&attributes)
            unsafe posix_spawn_file_actions_destroy(&actions)
        }
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, logPath, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var environment = ProcessInfo.processInfo.environment
        environment["TRIBUTARY_TEST"] = String(getpid())
        let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        let variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        let texts = unsafe arguments + variables
        defer { for index in unsafe texts.indices { unsafe free(texts[index]) } }
        var id: pid_t = 0
        let code = unsafe posix_spawn(&id, words[0], &actions, &attributes, arguments, variables)
        guard code == 0 else { throw Failure(description: "cannot start \(words[0]): error \(code)") }
        return id
    }

    /// Waits until the daemon listens.
    ///
    /// - Returns: its address, for example `http://127.0.0.1:4711`.
    /// - Throws: ``Failure`` with the log, where it ends or takes too long.
    func listening(within limit: Duration = .seconds(20)) async throws -> String {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while clock.now < deadline {
            let isOver = ended() != nil
            if let line = log.first(where: { $0["message"]?.string == "Listening" }),
                let address = line["address"]?.string
            {
                return "http://" + address
            }
            if isOver { throw Failure(description: "the daemon ended: \(logText)") }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw Failure(description: "the daemon does not listen: \(logText)")
    }

    /// How it ended, if it has.
    func ended() -> Exit? {
        exit.withLock { exit in
            if exit != nil { return exit }
            var status: Int32 = 0
            guard unsafe waitpid(id, &status, WNOHANG) == id else { return nil }
            exit = status & 0x7F == 0 ? .code((status >> 8) & 0xFF) : .signal(status & 0x7F)
            return exit
        }
    }

    /// Waits for the end.
    func end(within limit: Duration = .seconds(30)) async throws -> Exit {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while clock.now < deadline {
            if let exit = ended() { return exit }
            try await Task.sleep(for: .milliseconds(2))
        }
        throw Failure(description: "the daemon does not end: \(logText)")
    }

    /// Asks it to stop, and waits.
    func stop() async throws -> Exit {
        kill(id, SIGTERM)
        return try await end()
    }

    /// `kill -9`, and waits.
    func crash() async throws {
        kill(id, SIGKILL)
        _ = try await end()
    }

    /// Everything that it wrote to standard error.
    var logText: String {
        FileManager.default.contents(atPath: logPath).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The lines of the log that are JSON.
    var log: [JSONValue] {
        // The last line may be half written; what is not JSON is a fault of its own, see below.
        logText.split(separator: "\n").compactMap { try? JSONValue(parsing: Array($0.utf8)) }
    }

    /// What a log must not have: lines that are no JSON objects, and words that only secrets and buyers have.
    var logFaults: [String] {
        let text = logText
        var faults = text.split(separator: "\n").filter { line in
            // What cannot be read is what is looked for.
            (try? JSONValue(parsing: Array(line.utf8)))?.members == nil
        }.map { "no JSON: \($0)" }
        if text.contains(StripeShape.canary) { faults.append("the log names a secret, a person or a body") }
        if !text.isEmpty, !text.hasSuffix("\n") { faults.append("the last line has no end") }
        return faults
    }
}
