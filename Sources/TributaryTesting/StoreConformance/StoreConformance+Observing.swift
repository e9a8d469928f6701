// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

extension StoreConformance {
    private static func seen(_ text: String, at seconds: Int64, count: Int64 = 1, sample: String = "") -> Observation {
        Observation(
            Observation.Key(.value, source: "stripe", type: "invoice.paid", place: "invoice-paid phase", text: text),
            sample: sample,
            mapping: "hash_\(seconds)",
            first: Timestamp(unixSeconds: seconds),
            count: count
        )
    }

    static let observing: [Check] = [
        Check("what is observed again is added to what was observed before, in any order of time") { probe in
            try probe.expect(try await probe.store.observations(), is: [])
            try await probe.store.observe([seen("a", at: 200, count: 3, sample: "new"), seen("b", at: 150)])
            try await probe.store.observe([seen("a", at: 100, count: 2, sample: "old"), seen("c", at: 300, count: 0)])
            var expected = seen("a", at: 200, count: 5, sample: "new")
            expected.first = Timestamp(unixSeconds: 100)
            let found = try await probe.store.observations()
            try probe.expect(found, is: [seen("c", at: 300, count: 0), expected, seen("b", at: 150)])
        },
        Check("a newer observation brings its sample and its mapping, but no sample takes none away") { probe in
            try await probe.store.observe([seen("a", at: 100, sample: "one")])
            try await probe.store.observe([seen("a", at: 200)])
            let first = try probe.require(try await probe.store.observations().first)
            try probe.expect([first.sample, first.mapping], is: ["one", "hash_200"])
            try await probe.store.observe([seen("a", at: 300, sample: "two")])
            let second = try probe.require(try await probe.store.observations().first)
            try probe.expect([second.sample, second.mapping], is: ["two", "hash_300"])
            try probe.expect(second.count, is: 3)
        },
        Check("observations that differ in one part of their key are their own, whatever bytes are in it") { probe in
            var keys: [Observation.Key] = [.init(.field, source: "s", type: "t", place: "p\u{0} – 日本", text: "x'\"")]
            for kind in Observation.Kind.allCases where kind != .field {
                var key = keys[0]
                key.kind = kind
                keys.append(key)
            }
            for change in [\Observation.Key.source, \.type, \.place, \.text] {
                var key = keys[0]
                key[keyPath: change] = ""
                keys.append(key)
            }
            let all = keys.map { Observation($0, mapping: "", first: Timestamp(unixSeconds: 1)) }
            try await probe.store.observe(all)
            try probe.expect(Set(try await probe.store.observations()), is: Set(all))
        },
        Check("a count does not overflow") { probe in
            try await probe.store.observe([seen("a", at: 1, count: .max)])
            try await probe.store.observe([seen("a", at: 1, count: 5)])
            try probe.expect(try await probe.store.observations().map(\.count), is: [.max])
        },
        Check("outcomes that ask for a person are summed up by instance, type, rule, reason and mapping") { probe in
            func tell(_ kind: JournalOutcome.Kind, _ key: String, live: Bool = true, hash: String = "c0ffee")
                async throws
            {
                var submission = await probe.submission([], key: key, live: live)
                submission.type = "invoice.paid"
                submission.mapping.contentHash = hash
                submission.outcome = JournalOutcome(kind, rule: kind == .unmapped ? nil : "r", why: "total")
                _ = try await probe.store.settle(submission, under: probe.policy)
                await probe.pass(.seconds(1))
            }
            let begin = await probe.now
            for kind in JournalOutcome.Kind.allCases { try await tell(kind, "one_\(kind.rawValue)") }
            try await tell(.invalid, "test", live: false)
            try await tell(.invalid, "again")
            try await tell(.invalid, "again")
            try await tell(.incomplete, "mended", hash: "beef")
            let tallies = try await probe.store.tallies()
            try probe.expect(tallies.map(\.outcome.kind), is: [.invalid, .incomplete, .incomplete, .unmapped])
            let most = try probe.require(tallies.first)
            try probe.expect(most.count, is: 3)
            try probe.expect(most.outcome, is: JournalOutcome(.invalid, rule: "r", why: "total"))
            try probe.expect([most.source, most.type], is: ["stripe", "invoice.paid"])
            try probe.expect(most.first, is: begin.advanced(by: .seconds(5)))
            try probe.expect(most.last, is: begin.advanced(by: .seconds(7)))
            try probe.expect(tallies.map(\.mapping.contentHash), is: ["c0ffee", "beef", "c0ffee", "c0ffee"])
        },
        Check("a closed store observes nothing") { probe in
            await probe.store.close()
            var code: StoreError.Code?
            do throws(StoreError) {
                try await probe.store.observe([seen("a", at: 1)])
            } catch {
                code = error.code
            }
            try probe.expect(code, is: .closed)
        },
    ]
}
