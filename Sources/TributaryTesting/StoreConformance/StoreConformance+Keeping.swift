// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

extension StoreConformance {
    static let keeping: [Check] = [
        Check("a webhook is read back as it was submitted, byte for byte") { probe in
            var event = SampleEvents.payment("in_1", referral: "r\u{0}\"\\\n – 日本 🌊")
            event.raw = [.init("b", ""), .init("a", "1")]
            var submission = await probe.submission([event, event], key: "evt_\u{0} é")
            submission.live = nil
            submission.body = Array(0...255)
            submission.headers = ["X-A": "1", "x-a": "2", "Empty": ""]
            submission.outcome.why = "because"
            let settlement = try await probe.store.settle(submission, under: probe.policy)
            let records = try await probe.store.webhooks(WebhookQuery(source: "stripe", key: submission.webhookKey))
            let record = try probe.require(records.first)
            try probe.expect(record.submission, is: submission)
            try probe.expect(record.number, is: settlement.number)
            try probe.expect(record.dispositions, is: [.entered, .sibling(of: event.key)])
            try probe.expect(try await probe.store.webhooks(WebhookQuery(source: "other")), is: [])
        },
        Check("deliveries are found by sink, state and webhook, newest first, no more than asked for") { probe in
            var numbers: [Int64] = []
            for index in 0..<4 {
                let event = SampleEvents.payment("in_\(index)", customer: "cus_\(index)", referral: "r")
                numbers.append(try await probe.tell(event).number)
            }
            let leased = try await probe.lease(limit: 2)
            try await probe.finish(leased[0], AttemptResult(.end(.init(.duplicate, reason: "409"))))
            let store = probe.store
            try probe.expect(try await store.deliveries(DeliveryQuery()).count, is: 8)
            let river = try await store.deliveries(DeliveryQuery(sink: "river", limit: 3))
            try probe.expect(river.map(\.event.key.id), is: ["in_3", "in_2", "in_1"])
            let ended = try await store.deliveries(DeliveryQuery(state: .ended))
            try probe.expect(ended.map(\.state), is: [.ended(.duplicate)])
            try probe.expect(ended.map(\.reason), is: ["409"])
            try probe.expect(try await store.deliveries(DeliveryQuery(state: .leased)).count, is: 1)
            try probe.expect(try await store.deliveries(DeliveryQuery(state: .pending)).count, is: 6)
            let ofOne = try await store.deliveries(DeliveryQuery(webhook: numbers[2]))
            try probe.expect(Set(ofOne.map(\.sink)), is: ["river", "brook"])
            try probe.expect(Set(ofOne.map(\.webhook)), is: [numbers[2]])
            try probe.expect(try await store.deliveries(DeliveryQuery(sink: "nobody")).count, is: 0)
            try probe.expect(try await store.deliveries(DeliveryQuery(correcting: 1)).count, is: 0)
        },
        Check("raw bodies go after their time, the webhook and its key stay") { probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"), key: "evt_a")
            await probe.pass(.seconds(50 * 86_400))
            try await probe.tell(SampleEvents.payment("in_2", referral: "r"), key: "evt_b")
            try await probe.wait(.seconds(50 * 86_400))
            let records = try await probe.store.webhooks(WebhookQuery())
            try probe.expect(records.map(\.submission.webhookKey), is: ["evt_b", "evt_a"])
            try probe.expect(records.map(\.submission.body.isEmpty), is: [false, true])
            let again = try await probe.tell(SampleEvents.payment("in_1", referral: "r"), key: "evt_a")
            try probe.expect(again.status, is: .repeated)
        },
        Check("a store that is ready says so, and a closed one refuses everything by name") { probe in
            try probe.expect(await probe.store.isReady(), "it is ready")
            await probe.store.close()
            try probe.expect(await !probe.store.isReady(), "it is not ready any more")
            let submission = await probe.submission([])
            do throws(StoreError) {
                _ = try await probe.store.settle(submission, under: probe.policy)
            } catch {
                return try probe.expect(error.code, is: .closed)
            }
            try probe.expect(false, "a closed store settles nothing")
        },
    ]
}
