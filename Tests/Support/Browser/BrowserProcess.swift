// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A headless Chromium as a child process, which speaks the DevTools protocol over two pipes.
///
/// Over pipes it needs no port that others could reach, and no WebSocket. Messages are JSON texts that end with a NUL.
/// Source: Chromium, `--remote-debugging-pipe`; it reads file descriptor 3 and writes 4.
final class BrowserProcess: Sendable {
    /// The process, which leads a group of its own.
    let id: pid_t
    /// What the browser reads.
    let input: Int32
    /// What the browser writes.
    let output: Int32

    private let profile: String

    /// The program: the script of the distribution does not become it, so that ending the script would not end it.
    private static let programs = [
        "/usr/lib/chromium/chromium-headless-shell", "/usr/bin/chromium-headless-shell", "/usr/bin/chromium",
    ]

    /// Ends a browser whose test process died, then becomes it.
    private static let guardScript = """
        (while kill -0 "$0" && kill -0 $$; do sleep 2; done; kill -0 "$0" || kill -9 -$$) 2>/dev/null 3<&- 4>&- & exec "$@"
        """

    /// Starts a browser with an empty profile of its own.
    init() throws {
        guard let program = Self.programs.first(where: FileManager.default.isExecutableFile) else {
            throw BrowserFailure("there is no chromium-headless-shell; scripts/bootstrap installs it")
        }
        profile = FileManager.default.temporaryDirectory.appending(path: "tributary-browser-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: profile, withIntermediateDirectories: true)
        let down = try Self.pipe()
        let up = try Self.pipe()
        let options = [
            "--headless", "--remote-debugging-pipe", "--user-data-dir=\(profile)", "--no-first-run", "--disable-gpu",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage",
            "--disable-extensions", "--no-default-browser-check", "--hide-scrollbars", "--force-color-profile=srgb",
            "--lang=en-US",
        ]
        // Chromium's own sandbox refuses to start for root, as which CI runs; it shows our own pages only.
        let words =
            ["/bin/sh", "-c", Self.guardScript, String(getpid()), program] + options
            + (geteuid() == 0 ? ["--no-sandbox"] : []) + ["about:blank"]
        id = try Self.spawn(words, reads: down.read, writes: up.write, log: profile + "/log")
        close(down.read)
        close(up.write)
        input = down.write
        output = up.read
    }

    deinit {
        kill(-id, SIGKILL)
        waitpid(id, nil, 0)
        close(input)
        close(output)
        // A leftover in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: profile)
    }

    /// What it wrote to standard error.
    var log: String {
        FileManager.default.contents(atPath: profile + "/log").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// A pipe whose ends are not 3 or 4, and not inherited unless they are put there.
    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw BrowserFailure("no pipe: error \(errno)") }
        let moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
        for end in ends { close(end) }
        return (moved[0], moved[1])
    }

    private static func spawn(_ words: [String], reads: Int32, writes: Int32, log: String) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawnattr_init(&attributes)
        unsafe posix_spawn_file_actions_init(&actions)
        defer {
            unsafe posix_spawnattr_destroy(&attributes)
            unsafe posix_spawn_file_actions_destroy(&actions)
        }
        // Threads of the cooperative pool block all signals, and a child would inherit that and never end by one.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, reads, 3)
        unsafe posix_spawn_file_actions_adddup2(&actions, writes, 4)
        let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
        var id: pid_t = 0
        let code = unsafe posix_spawn(&id, words[0], &actions, &attributes, arguments, environ)
        guard code == 0 else { throw BrowserFailure("cannot start \(words[0]): error \(code)") }
        return id
    }
}
