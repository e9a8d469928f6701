// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryLedger
import TributaryModel
import TributaryTesting

@testable import TributarySQLite

@Suite(.serialized) struct CrashTests {
    @Test(.timeLimit(.minutes(10)))
    func `a process killed at any moment loses nothing that it acknowledged`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        var settled: [String: Int64] = [:]
        var ended: Set<Int64> = []
        for run in 0..<TestSettings.kills {
            let time = Duration.milliseconds(Int.random(in: 20...300))
            let worker = try await WorkerProcess([path, "\(run)"], killAfter: time)
            #expect(worker.refused.isEmpty)
            settled.merge(worker.settled) { old, _ in old }
            #expect(ended.isDisjoint(with: worker.ended), "a delivery ended twice")
            ended.formUnion(worker.ended)
        }
        #expect(settled.count > TestSettings.kills, "the workers came to work")
        try await verify(path, settled, ended)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a disk that fails ends the store for good, and what was acknowledged is there at the next start`()
        async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        let worker = try await WorkerProcess([path, "0", "--file-size", "3000000"], killAfter: nil)
        #expect(worker.status == 3, "refused everything afterwards, and said once that it is fatal")
        #expect(worker.refused == ["failed"])
        #expect(!worker.settled.isEmpty)
        try await verify(path, worker.settled, worker.ended)
    }

    private func verify(_ path: String, _ settled: [String: Int64], _ ended: Set<Int64>) async throws {
        let store = try SQLiteStore(path: path)
        let policy = StoreConformance.policy
        for balance in try await store.balances(under: policy) { #expect(balance.imbalance == 0) }
        let found = try await store.write { book throws(StoreError) in
            try book.connection.all(
                "SELECT key, number FROM webhook",
                read: { row throws(StoreError) in (row.text(0), row.int(1)) }
            )
        }
        let numbers = Dictionary(uniqueKeysWithValues: found)
        for (key, number) in settled { #expect(numbers[key] == number, "webhook \(key)") }
        let ends = Set(
            try await store.write { book throws(StoreError) in
                try book.connection.all(
                    "SELECT number FROM delivery WHERE state = 6",
                    read: { row throws(StoreError) in row.int(0) }
                )
            }
        )
        #expect(ended.isSubset(of: ends))
        let integrity = try await store.write { book throws(StoreError) in
            try book.connection.all(
                "PRAGMA integrity_check",
                read: { row throws(StoreError) in row.text(0) }
            )
        }
        #expect(integrity == ["ok"])
        await store.close()
    }
}
