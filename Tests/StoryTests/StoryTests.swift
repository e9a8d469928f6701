// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributarySQLite
import TributaryTesting

/// Click, sign-up, trial, first payment, renewals without metadata, refunds and a dispute, on four platforms at once.
///
/// `scripts/story` tells more of them, and one alone with everything that happened.
@Suite struct StoryTests {
    private static let count = number("TRIBUTARY_STORY_SEEDS")
    private static let first = number("TRIBUTARY_STORY_FIRST") ?? 1
    private static let isTold = ProcessInfo.processInfo.environment["TRIBUTARY_STORY_LOG"] != nil

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    @Test(.timeLimit(.minutes(60)))
    func `the books at every platform equal the story's, in any order and any weather`() async throws {
        try await tell(Self.count ?? 200, on: "memory") { seed in
            try await Telling(seed: seed, in: MemoryStore(), isTold: Self.isTold)
        }
    }

    @Test(.timeLimit(.minutes(60)))
    func `the books equal the story's also where everything is kept in the embedded store`() async throws {
        try await tell(Self.count ?? 20, on: "SQLite") { seed in
            try await Folder.with { folder in
                let store = try SQLiteStore(path: folder + "/story.db")
                let telling = try await Telling(seed: seed, in: store)
                await store.close()
                return telling
            }
        }
    }

    @Test(.timeLimit(.minutes(60)))
    func `the books equal the story's also where every call goes over a socket`() async throws {
        try await tell(min(Self.count ?? 6, 20), on: "sockets") { seed in
            try await Telling(overSockets: seed, in: MemoryStore())
        }
    }

    private func tell(_ count: Int, on stage: String, _ telling: (UInt64) async throws -> Telling) async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        var sales = 0
        var tellings = 0
        for seed in UInt64(Self.first)..<UInt64(Self.first + count) {
            let told = try await telling(seed)
            sales += told.sales
            tellings += told.tellings
            if !told.log.isEmpty { Self.say(told.log) }
            #expect(
                told.differences.isEmpty,
                "seed \(seed) on \(stage) (\(told.weather)), `scripts/story 1 \(seed)` tells it alone:\n\(told.list)"
            )
        }
        Self.say("story: \(count) seeds on \(stage), \(tellings) tellings of \(sales) sales, \(clock.now - begin)")
    }

    private static func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

/// A folder for a database, in memory where the system has such a place: what is tested here is not the disk.
private enum Folder {
    static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let shared = URL(filePath: "/dev/shm")
        let base =
            FileManager.default.isWritableFile(atPath: shared.path) ? shared : FileManager.default.temporaryDirectory
        let url = base.appending(path: "tributary-story-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer {
            // What is left behind is the system's to clear away.
            try? FileManager.default.removeItem(at: url)
        }
        return try await body(url.path)
    }
}
