// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

private let sale = Reference("invoice", "in_1")

extension StoreConformance {
    static let settling: [Check] = [
        Check("the same webhook is stored once, and a repeat has its number") { probe in
            let first = try await probe.tell(SampleEvents.payment("in_1", referral: "r"), key: "evt_a")
            let again = try await probe.tell(SampleEvents.payment("in_1", referral: "r"), key: "evt_a")
            try probe.expect(first.status, is: .stored)
            try probe.expect(first.wakes, is: ["river", "brook"])
            try probe.expect(again, is: Settlement(status: .repeated, number: first.number))
        },
        Check("keys of test money and of other instances are their own") { probe in
            for (source, live) in [("stripe", true), ("stripe", false), ("shop-eu", true), ("shop-eu", false)] {
                let event = SampleEvents.payment("in_1", referral: "r")
                let settlement = try await probe.tell(event, key: "evt_a", source: source, live: live)
                try probe.expect(settlement.status, is: .stored)
                try probe.expect(settlement.dispositions, is: [.entered])
            }
            try probe.expect(try await probe.deliver("brook").count, is: 4)
            try probe.expect(try await probe.deliver("river").count, is: 2)
        },
        Check("the same money told twice is sent once, and the sibling's metadata counts") { probe in
            let charge = Reference("charge", "ch_1")
            try await probe.tell(SampleEvents.payment("in_1", customer: nil, aliases: [charge]))
            try probe.expect(try await probe.lease("river"), is: [])
            var sibling = SampleEvents.payment("x", customer: nil, referral: "r")
            sibling.key = charge
            let settlement = try await probe.tell(sibling)
            try probe.expect(settlement.dispositions, is: [.sibling(of: sale)])
            try probe.expect(settlement.wakes, is: ["river"])
            try probe.expect(try await probe.deliver("river"), is: ["payment.succeeded invoice:in_1 99.00 EUR"])
        },
        Check("many callers at once: each webhook is stored exactly once") { probe in
            var submissions: [Submission] = []
            for index in 0..<200 {
                let event = SampleEvents.payment("in_\(index % 50)", customer: "cus_\(index % 20)", referral: "r")
                submissions.append(await probe.submission([event], key: "evt_\(index % 100)"))
            }
            let stored = try await withThrowingTaskGroup(of: Settlement.self) { group in
                for submission in submissions {
                    group.addTask { try await probe.store.settle(submission, under: probe.policy) }
                }
                return try await group.reduce(into: [Settlement]()) { $0.append($1) }
            }
            try probe.expect(stored.count { $0.status == .stored }, is: 100)
            try probe.expect(Set(stored.map(\.number)).count, is: 100)
            try probe.expect(stored.count { $0.dispositions == [.entered] }, is: 50)
            try await probe.checkBalances()
            try probe.expect(try await probe.deliver("brook").count, is: 50)
        },
        Check("noise is counted as filtered for every sink") { probe in
            try await probe.tell()
            let balances = try await probe.store.balances(under: probe.policy)
            try probe.expect(balances.map(\.accepted), is: [1, 1])
            try probe.expect(balances.map(\.filtered), is: [1, 1])
        },
    ]

