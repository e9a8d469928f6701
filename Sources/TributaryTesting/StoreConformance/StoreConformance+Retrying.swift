// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

extension StoreConformance {
    static let retrying: [Check] = [
        Check("a delivery that was refused is sent again under the same key, and what followed its sale with it") {
            probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"))
            let first = try probe.require(try await probe.lease().first)
            try await probe.finish(
                first,
                AttemptResult(.end(.init(.permanent, reason: "no rate")), trail: ["sale: 400"])
            )
            try await probe.tell(SampleEvents.refund("re_1", of: Reference("invoice", "in_1"), 2000))
            let before = try await probe.store.deliveries(DeliveryQuery(sink: "river"))
            try probe.expect(before.map(\.state), is: [.ended(.notApplicable), .ended(.permanent)])
            let sale = first.delivery.id
            try probe.expect(try await probe.retry(sale, isDryRun: true).result, is: .again(corrections: 1))
            try probe.expect(try await probe.store.deliveries(DeliveryQuery(sink: "river")), is: before)
            let retry = try await probe.retry(sale)
            try probe.expect(retry.result, is: .again(corrections: 1))
            try probe.expect(retry.wakes, is: ["river"])
            try probe.expect(try await probe.retry(sale).result, is: .underWay)
            let again = try probe.require(try await probe.lease().first)
            try probe.expect(again.delivery.idempotencyKey, is: first.delivery.idempotencyKey)
            try probe.expect(again.delivery.attempt, is: 1)
            try probe.expect(again.delivery.mayHaveArrivedBefore, "an answer is no proof that it did not arrive")
            let late = try await probe.finish(first, AttemptResult(.end(.init(.delivered, reason: "late"))))
            try probe.expect(!late.held, "the first lease is lost")
            try await probe.finish(again, AttemptResult(.end(.init(.delivered, reason: "stored"))))
            try probe.expect(try await probe.deliver(), is: ["refund.succeeded refund:re_1 20.00 EUR"])
        },
        Check("what is stored, was nothing to send, or has no partner is not sent again") { probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"))
            try await probe.deliver()
            try await probe.tell(SampleEvents.payment("in_2", customer: "cus_2"))
            try await probe.wait(.seconds(3600))
            let records = try await probe.store.deliveries(DeliveryQuery(sink: "river"))
            try probe.expect(records.map(\.state), is: [.ended(.notAttributed), .ended(.delivered)])
            for record in records { try await probe.expectRefusal(of: record.id) }
            try await probe.expectRefusal(of: 12_345)
            let organic = try probe.require(records.first)
            try await probe.tell(SampleEvents.lead("cus_2", referral: "late"))
            try probe.expect(try await probe.retry(organic.id).result, is: .again(corrections: 0))
            try probe.expect(try await probe.deliver("river").last, is: "payment.succeeded invoice:in_2 99.00 EUR")
        },
        Check("a correction that is sent again goes behind those that the platform has, and the sums are right") {
            probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"))
            try await probe.deliver()
            let sale = Reference("invoice", "in_1")
            try await probe.tell(SampleEvents.refund("re_1", of: sale, 1000))
            try await probe.deliver(as: .needsHuman)
            try await probe.tell(SampleEvents.refund("re_2", of: sale, 500))
            let open = try probe.require(try await probe.lease().first)
            let failed = try probe.require(
                try await probe.store.deliveries(DeliveryQuery(sink: "river", ends: [.needsHuman])).first
            )
            // Told now it would set the platform back to what the sale was before the second refund.
            try await probe.expectRefusal(of: failed.id)
            try await probe.finish(open, AttemptResult(.end(.init(.delivered, reason: "stored"))))
            try probe.expect(open.delivery.sale?.correctedAfter.minor, is: 1500)
            try probe.expect(try await probe.retry(failed.id).result, is: .again(corrections: 0))
            let again = try probe.require(try await probe.lease().first)
            try probe.expect(again.delivery.event.total?.minor, is: 1000)
            try probe.expect(again.delivery.sale?.correctedBefore.minor, is: 500)
            try probe.expect(again.delivery.sale?.correctedAfter.minor, is: 1500)
        },
        Check("deliveries are found by number, by how they ended, and page by page") { probe in
            for index in 0..<4 {
                try await probe.tell(SampleEvents.payment("in_\(index)", customer: "c\(index)", referral: "r"))
                try await probe.deliver(as: index == 1 ? .permanent : .delivered)
            }
            let store = probe.store
            let ended = try await store.deliveries(DeliveryQuery(sink: "river", ends: [.permanent, .needsHuman]))
            try probe.expect(ended.map(\.event.key.id), is: ["in_1"])
            let page = try await store.deliveries(DeliveryQuery(sink: "river", limit: 2))
            let rest = try await store.deliveries(DeliveryQuery(sink: "river", before: page.last?.id))
            try probe.expect((page + rest).map(\.event.key.id), is: ["in_3", "in_2", "in_1", "in_0"])
            let one = try probe.require(ended.first)
            try probe.expect(try await store.deliveries(DeliveryQuery(number: one.id)), is: [one])
            try probe.expect(try await store.deliveries(DeliveryQuery(sink: "brook", number: one.id)), is: [])
        },
    ]
}

extension StoreProbe {
    /// A person has mended something.
    func retry(_ delivery: Int64, isDryRun: Bool = false) async throws -> Retry {
        let retries = try await store.retry([delivery], isDryRun: isDryRun, at: now, under: policy)
        try await checkBalances()
        return try require(retries.first)
    }

    func expectRefusal(of delivery: Int64) async throws {
        let retry = try await retry(delivery)
        guard case .refused = retry.result else {
            return try expect(false, "delivery \(delivery) is left as it is, not \(retry.result)")
        }
    }
}
