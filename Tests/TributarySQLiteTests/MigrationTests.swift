// SPDX-License-Identifier: Apache-2.0

import CSQLite
import Foundation
import Testing
import Tributary
import TributaryLedger
import TributaryModel
import TributaryTesting

@testable import TributarySQLite

/// A store that the code of the first schema wrote, opened by today's.
@Suite(.timeLimit(.minutes(1))) struct MigrationTests {
    private static let sql = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/version-1.sql")

    /// Makes the file as it was.
    private static func restore(to path: String) throws {
        let text = try String(contentsOf: sql, encoding: .utf8)
        var database: OpaquePointer?
        try #require(unsafe sqlite3_open(path, &database) == SQLITE_OK)
        defer { unsafe sqlite3_close(database) }
        try #require(unsafe sqlite3_exec(database, text, nil, nil, nil) == SQLITE_OK)
    }

    private static func texts(_ sql: StaticString, in path: String) throws -> [String] {
        try Connection(path: path, .read).all(sql, read: { row throws(StoreError) in row.text(0) })
    }

    private static let standing = [
        "river customer:cus_1 ended(delivered)", "river invoice:in_1 ended(delivered)",
        "brook invoice:in_1 waiting", "river refund:re_1 ended(delivered)", "brook refund:re_1 blocked(by: \"sale\")",
        "river invoice:in_2 waiting", "brook invoice:in_2 waiting", "river invoice:in_3 blocked(by: \"attribution\")",
        "brook invoice:in_3 waiting", "river invoice:in_4 ended(needsHuman)", "brook invoice:in_4 waiting",
    ]

    private static func standing(_ records: [DeliveryRecord]) -> [String] {
        records.sorted { $0.id < $1.id }.map { record in
            let state =
                switch record.state {
                case .waiting: "waiting"
                case .leased: "leased"
                case .blocked(let by): "blocked(by: \"\(by)\")"
                case .ended(let end): "ended(\(end.rawValue))"
                }
            return "\(record.sink) \(record.event.key) \(state)"
        }
    }

    @Test func `everything that it had is there, and it has the newest tables`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        try Self.restore(to: path)
        let store = try SQLiteStore(path: path)
        let policy = StoreConformance.policy
        let journal = try await store.journal(JournalQuery())
        #expect(journal.map(\.submission.webhookKey) == (1...8).map { "evt_\($0)" })
        #expect(journal.map(\.submission.body) == (1...8).map { Array(#"{"id":"evt_\#($0)"}"#.utf8) })
        #expect(journal.suffix(2).map(\.submission.outcome.kind) == [.unmapped, .incomplete])
        let events = try await store.events(after: 0, limit: 100).map(\.event)
        #expect(events.map(\.key.id) == ["cus_1", "in_1", "re_1", "in_2", "in_3", "in_4"])
        #expect(events[1].total?.description == "99.00 EUR")
        #expect(events[1].lines.first?.name == "Plan – 日本")
        let records = try await store.deliveries(DeliveryQuery(limit: 100))
        #expect(Self.standing(records) == Self.standing)
        let sale = try #require(records.first { $0.sink == "river" && $0.event.key.id == "in_1" })
        #expect(sale.receipt["conversion"] == "com_in_1")
        #expect(try await store.balances(under: policy).map(\.imbalance) == [0, 0])
        #expect(try await store.balances(under: policy).map(\.accepted) == [8, 8])
        // What the second schema counts is counted of what came before it, too.
        #expect(try await store.tallies().map(\.outcome.kind.rawValue).sorted() == ["incomplete", "unmapped"])
        await store.close()
        let fresh = folder.file("fresh.db")
        await (try SQLiteStore(path: fresh)).close()
        let shape: StaticString = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
        #expect(try Self.texts(shape, in: path) == Self.texts(shape, in: fresh))
        #expect(try Self.texts("PRAGMA integrity_check", in: path) == ["ok"])
        #expect(try Self.texts("PRAGMA user_version", in: path) == ["\(Schema.migrations.count)"])
    }

    @Test func `it goes on where it stood`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        try Self.restore(to: path)
        let store = try SQLiteStore(path: path)
        let probe = StoreProbe(store)
        await probe.pass(.seconds(1000))
        try await probe.tell(SampleEvents.refund("re_2", of: Reference("invoice", "in_1"), 700), key: "evt_9")
        let refund = try #require(try await probe.lease("river").first { $0.delivery.event.key.id == "re_2" })
        #expect(refund.delivery.sale?.receipt["conversion"] == "com_in_1")
        #expect(refund.delivery.sale?.correctedBefore.minor == 500)
        #expect(refund.delivery.sale?.correctedAfter.minor == 1200)
        #expect(refund.delivery.waits == 0)
        let told = try await probe.deliver("brook")
        #expect(told.count == 6)
        let again = await probe.submission([SampleEvents.payment("in_1")], key: "evt_2")
        #expect(try await store.settle(again, under: probe.policy).status == .repeated)
        await store.close()
    }

    @Test func `who only reads reads it as it is`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        try Self.restore(to: path)
        let reader = SQLiteReader(path: path)
        #expect(try await Self.standing(reader.deliveries(DeliveryQuery(limit: 100))) == Self.standing)
        #expect(try await reader.events(after: 0, limit: 100).count == 6)
        #expect(try await reader.observations() == [])
        #expect(try await reader.tallies() == [])
        #expect(try Self.texts("PRAGMA user_version", in: path) == ["1"])
    }
}