    static let leasing: [Check] = [
        Check("a lease fences: only the newest finishes its delivery") { probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"))
            let first = try probe.require(try await probe.lease().first)
            try probe.expect(try await probe.lease(), is: [])
            try probe.expect(
                try await probe.store.nextDue(for: "river"),
                is: await probe.now.advanced(by: .seconds(10))
            )
            await probe.pass(.seconds(10))
            let second = try probe.require(try await probe.lease().first)
            try probe.expect(second.token.number > first.token.number, "the token grows")
            try probe.expect(second.delivery.attempt, is: 2)
            try probe.expect(second.delivery.mayHaveArrivedBefore, "a lapsed attempt may have arrived")
            try probe.expect(second.delivery.idempotencyKey, is: first.delivery.idempotencyKey)
            let end = AttemptResult(.end(.init(.delivered, reason: "stored")))
            try probe.expect(try await probe.finish(first, end).held, is: false)
            try probe.expect(try await probe.finish(second, end).held, is: true)
            try probe.expect(try await probe.finish(second, end).held, is: false)
        },
        Check("a renewed lease holds; a lost one cannot be renewed") { probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"))
            let first = try probe.require(try await probe.lease().first)
            try await probe.store.renew([first.token], until: await probe.now.advanced(by: .seconds(20)))
            await probe.pass(.seconds(15))
            try probe.expect(try await probe.lease(), is: [])
            await probe.pass(.seconds(5))
            let second = try probe.require(try await probe.lease().first)
            try await probe.store.renew([first.token], until: await probe.now.advanced(by: .seconds(1000)))
            try probe.expect(
                try await probe.store.nextDue(for: "river"),
                is: await probe.now.advanced(by: .seconds(10))
            )
            try probe.expect(second.delivery.attempt, is: 2)
        },
        Check("a retry waits for its time and remembers that it may have arrived") { probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"))
            let first = try probe.require(try await probe.lease().first)
            let later = await probe.now.advanced(by: .seconds(60))
            let result = AttemptResult(
                .retry(at: later, reason: "503"),
                mayHaveArrived: true,
                trail: ["POST /sales 503"]
            )
            try await probe.finish(first, result)
            let record = try probe.require(try await probe.store.deliveries(DeliveryQuery(sink: "river")).first)
            try probe.expect(record.state, is: .waiting(until: later))
            try probe.expect(record.trail, is: ["POST /sales 503"])
            try probe.expect(record.reason, is: "503")
            try probe.expect(try await probe.store.nextDue(for: "river"), is: later)
            try probe.expect(try await probe.lease(), is: [])
            await probe.pass(.seconds(60))
            let second = try probe.require(try await probe.lease().first)
            try probe.expect(second.delivery.mayHaveArrivedBefore, "the doubt stays")
            try probe.expect(second.delivery.event, is: first.delivery.event)
            try probe.expect(second.firstAttemptAt, is: first.firstAttemptAt)
        },
        Check("waits for what a delivery builds on are counted, other failures are not") { probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"))
            for (isWait, waits) in [(false, 0), (true, 1), (false, 1), (true, 2)] {
                let leased = try probe.require(try await probe.lease().first)
                let retry = AttemptResult(.retry(at: await probe.now, reason: "not yet"), isWait: isWait)
                try await probe.finish(leased, retry)
                let next = try probe.require(try await probe.lease().first)
                try probe.expect(next.delivery.waits, is: waits)
                try await probe.finish(next, AttemptResult(.returned(at: await probe.now), isWait: true))
            }
        },
        Check("an attempt that was not made does not count") { probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r"))
            let first = try probe.require(try await probe.lease().first)
            try await probe.finish(first, AttemptResult(.returned(at: await probe.now)))
            let second = try probe.require(try await probe.lease().first)
            try probe.expect(second.delivery.attempt, is: 1)
            try probe.expect(!second.delivery.mayHaveArrivedBefore, "nothing was sent")
        },
        Check("deliveries of one customer go in order, others do not wait") { probe in
            try await probe.tell(SampleEvents.payment("in_1", referral: "r", at: 10))
            try await probe.tell(SampleEvents.lead("cus_1", referral: "r", at: 20))
            try await probe.tell(SampleEvents.payment("in_2", customer: "cus_2", referral: "r"))
            let leased = try await probe.lease()
            try probe.expect(Set(leased.map(\.delivery.event.key.id)), is: ["cus_1", "in_2"])
            let held = try await probe.store.deliveries(DeliveryQuery(sink: "river", state: .pending))
            try probe.expect(held.map(\.state), is: [.blocked(by: "order")])
            try probe.expect(try await probe.lease("brook").count, is: 2)
        },
        Check("leases come oldest first and no more than asked for") { probe in
            for index in 0..<5 {
                try await probe.tell(SampleEvents.payment("in_\(index)", customer: "cus_\(index)", referral: "r"))
                await probe.pass(.seconds(1))
            }
            let leased = try await probe.lease(limit: 3)
            try probe.expect(leased.map(\.delivery.event.key.id), is: ["in_0", "in_1", "in_2"])
        },
        Check("a payment without attribution waits its grace time and ends as organic") { probe in
            try await probe.tell(SampleEvents.payment("in_1"))
            try await probe.wait(.seconds(15 * 60 - 1))
            let query = DeliveryQuery(sink: "river")
            try probe.expect(try await probe.store.deliveries(query).map(\.state), is: [.blocked(by: "attribution")])
            try await probe.wait(.seconds(1))
            try probe.expect(try await probe.store.deliveries(query).map(\.state), is: [.ended(.notAttributed)])
        },
    ]

    static let correcting: [Check] = [
        Check("a refund waits for its sale's delivery and carries its receipt") { probe in
            try await probe.tell(SampleEvents.payment("in_1", 10_000, referral: "r"))
            try await probe.tell(SampleEvents.refund("re_1", of: sale, 3000))
            let first = try await probe.lease()
            try probe.expect(first.map(\.delivery.event.key), is: [sale])
            let receipt = Receipt([.init("conversion", "com_8"), .init("commission", "a"), .init("commission", "b")])
            let end = AttemptResult(.end(.init(.delivered, reason: "stored", receipt: receipt)))
            try probe.expect(try await probe.finish(first[0], end).wakes, is: ["river"])
            let refund = try probe.require(try await probe.lease().first).delivery
            let corrected = try probe.require(refund.sale)
            try probe.expect(refund.event.total?.minor, is: 3000)
            try probe.expect(refund.idempotencyKey, is: "stripe:refund:re_1")
            try probe.expect(corrected.event, is: first[0].delivery.event)
            try probe.expect(corrected.receipt, is: receipt)
            try probe.expect(corrected.correctedBefore.minor, is: 0)
            try probe.expect(corrected.correctedAfter.minor, is: 3000)
        },
        Check("in any order of arrival the same sum is given back") { probe in
            let events = [
                SampleEvents.payment("in_1", 10_000, referral: "r"), SampleEvents.refund("re_1", of: sale, 4000),
                SampleEvents.refund("re_2", of: sale, 4000),
                SampleEvents.correction(.refundSucceeded, Reference("sum", "1"), of: sale, nil, soFar: 4000),
                SampleEvents.correction(.disputeLost, Reference("dispute", "1"), of: sale, 9000),
            ]
            for rotation in events.indices {
                let source = "shop-\(rotation)"
                for event in events[rotation...] + events[..<rotation] { try await probe.tell(event, source: source) }
            }
            var sum: Int64 = 0
            while let leased = try await probe.lease(limit: 1).first {
                if leased.delivery.sale != nil { sum += leased.delivery.event.total?.minor ?? 0 }
                try await probe.finish(leased, AttemptResult(.end(.init(.delivered, reason: ""))))
            }
            try probe.expect(sum, is: Int64(events.count) * 10_000)
        },
        Check("a refund without its sale is given up after 30 days") { probe in
            try await probe.tell(SampleEvents.refund("re_1", of: sale, 3000))
            try await probe.wait(.seconds(30 * 86_400))
            let records = try await probe.store.deliveries(DeliveryQuery())
            try probe.expect(records.map(\.state), is: [.ended(.notApplicable), .ended(.notApplicable)])
        },
    ]
}
