// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

extension StoreConformance {
    static let care: [Check] = walking + replaying + retrying + forgetting + replayingAndForgetting

    private static let walking: [Check] = [
        Check("the corrections of a sale are found by the sale, with what each changes") { probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"))
            try await probe.tell(SampleEvents.payment("in_2", referral: "r"))
            try await probe.deliver()
            try await probe.tell(SampleEvents.refund("re_1", of: Reference("invoice", "in_1"), 500))
            try await probe.tell(SampleEvents.refund("re_2", of: Reference("invoice", "in_1"), 700))
            try await probe.tell(SampleEvents.refund("re_3", of: Reference("invoice", "in_2"), 100))
            try await probe.deliver()
            let sale = try probe.require(try await probe.store.events(after: 0, limit: 1).first).entry.number
            let found = try await probe.store.deliveries(DeliveryQuery(sink: "river", correcting: sale))
            try probe.expect(found.map(\.event.key.id), is: ["re_2", "re_1"])
            try probe.expect(found.map { $0.change?.before }, is: [500, 0])
            try probe.expect(found.map { $0.change?.after }, is: [1200, 500])
            try probe.expect(try await probe.store.deliveries(DeliveryQuery(correcting: sale)).count, is: 4)
        },
        Check("the journal is walked in the order of arrival, page by page, by instance, type, time and outcome") {
            probe in
            for index in 0..<5 {
                try await probe.tell(SampleEvents.payment("in_\(index)", referral: "r"), key: "evt_\(index)")
                await probe.pass(.seconds(1))
            }
            var noise = await probe.submission([], key: "evt_noise", source: "other")
            noise.outcome = JournalOutcome(.unmapped, why: "noise")
            _ = try await probe.store.settle(noise, under: probe.policy)
            let store = probe.store
            let first = try await store.journal(JournalQuery(limit: 2))
            try probe.expect(first.map(\.submission.webhookKey), is: ["evt_0", "evt_1"])
            let last = try probe.require(first.last)
            let rest = try await store.journal(JournalQuery(after: last.number))
            try probe.expect(rest.map(\.submission.webhookKey), is: ["evt_2", "evt_3", "evt_4", "evt_noise"])
            let odd = try await store.journal(JournalQuery(outcomes: [.unmapped, .invalid]))
            try probe.expect(odd.map(\.submission.webhookKey), is: ["evt_noise"])
            try probe.expect(try await store.journal(JournalQuery(source: "other")).count, is: 1)
            try probe.expect(try await store.journal(JournalQuery(type: "noise")).count, is: 1)
            try probe.expect(try await store.journal(JournalQuery(number: last.number)), is: [last])
            let since = await probe.now.advanced(by: .seconds(-2))
            try probe.expect(try await store.journal(JournalQuery(since: since)).count, is: 3)
        },
        Check("events are walked in the order of their numbers") { probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"), SampleEvents.lead("cus_1"))
            try await probe.tell(SampleEvents.payment("in_2", referral: "r"))
            let first = try await probe.store.events(after: 0, limit: 2)
            try probe.expect(first.map(\.event.key.id), is: ["in_1", "cus_1"])
            let last = try probe.require(first.last)
            let rest = try await probe.store.events(after: last.entry.number, limit: 10)
            try probe.expect(rest.map(\.event.key.id), is: ["in_2"])
        },
    ]

    private static let replaying: [Check] = [
        Check("a webhook that came to nothing is entered when the mapping was mended, once") { probe in
            var submission = await probe.submission([], key: "evt_a")
            submission.outcome = JournalOutcome(.unmapped, why: "paid")
            let number = try await probe.store.settle(submission, under: probe.policy).number
            submission.events = [SampleEvents.payment("in_1", referral: "r")]
            submission.outcome = JournalOutcome(.emitted, rule: "paid")
            submission.mapping.version = "2"
            let replay = try await probe.replay(submission)
            try probe.expect(replay.number, is: number)
            try probe.expect(replay.dispositions, is: [.entered])
            try probe.expect(replay.wakes, is: ["river", "brook"])
            let record = try probe.require(try await probe.store.webhooks(WebhookQuery(key: "evt_a")).first)
            try probe.expect(record.submission.outcome, is: submission.outcome)
            try probe.expect(record.submission.mapping.version, is: "2")
            try probe.expect(record.submission.body, is: submission.body)
            let again = try await probe.replay(submission)
            try probe.expect(!again.plan.isChange, "the second time nothing changes")
            try probe.expect(try await probe.deliver(), is: ["payment.succeeded invoice:in_1 99.00 EUR"])
        },
        Check("a replayed webhook that says what was told says nothing new") { probe in
            let submission = await probe.submission([SampleEvents.payment("in_1", referral: "r")], key: "evt_a")
            _ = try await probe.store.settle(submission, under: probe.policy)
            let replay = try await probe.replay(submission)
            try probe.expect(!replay.plan.isChange, "nothing changes")
            try probe.expect(try await probe.deliver().count, is: 1)
        },
        Check("money told under another key is counted again only where nothing connects it") { probe in
            var submission = await probe.submission([SampleEvents.payment("in_1", referral: "r")], key: "evt_a")
            _ = try await probe.store.settle(submission, under: probe.policy)
            submission.events = [
                SampleEvents.payment("other", referral: "r", aliases: [Reference("invoice", "in_1")])
            ]
            let known = try await probe.replay(submission)
            try probe.expect(known.dispositions, is: [.sibling(of: Reference("invoice", "in_1"))])
            var stranger = await probe.submission([SampleEvents.payment("in_5", referral: "r")], key: "evt_b")
            _ = try await probe.store.settle(stranger, under: probe.policy)
            stranger.events = [SampleEvents.payment("in_6", referral: "r")]
            let refused = try await probe.replay(stranger)
            try probe.expect(refused.plan.conflicts.map(\.key.id), is: ["in_6"])
            try probe.expect(refused.dispositions, is: [])
            try probe.expect(try await probe.deliver().count, is: 2)
        },
        Check("an attribution that only the mended mapping reads releases what waits for it") { probe in
            var submission = await probe.submission([SampleEvents.payment("in_1")], key: "evt_a")
            _ = try await probe.store.settle(submission, under: probe.policy)
            try probe.expect(try await probe.deliver(), is: [])
            submission.events = [SampleEvents.payment("in_1", referral: "r")]
            let replay = try await probe.replay(submission)
            try probe.expect(replay.dispositions, is: [.sibling(of: Reference("invoice", "in_1"))])
            try probe.expect(try await probe.deliver().count, is: 1)
        },
    ]

