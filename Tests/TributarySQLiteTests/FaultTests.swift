// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Synchronization
import Testing
import Tributary
import TributaryLedger
import TributaryModel
import TributaryTesting

@testable import TributarySQLite

@Suite(.timeLimit(.minutes(1))) struct FaultTests {
    private func submission(_ key: String, body: Int = 100) -> Submission {
        Submission(
            source: "stripe",
            webhookKey: key,
            type: "invoice.paid",
            live: true,
            receivedAt: Timestamp(unixSeconds: 1_790_000_000),
            headers: [:],
            body: [UInt8](repeating: 7, count: body),
            mapping: MappingStamp(name: "stripe", version: "1.0.0", contentHash: "c0ffee"),
            outcome: JournalOutcome(.emitted),
            events: [SampleEvents.payment("in_\(key)", customer: "cus_\(key)", referral: "r")]
        )
    }

    private func code(_ work: () async throws(StoreError) -> Void) async -> StoreError.Code? {
        do throws(StoreError) { try await work() } catch { return error.code }
        return nil
    }

    @Test func `a full disk keeps nothing of what it refuses, and the store goes on when there is room`() async throws {
        let folder = try TemporaryFolder()
        let fatal = Mutex(0)
        let store = try SQLiteStore(
            path: folder.file("t.db"),
            limits: Writer.Limits(),
            onFatal: { _ in fatal.withLock { $0 += 1 } },
            prepare: { connection throws(StoreError) in try connection.execute("PRAGMA max_page_count = 120") }
        )
        let policy = StoreConformance.policy
        var kept = 0
        var refusal: StoreError.Code?
        while kept < 10_000, refusal == nil {
            refusal = await code { () async throws(StoreError) in
                _ = try await store.settle(submission("\(kept)", body: 2000), under: policy)
                kept += 1
            }
        }
        #expect(refusal == .full)
        #expect(kept > 10)
        #expect(try await store.webhooks(WebhookQuery(limit: 10_000)).count == kept)
        #expect(try await store.balances(under: policy).map(\.imbalance) == [0, 0])
        #expect(try await store.balances(under: policy).map(\.accepted) == [Int64(kept), Int64(kept)])
        // What needs no room still works: deliveries go on, and so the disk can become emptier.
        let request = LeaseRequest(
            sink: "river",
            limit: 1,
            now: Timestamp(unixSeconds: 1_790_000_000),
            until: Timestamp(unixSeconds: 1_790_000_010)
        )
        #expect(try await store.lease(request).count == 1)
        try await store.write { book throws(StoreError) in
            try book.connection.execute("PRAGMA max_page_count = 100000")
        }
        #expect(try await store.settle(submission("\(kept)", body: 2000), under: policy).status == .stored)
        #expect(await store.isReady())
        #expect(fatal.withLock { $0 } == 0)
        await store.close()
    }

    @Test func `of a batch with one that fails the others are kept`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file("t.db"))
        let gate = DispatchSemaphore(value: 0)
        let policy = StoreConformance.policy
        let results = await withTaskGroup(of: StoreError.Code?.self) { group in
            // Holds the writer until all others wait, so that they become one batch.
            group.addTask { await code { () async throws(StoreError) in try await store.write { _ in gate.wait() } } }
            while !store.isWriting { await Task.yield() }
            for index in 0..<10 {
                group.addTask {
                    await code { () async throws(StoreError) in
                        _ = try await store.settle(submission("\(index)"), under: policy)
                    }
                }
            }
            group.addTask {
                await code { () async throws(StoreError) in
                    try await store.write { book throws(StoreError) in
                        try book.connection.run("UPDATE probe SET count = 1000 WHERE id = 1")
                        throw StoreError(.full, "as if")
                    }
                }
            }
            while store.waiting < 11 { await Task.yield() }
            gate.signal()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.compactMap(\.self) == [.full])
        #expect(try await store.webhooks(WebhookQuery()).count == 10)
        #expect(try await store.balances(under: policy).map(\.accepted) == [10, 10])
        let count = try await store.write { book throws(StoreError) in
            try book.connection.first("SELECT count FROM probe", read: { row throws(StoreError) in row.int(0) })
        }
        #expect(count == 1)
        await store.close()
    }

    @Test func `more work than may wait is refused as busy, and then taken again`() async throws {
        let folder = try TemporaryFolder()
        let limits = Writer.Limits(waitingMax: 4)
        let store = try SQLiteStore(
            path: folder.file("t.db"),
            limits: limits,
            onFatal: { _ in },
            prepare: { _ throws(StoreError) in }
        )
        let gate = DispatchSemaphore(value: 0)
        let policy = StoreConformance.policy
        let results = await withTaskGroup(of: StoreError.Code?.self) { group in
            group.addTask { await code { () async throws(StoreError) in try await store.write { _ in gate.wait() } } }
            while !store.isWriting { await Task.yield() }
            for index in 0..<10 {
                group.addTask {
                    await code { () async throws(StoreError) in
                        _ = try await store.settle(submission("\(index)"), under: policy)
                    }
                }
            }
            var results: [StoreError.Code?] = []
            while results.count < 6, let result = await group.next() { results.append(result) }
            gate.signal()
            while let result = await group.next() { results.append(result) }
            return results
        }
        #expect(results.count { $0 == .busy } == 6)
        #expect(results.count { $0 == nil } == 5)
        #expect(await store.isReady())
        await store.close()
    }

    @Test func `a second store on the same file is refused and names the lock`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        let store = try SQLiteStore(path: path)
        let error = try #require(throws: StoreError.self) { try SQLiteStore(path: path) }
        #expect(error.code == .inUse)
        #expect(error.detail.contains(path + ".lock"))
        await store.close()
    }

    @Test func `what was written is there after closing and opening again`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        do {
            let store = try SQLiteStore(path: path)
            _ = try await store.settle(submission("1"), under: StoreConformance.policy)
            await store.close()
        }
        let store = try SQLiteStore(path: path)
        #expect(try await store.settle(submission("1"), under: StoreConformance.policy).status == .repeated)
        await store.close()
    }

    @Test func `a newer schema is refused with the way out`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        try Opening.connection(path: path).execute("PRAGMA user_version = 99")
        let error = try #require(throws: StoreError.self) { try SQLiteStore(path: path) }
        #expect(error.code == .newerSchema)
        #expect(error.detail.contains("run the newer release"))
    }

    @Test func `a database of another program is refused and left as it is`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        do { try Connection(path: path, .write).execute("CREATE TABLE theirs (a); PRAGMA journal_mode = DELETE") }
        let before = try Data(contentsOf: URL(filePath: path))
        let error = try #require(throws: StoreError.self) { try SQLiteStore(path: path) }
        #expect(error.code == .unusable)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test func `a file that is no database is refused`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        try Data(repeating: 65, count: 8192).write(to: URL(filePath: path))
        #expect(try #require(throws: StoreError.self) { try SQLiteStore(path: path) }.code == .unusable)
    }

    @Test func `a directory that is not there is named`() throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: StoreError.self) { try SQLiteStore(path: folder.file("no/t.db")) }
        #expect(error.code == .unusable)
        #expect(error.detail.contains("no/t.db"))
    }

    @Test func `the files are readable by their owner alone`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        let store = try SQLiteStore(path: path)
        _ = try await store.settle(submission("1"), under: StoreConformance.policy)
        for suffix in ["", "-wal", "-shm", ".lock"] {
            let mode = try FileManager.default.attributesOfItem(atPath: path + suffix)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(suffix)")
        }
        await store.close()
    }

    @Test func `the log is moved to the file while the store is used`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        let limits = Writer.Limits(walPagesMax: 50)
        let store = try SQLiteStore(path: path, limits: limits, onFatal: { _ in }, prepare: { _ throws(StoreError) in })
        for index in 0..<200 {
            _ = try await store.settle(submission("\(index)", body: 4000), under: StoreConformance.policy)
        }
        let sizes = try [path, path + "-wal"].map {
            try #require(try FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int)
        }
        #expect(sizes[0] > 800_000)
        #expect(sizes[1] < 800_000)
        await store.close()
    }
}
