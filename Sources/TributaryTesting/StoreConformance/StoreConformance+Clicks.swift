// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

extension StoreConformance {
    static let clicking: [Check] = [
        Check("what a platform gave for a click goes with everything that the click led to, in any order") { probe in
            var lead = SampleEvents.lead("cus_1", user: "user_1", at: 10)
            lead.attribution.landing = "c1"
            let payment = SampleEvents.payment("in_1", at: 20)
            for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
                // Each round is a shop of its own; its books know nothing of the others.
                let shop = "shop\(order[0])"
                var click = SampleEvents.click("c\(order[0])", code: "sarah")
                click.source = shop
                var own = [click, lead, payment]
                own[1].attribution.landing = "c\(order[0])"
                own[1].customer = Customer(user: "user_\(order[0])", ref: "cus_\(order[0])")
                own[1].key = Reference("customer", "cus_\(order[0])")
                own[2].customer.ref = "cus_\(order[0])"
                own[2].key = Reference("invoice", "in_\(order[0])")
                for index in order { try await probe.tell(own[index], source: shop) }
                try probe.expect(
                    try await probe.courseOfClicks(),
                    is: [
                        "click.recorded c\(order[0]) -", "customer.created cus_\(order[0]) their_c\(order[0])",
                        "payment.succeeded in_\(order[0]) their_c\(order[0])",
                    ]
                )
            }
        },
        Check("a correction carries what the platform gave for the click of its sale") { probe in
            try await probe.tell(SampleEvents.click("c1", code: "sarah"), key: "evt_click")
            var payment = SampleEvents.payment("in_1", at: 20)
            payment.attribution.landing = "c1"
            try await probe.tell(payment, key: "evt_paid")
            try probe.expect(try await probe.courseOfClicks().count, is: 2)
            try await probe.tell(SampleEvents.refund("re_1", of: Reference("invoice", "in_1"), 9900))
            try probe.expect(try await probe.courseOfClicks(), is: ["refund.succeeded re_1 their_c1"])
        },
        Check("what the platform gave for a click goes with the person who is erased") { probe in
            try await probe.tell(SampleEvents.click("c1", code: "sarah"), key: "evt_click")
            var payment = SampleEvents.payment("in_1", at: 20)
            payment.attribution.landing = "c1"
            try await probe.tell(payment, key: "evt_paid")
            try probe.expect(try await probe.courseOfClicks().count, is: 2)
            _ = try await probe.forget { _ in true }
            try await probe.tell(SampleEvents.refund("re_1", of: Reference("invoice", "in_1"), 9900))
            try probe.expect(try await probe.courseOfClicks(), is: ["refund.succeeded re_1 -"])
            for record in try await probe.store.deliveries(DeliveryQuery()) where record.event.kind == .clickRecorded {
                try probe.expect(!"\(record)".contains("sarah"), "\(record)")
            }
        },
    ]
}

extension StoreProbe {
    /// Sends everything that is due to a platform that gives clicks ids of its own.
    ///
    /// - Returns: what it was told, each with its own id of the click.
    fileprivate func courseOfClicks() async throws -> [String] {
        var told: [String] = []
        while told.count < 100, let leased = try await lease(limit: 1).first {
            let event = leased.delivery.event
            told.append(
                "\(event.kind.rawValue) \(event.key.id) \(leased.delivery.clickReceipt?[Delivery.clickName] ?? "-")"
            )
            let receipt =
                event.kind == .clickRecorded ? Receipt([.init(Delivery.clickName, "their_\(event.key.id)")]) : Receipt()
            try await finish(leased, AttemptResult(.end(.init(.delivered, reason: "stored", receipt: receipt))))
        }
        return told
    }
}
