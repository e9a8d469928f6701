// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Providers that do not exist either, written after the guesses and first run when those were done.
extension ScaffoldCase {
    static let heldOut = [fjord, palisade, eventory, kopper, rentro, zolt]

    /// Flat, snake case, øre, a hook's id, the bag as JSON in a text.
    private static let fjord = ScaffoldCase(
        name: "fjord",
        samples: [
            (
                "cleared.json",
                #"""
                {"hook_id":"h_1","happened":"payment_cleared","ts":1790000000123,"testing":false,"payment_ref":"P-77-1",
                 "total_ore":24900,"vat_ore":4980,"ccy":"NOK","client_no":"K-5","client_mail":"real@shop.test",
                 "agreement_id":"AG-3","repeats":"monthly","merchant_vars":"{\"click_id\":\"c9\"}"}
                """#
            ),
            (
                "refund.json",
                #"""
                {"hook_id":"h_2","happened":"refund_cleared","ts":1790100000123,"testing":false,"refund_ref":"R-1",
                 "for_payment":"P-77-1","total_ore":4900,"ccy":"NOK"}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.hook_id""#), ("event/type", #""$.happened""#), ("event/time", #"{"unix_ms":"$.ts"}"#),
            ("event/live", #"{"map":"$.testing","to":{"true":false,"false":true}}"#),
            ("rules/payment-cleared/emit", #""payment.succeeded""#),
            ("rules/payment-cleared/key", #"["payment","$.payment_ref"]"#),
            ("rules/payment-cleared/set/total", #"{"minor":"$.total_ore","currency":"$.ccy"}"#),
            ("rules/payment-cleared/set/tax", #"{"minor":"$.vat_ore","currency":"$.ccy"}"#),
            ("rules/payment-cleared/set/customer.ref", #""$.client_no""#),
            ("rules/payment-cleared/set/customer.email", #""$.client_mail""#),
            ("rules/payment-cleared/set/subscription.ref", #""$.agreement_id""#),
            ("rules/payment-cleared/set/subscription.interval", #"{"map":"$.repeats","to":{"monthly":"month"}}"#),
            ("rules/payment-cleared/set/attribution.params", #"{"parse_json":"$.merchant_vars"}"#),
            ("rules/refund-cleared/key", #"["refund","$.refund_ref"]"#),
            ("rules/refund-cleared/aliases", #"[["payment","$.for_payment"]]"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )

    /// Pascal case, nested, numbers with decimals in objects, returns instead of refunds.
    private static let palisade = ScaffoldCase(
        name: "palisade",
        samples: [
            (
                "settled.json",
                #"""
                {"Meta":{"DeliveryGuid":"6f2a-1","Action":"OrderSettled","SentUtc":"2026-03-01T10:00:00Z","Live":true},
                 "Order":{"OrderNo":"O-1001","Status":"Settled","GrandTotal":{"Amount":129.5,"Ccy":"USD"},
                 "TaxTotal":{"Amount":9.5,"Ccy":"USD"},"Guest":{"Id":"g-4","Email":"real@shop.test"},"Tags":{"AffiliateId":"a-1"}}}
                """#
            ),
            (
                "returned.json",
                #"""
                {"Meta":{"DeliveryGuid":"6f2a-2","Action":"OrderReturned","SentUtc":"2026-03-02T10:00:00Z","Live":true},
                 "Return":{"ReturnNo":"RT-1","OrderNo":"O-1001","Status":"Settled","Total":{"Amount":29.5,"Ccy":"USD"}}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.Meta.DeliveryGuid""#), ("event/type", #""$.Meta.Action""#),
            ("event/time", #"{"rfc3339":"$.Meta.SentUtc"}"#), ("event/live", #""$.Meta.Live""#),
            ("rules/order-settled/at", #""$.Order""#), ("rules/order-settled/key", #"["order","@.OrderNo"]"#),
            ("rules/order-settled/set/total", #"{"major":"@.GrandTotal.Amount","currency":"@.GrandTotal.Ccy"}"#),
            ("rules/order-settled/set/tax", #"{"major":"@.TaxTotal.Amount","currency":"@.TaxTotal.Ccy"}"#),
            ("rules/order-settled/set/customer.ref", #""@.Guest.Id""#),
            ("rules/order-settled/set/attribution.params", #""@.Tags""#),
            ("rules/order-returned/at", #""$.Return""#), ("rules/order-returned/emit", #""refund.succeeded""#),
            ("rules/order-returned/key", #"["refund","@.ReturnNo"]"#),
            ("rules/order-returned/aliases", #"[["order","@.OrderNo"]]"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )

    /// Several events in one body.
    private static let eventory = ScaffoldCase(
        name: "eventory",
        samples: [
            (
                "batch.json",
                #"""
                {"events":[
                 {"ref":"e-101","kind":"purchase.completed","created":"2026-03-01T10:00:00Z","purchase":{"id":"pu-1","amount":"20.00",
                 "currency":"EUR","buyer":{"id":"b-7"}}},
                 {"ref":"e-102","kind":"refund.completed","created":"2026-03-02T10:00:00Z","refund":{"id":"re-1","purchase":"pu-1",
                 "amount":"5.00","currency":"EUR"}}]}
                """#
            )
        ],
        expected: [
            ("body", #"{"batch":"$.events[*]"}"#), ("event/id", #""@.ref""#), ("event/type", #""@.kind""#),
            ("event/time", #"{"rfc3339":"@.created"}"#),
            ("rules/purchase-completed/emit", #""payment.succeeded""#),
            ("rules/purchase-completed/key", #"["payment","@.purchase.id"]"#),
            (
                "rules/purchase-completed/set/total",
                #"{"major":"@.purchase.amount","currency":"@.purchase.currency"}"#
            ),
            ("rules/refund-completed/aliases", #"[["payment","@.refund.purchase"]]"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )

    /// Camel case, a notice, donations, an amount as `decimal` and `iso`, ids as numbers.
    private static let kopper = ScaffoldCase(
        name: "kopper",
        samples: [
            (
                "received.json",
                #"""
                {"notice":{"noticeKey":"n-1","verb":"donation.received","emittedAt":1790000000},"donation":{"donationId":70011,
                 "outcome":"received","sum":{"decimal":"25.00","iso":"GBP"},"donor":{"donorRef":"dn-2","contactEmail":"real@shop.test"},
                 "extras":{"gclid":"x"}}}
                """#
            ),
            (
                "failed.json",
                #"""
                {"notice":{"noticeKey":"n-2","verb":"donation.failed","emittedAt":1790000300},"donation":{"donationId":70012,
                 "outcome":"failed","sum":{"decimal":"15.00","iso":"GBP"},"donor":{"donorRef":"dn-3","contactEmail":"real@shop.test"}}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.notice.noticeKey""#), ("event/type", #""$.notice.verb""#),
            ("event/time", #"{"unix":"$.notice.emittedAt"}"#),
            ("rules/donation-received/at", #""$.donation""#),
            ("rules/donation-received/where", #""@.outcome == 'received'""#),
            ("rules/donation-received/key", #"["payment","@.donationId"]"#),
            ("rules/donation-received/set/total", #"{"major":"@.sum.decimal","currency":"@.sum.iso"}"#),
            ("rules/donation-received/set/customer.ref", #""@.donor.donorRef""#),
            ("rules/donation-received/set/customer.email", #""@.donor.contactEmail""#),
            ("rules/donation-received/set/attribution.params", #""@.extras""#),
            ("rules/donation-failed/emit", #""payment.failed""#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted payment.failed"]
    )

    /// Kebab case, contracts and instalments, a trial, paise.
    private static let rentro = ScaffoldCase(
        name: "rentro",
        samples: [
            (
                "started.json",
                #"""
                {"envelope":{"id":"v-1","about":"plan.started","stamp":"2026-04-01T00:00:00+05:30","env":"sandbox"},
                 "contract":{"contract-no":"C-801","status":"trialing","trial-until":"2026-04-15T00:00:00+05:30","cadence":"weekly",
                 "patron":{"uuid":"p-1","mail":"real@shop.test"}}}
                """#
            ),
            (
                "instalment.json",
                #"""
                {"envelope":{"id":"v-2","about":"instalment.collected","stamp":"2026-04-15T00:00:00+05:30","env":"sandbox"},
                 "instalment":{"ref":"I-100","contract":"C-801","gross-in-paise":49900,"currency":"INR","sequence":"recurring"}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.envelope.id""#), ("event/type", #""$.envelope.about""#),
            ("event/time", #"{"rfc3339":"$.envelope.stamp"}"#), ("event/live", live("$.envelope.env")),
            ("rules/plan-started/at", #""$.contract""#), ("rules/plan-started/emit", #""subscription.trial_started""#),
            ("rules/plan-started/set/subscription.ref", #""@['contract-no']""#),
            ("rules/plan-started/set/subscription.trial_end", #"{"rfc3339":"@['trial-until']"}"#),
            ("rules/plan-started/set/subscription.interval", #"{"map":"@.cadence","to":{"weekly":"week"}}"#),
            ("rules/plan-started/set/customer.ref", #""@.patron.uuid""#),
            ("rules/plan-started/set/customer.email", #""@.patron.mail""#),
            ("rules/instalment-collected/at", #""$.instalment""#),
            ("rules/instalment-collected/key", #"["payment","@.ref"]"#),
            ("rules/instalment-collected/set/total", #"{"minor":"@['gross-in-paise']","currency":"@.currency"}"#),
            ("rules/instalment-collected/set/subscription.ref", #""@.contract""#),
            (
                "rules/instalment-collected/set/phase",
                #"{"map":"@.sequence","to":{"recurring":"renewal"},"else":"other"}"#
            ),
        ],
        outcomes: ["emitted subscription.trial_started", "emitted payment.succeeded"]
    )

    /// Snake case, `payload.object` without a name, `uid`, amounts called major.
    private static let zolt = ScaffoldCase(
        name: "zolt",
        samples: [
            (
                "settled.json",
                #"""
                {"uid":"z-1","name":"transaction.settled","created_on":"2026-05-05T05:05:05.123Z","is_live":true,"payload":{"object":{
                 "transaction_uid":"t-5501","amount_major":"75.50","fee_major":"1.50","currency_code":"CHF",
                 "consumer":{"consumer_id":"c-1","email":"real@shop.test"},"merchant_reference":"cart-3","meta":{"via":"bob"}}}}
                """#
            ),
            (
                "refund.json",
                #"""
                {"uid":"z-2","name":"refund.settled","created_on":"2026-05-06T05:05:05.123Z","is_live":true,"payload":{"object":{
                 "refund_uid":"r-5","transaction_uid":"t-5501","amount_major":"5.50","currency_code":"CHF"}}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.uid""#), ("event/type", #""$.name""#), ("event/time", #"{"rfc3339":"$.created_on"}"#),
            ("event/live", #""$.is_live""#),
            ("rules/transaction-settled/at", #""$.payload.object""#),
            ("rules/transaction-settled/key", #"["payment","@.transaction_uid"]"#),
            ("rules/transaction-settled/set/total", #"{"major":"@.amount_major","currency":"@.currency_code"}"#),
            ("rules/transaction-settled/set/fee", #"{"major":"@.fee_major","currency":"@.currency_code"}"#),
            ("rules/transaction-settled/set/customer.ref", #""@.consumer.consumer_id""#),
            ("rules/transaction-settled/set/attribution.params", #""@.meta""#),
            ("rules/refund-settled/key", #"["refund","@.refund_uid"]"#),
            ("rules/refund-settled/aliases", #"[["payment","@.transaction_uid"]]"#),
            ("rules/refund-settled/set/total", #"{"major":"@.amount_major","currency":"@.currency_code"}"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )
}