    private static let replayingAndForgetting: [Check] = [
        Check("a webhook that was replayed and forgotten keeps its place, and says nothing any more") { probe in
            var submission = await probe.submission([], key: "evt_a")
            submission.outcome = JournalOutcome(.unmapped, why: "paid")
            _ = try await probe.store.settle(submission, under: probe.policy)
            try await probe.tell(SampleEvents.payment("in_2", customer: "cus_2", referral: "r"), key: "evt_b")
            submission.events = [SampleEvents.payment("in_1", customer: "cus_9", referral: "r")]
            submission.outcome = JournalOutcome(.emitted, rule: "paid")
            _ = try await probe.replay(submission)
            let store = probe.store
            try probe.expect(try await store.events(after: 0, limit: 9).map(\.event.key.id), is: ["in_1", "in_2"])
            try await probe.deliver()
            let report = try await probe.forget { $0.event.key.id == "in_1" }
            try probe.expect([report.events, report.webhooks], is: [1, 1])
            let journal = try await store.journal(JournalQuery())
            try probe.expect(journal.map(\.submission.webhookKey), is: ["evt_a", "evt_b"])
            try probe.expect(journal.map(\.submission.body.isEmpty), is: [true, false])
            try probe.expect(try await store.events(after: 0, limit: 9).map(\.event.key.id), is: ["in_1", "in_2"])
            try await probe.tell(SampleEvents.refund("re_1", of: Reference("invoice", "in_1"), 100))
            try probe.expect(try await probe.deliver(), is: ["refund.succeeded refund:re_1 1.00 EUR"])
        },
        Check("who is erased before a replay is not brought back by the webhooks of others") { probe in
            try await probe.tell(SampleEvents.payment("in_1", customer: "cus_9", referral: "r"), key: "evt_a")
            var other = await probe.submission([SampleEvents.payment("in_2", customer: "cus_2")], key: "evt_b")
            _ = try await probe.store.settle(other, under: probe.policy)
            try await probe.deliver()
            _ = try await probe.forget { $0.event.key.id == "in_1" }
            other.events = [SampleEvents.payment("in_2", customer: "cus_2", referral: "r2")]
            _ = try await probe.replay(other)
            try probe.expect(try await probe.deliver(), is: ["payment.succeeded invoice:in_2 99.00 EUR"])
            for stored in try await probe.store.events(after: 0, limit: 9) {
                try probe.expect(!"\(stored)".contains("cus_9"), "\(stored)")
            }
        },
    ]

