// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TributarySQLite
import TributaryTesting

@Suite struct SQLiteConformanceTests {
    @Test(.timeLimit(.minutes(1)), arguments: StoreConformance.checks)
    func `SQLite keeps a store's promises`(_ check: StoreConformance.Check) async throws {
        let folder = try TemporaryFolder()
        try await check.run { try SQLiteStore(path: folder.file("t.db")) }
    }

    @Test(.timeLimit(.minutes(5)), arguments: 1..<(1 + TestSettings.seeds))
    func `SQLite and the reference in memory answer the same for a random life`(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file("t.db"))
        var comparison = StoreComparison(store, seed: seed)
        try await comparison.play(steps: 400)
        await store.close()
    }
}

/// What the environment can make larger; the defaults suit a commit.
enum TestSettings {
    static let seeds = UInt64(ProcessInfo.processInfo.environment["TRIBUTARY_STORE_SEEDS"] ?? "") ?? 8
    static let kills = Int(ProcessInfo.processInfo.environment["TRIBUTARY_STORE_KILLS"] ?? "") ?? 20
}

/// A folder that goes when the test is over.
final class TemporaryFolder: Sendable {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "tributary-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }
}
