// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryLedger
import TributaryModel
import TributarySQLite
import TributaryTesting

/// What remains of a person in the files themselves.
@Suite struct SQLiteErasureTests {
    private static func files(of path: String) -> [Data] {
        ["", "-wal", "-shm"].compactMap { FileManager.default.contents(atPath: path + $0) }
    }

    private static func isNamed(_ name: String, in path: String) -> Bool {
        files(of: path).contains { file in
            let found: Range<Data.Index>? = file.range(of: Data(name.utf8))
            return found != nil
        }
    }

    @Test(.timeLimit(.minutes(1))) func `not one byte of an erased person stays in the files`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("t.db")
        let store = try SQLiteStore(path: path)
        let probe = StoreProbe(store)
        let names = ["cus_zanzibar", "user_zanzibar", "zanzibar@example.com"]
        var lead = SampleEvents.lead("cus_zanzibar", user: "user_zanzibar", referral: "r_zanzibar")
        lead.customer.email = "zanzibar@example.com"
        var submission = await probe.submission([lead, SampleEvents.payment("in_1", customer: "cus_zanzibar")])
        // Long enough for pages of its own.
        submission.body = Array(String(repeating: names.joined(separator: " "), count: 500).utf8)
        submission.headers = ["X-Customer": "cus_zanzibar"]
        _ = try await store.settle(submission, under: probe.policy)
        try await probe.deliver()
        #expect(Self.isNamed("zanzibar", in: path))
        let events = try await store.events(after: 0, limit: 10).map(\.entry.number)
        let now = await probe.now
        _ = try await store.forget(Erasure(events: events, webhooks: []), at: now, under: probe.policy)
        for name in names + ["r_zanzibar"] {
            #expect(!Self.isNamed(name, in: path), "\(name)")
        }
        await store.close()
        #expect(!Self.isNamed("zanzibar", in: path))
    }
}