    private static let forgetting: [Check] = [
        Check("a person is erased everywhere; amounts and transactions stay") { probe in
            try await probe.tell(SampleEvents.lead("cus_9", user: "user_9", referral: "r"), key: "evt_lead")
            try await probe.tell(SampleEvents.payment("in_1", customer: "cus_9", referral: "r"), key: "evt_paid")
            try await probe.tell(SampleEvents.payment("in_2", customer: "cus_2", referral: "r"), key: "evt_else")
            try await probe.deliver()
            let report = try await probe.forget { $0.event.key.id != "in_2" }
            try probe.expect(report.events, is: 2)
            try probe.expect(report.webhooks, is: 2)
            for stored in try await probe.store.events(after: 0, limit: 10) where stored.event.key.id != "in_2" {
                try probe.expect(stored.event.customer.isEmpty && stored.event.attribution.isEmpty, "no person")
                try probe.expect(!"\(stored)".contains("cus_9"), "\(stored)")
            }
            for record in try await probe.store.deliveries(DeliveryQuery()) where record.event.key.id != "in_2" {
                try probe.expect(!"\(record)".contains("cus_9") && !"\(record)".contains("user_9"), "\(record)")
            }
            let webhooks = try await probe.store.webhooks(WebhookQuery())
            try probe.expect(webhooks.map { $0.submission.body.isEmpty }, is: [false, true, true])
            try probe.expect(webhooks.map { $0.submission.headers.fields.isEmpty }, is: [false, true, true])
            let sale = try await probe.store.events(after: 0, limit: 10).first { $0.event.key.id == "in_1" }
            try probe.expect(sale?.event.total?.minor, is: 9900)
            let again = try await probe.forget { $0.event.key.id != "in_2" }
            try probe.expect([again.events, again.webhooks, again.stopped], is: [0, 0, 0])
        },
        Check("nothing is counted again after an erasure, neither money nor the sign-up") { probe in
            let lead = SampleEvents.lead("cus_9", user: "user_9", referral: "r")
            let payment = SampleEvents.payment("in_1", customer: "cus_9", referral: "r")
            try await probe.tell(lead, payment, key: "evt_a")
            try await probe.deliver()
            _ = try await probe.forget { _ in true }
            try probe.expect(try await probe.tell(lead, payment, key: "evt_a").status, is: .repeated)
            let twice = try await probe.tell(lead, payment, key: "evt_b")
            let isKnown = twice.dispositions.allSatisfy { if case .sibling = $0 { true } else { false } }
            try probe.expect(isKnown, "\(twice.dispositions)")
            try probe.expect(try await probe.deliver(), is: [])
        },
        Check("a receipt keeps the platform's ids and loses the person's own") { probe in
            try await probe.tell(SampleEvents.payment("in_1", customer: "cus_9", referral: "r"), key: "evt_a")
            let leased = try probe.require(try await probe.lease("river", limit: 1).first)
            let receipt = Receipt([.init("sale", "s_cus_99"), .init("customer", "eu-cus_9"), .init("buyer", "cus_9")])
            let end = Step.End(.needsHuman, reason: "look for cus_9", receipt: receipt)
            try await probe.finish(leased, AttemptResult(.end(end)))
            _ = try await probe.forget { _ in true }
            let record = try probe.require(try await probe.store.deliveries(DeliveryQuery(sink: "river")).first)
            try probe.expect(record.receipt.ids, is: [.init("sale", "s_cus_99")])
            try probe.expect(record.reason, is: "the person was erased")
        },
        Check("what was not sent is not sent, and a later refund still finds its sale") { probe in
            try await probe.tell(SampleEvents.payment("in_1", customer: "cus_9", referral: "r"), key: "evt_a")
            try await probe.deliver()
            try await probe.tell(SampleEvents.payment("in_2", customer: "cus_9", referral: "r"), key: "evt_b")
            let leased = try await probe.lease("brook", limit: 1)
            let report = try await probe.forget { _ in true }
            try probe.expect(report.stopped, is: 3)
            for lease in leased {
                let receipt = try await probe.finish(lease, AttemptResult(.end(.init(.delivered, reason: "late"))))
                try probe.expect(!receipt.held, "the lease is lost")
            }
            try probe.expect(try await probe.deliver(), is: [])
            try await probe.tell(SampleEvents.refund("re_1", of: Reference("invoice", "in_1"), 9900))
            let refund = try probe.require(try await probe.lease().first)
            try probe.expect(refund.delivery.sale?.receipt["conversion"], is: "com_in_1")
            try probe.expect(refund.delivery.sale?.idempotencyKey, is: "stripe:invoice:in_1")
        },
        Check("somebody who comes back after an erasure is somebody new") { probe in
            try await probe.tell(SampleEvents.payment("in_1", customer: "cus_9", referral: "r"), key: "evt_a")
            try await probe.deliver()
            _ = try await probe.forget { _ in true }
            try await probe.tell(SampleEvents.payment("in_2", customer: "cus_9"), key: "evt_b")
            try probe.expect(try await probe.deliver(), is: [])
            try await probe.wait(.seconds(3600))
            let records = try await probe.store.deliveries(DeliveryQuery(sink: "river"))
            try probe.expect(records.first?.state, is: .ended(.notAttributed))
        },
    ]
}

extension StoreProbe {
    /// A mended mapping looks at a webhook again.
    func replay(_ submission: Submission) async throws -> Replay {
        var again = submission
        again.body = []
        let replay = try await store.replay(again, at: now, under: policy)
        try await checkBalances()
        return replay
    }

    /// The person behind some events is erased.
    func forget(where isPersons: (StoredEvent) -> Bool) async throws -> ErasureReport {
        let events = try await store.events(after: 0, limit: 1000).filter(isPersons).map(\.entry.number)
        let report = try await store.forget(Erasure(events: events, webhooks: []), at: now, under: policy)
        try await checkBalances()
        return report
    }
}
