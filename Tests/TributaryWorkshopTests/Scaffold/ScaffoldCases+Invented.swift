// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Providers that do not exist, in naming traditions that no list can know.
extension ScaffoldCase {
    static let invented = [settlery, norrpay, kassa, kebabo, euromat, meterly]

    /// The table by which a word tells live from test, as drafts write it.
    static func live(_ selector: String) -> String {
        #"{"map":"\#(selector)","to":{"live":true,"prod":true,"production":true,"test":false,"sandbox":false,"local":false}}"#
    }

    /// Snake case, cents in names, unit words, a delivery id, cycle words, an attribution bag called `custom`.
    private static let settlery = ScaffoldCase(
        name: "settlery",
        samples: [
            (
                "charge.json",
                #"""
                {"delivery":"d-88021","kind":"charge.settled","at":1790000123,"mode":"live","charge":{"id":"ch_7781",
                 "reference":"cart-19","status":"settled","amount_cents":15900,"tax_cents":2539,"currency":"eur",
                 "payer":{"id":"pyr_31","email":"real@shop.test"},"plan":{"subscription":"sbn_12","cycle":"first","every":"month"},
                 "custom":{"affonso_referral":"lena","user_id":"u_31"}}}
                """#
            ),
            (
                "refund.json",
                #"""
                {"delivery":"d-88044","kind":"refund.settled","at":1790086523,"mode":"live","refund":{"id":"rf_212",
                 "charge":"ch_7781","status":"settled","amount_cents":5900,"currency":"eur","reason":"late"}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.delivery""#), ("event/type", #""$.kind""#), ("event/time", #"{"unix":"$.at"}"#),
            ("event/live", live("$.mode")),
            ("rules/charge-settled/at", #""$.charge""#), ("rules/charge-settled/emit", #""payment.succeeded""#),
            ("rules/charge-settled/where", #""@.status == 'settled' && @.amount_cents > 0""#),
            ("rules/charge-settled/key", #"["charge","@.id"]"#),
            ("rules/charge-settled/set/total", #"{"minor":"@.amount_cents","currency":"@.currency"}"#),
            ("rules/charge-settled/set/tax", #"{"minor":"@.tax_cents","currency":"@.currency"}"#),
            ("rules/charge-settled/set/customer.ref", #""@.payer.id""#),
            ("rules/charge-settled/set/customer.email", #""@.payer.email""#),
            ("rules/charge-settled/set/phase", #"{"map":"@.plan.cycle","to":{"first":"first"},"else":"other"}"#),
            ("rules/charge-settled/set/subscription.ref", #""@.plan.subscription""#),
            ("rules/charge-settled/set/subscription.interval", #""@.plan.every""#),
            ("rules/charge-settled/set/attribution.params", #""@.custom""#),
            ("rules/refund-settled/emit", #""refund.succeeded""#),
            ("rules/refund-settled/key", #"["refund","@.id"]"#),
            ("rules/refund-settled/aliases", #"[["charge","@.charge"]]"#),
            ("rules/refund-settled/set/total", #"{"minor":"@.amount_cents","currency":"@.currency"}"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )

    /// Camel case, an envelope in `notification`, `payload.object`, decimal texts in objects, a time with an offset.
    private static let norrpay = ScaffoldCase(
        name: "norrpay",
        samples: [
            (
                "settled.json",
                #"""
                {"notification":{"uuid":"8f1c-01","topic":"invoiceSettled","raisedAt":"2026-03-01T10:00:00+02:00","environment":"production"},
                 "payload":{"object":{"invoiceId":"INV-5001","state":"settled","gross":{"value":"119.00","currency":"EUR"},
                 "vat":{"value":"19.00","currency":"EUR"},"shopper":{"shopperId":"s-9","emailAddress":"real@shop.test"},
                 "merchantFields":{"clickId":"c1","utmSource":"letter"}}}}
                """#
            ),
            (
                "refund.json",
                #"""
                {"notification":{"uuid":"8f1c-02","topic":"refundSettled","raisedAt":"2026-03-03T10:00:00+02:00","environment":"production"},
                 "payload":{"object":{"refundId":"R-1","invoice":"INV-5001","state":"settled","gross":{"value":"19.00","currency":"EUR"},
                 "reason":"late"}}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.notification.uuid""#), ("event/type", #""$.notification.topic""#),
            ("event/time", #"{"rfc3339":"$.notification.raisedAt"}"#),
            ("event/live", live("$.notification.environment")),
            ("rules/invoice-settled/at", #""$.payload.object""#),
            ("rules/invoice-settled/key", #"["invoice","@.invoiceId"]"#),
            ("rules/invoice-settled/set/total", #"{"major":"@.gross.value","currency":"@.gross.currency"}"#),
            ("rules/invoice-settled/set/tax", #"{"major":"@.vat.value","currency":"@.vat.currency"}"#),
            ("rules/invoice-settled/set/customer.ref", #""@.shopper.shopperId""#),
            ("rules/invoice-settled/set/customer.email", #""@.shopper.emailAddress""#),
            ("rules/invoice-settled/set/attribution.params", #""@.merchantFields""#),
            ("rules/refund-settled/key", #"["refund","@.refundId"]"#),
            ("rules/refund-settled/aliases", #"[["invoice","@.invoice"]]"#),
            ("rules/refund-settled/set/total", #"{"major":"@.gross.value","currency":"@.gross.currency"}"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )

    /// Pascal case, flat, ids as numbers.
    private static let kassa = ScaffoldCase(
        name: "kassa",
        samples: [
            (
                "collected.json",
                #"""
                {"NotificationId":70012,"EventType":"PaymentCollected","EventDate":"2026-03-01T10:00:00+01:00","IsTest":false,
                 "PaymentId":5512,"AmountMinor":4990,"CurrencyCode":"SEK","BuyerId":"b-1","BuyerEmail":"real@shop.test",
                 "SubscriptionId":"S-1","PaymentFrequency":"Monthly"}
                """#
            ),
            (
                "refunded.json",
                #"""
                {"NotificationId":70013,"EventType":"PaymentRefunded","EventDate":"2026-03-04T10:00:00+01:00","IsTest":false,
                 "RefundId":91,"PaymentId":5512,"AmountMinor":990,"CurrencyCode":"SEK"}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.NotificationId""#), ("event/type", #""$.EventType""#),
            ("event/time", #"{"rfc3339":"$.EventDate"}"#),
            ("event/live", #"{"map":"$.IsTest","to":{"true":false,"false":true}}"#),
            ("rules/payment-collected/emit", #""payment.succeeded""#),
            ("rules/payment-collected/key", #"["payment","$.PaymentId"]"#),
            ("rules/payment-collected/set/total", #"{"minor":"$.AmountMinor","currency":"$.CurrencyCode"}"#),
            ("rules/payment-collected/set/customer.ref", #""$.BuyerId""#),
            ("rules/payment-collected/set/customer.email", #""$.BuyerEmail""#),
            ("rules/payment-collected/set/subscription.ref", #""$.SubscriptionId""#),
            (
                "rules/payment-collected/set/subscription.interval",
                #"{"map":"$.PaymentFrequency","to":{"Monthly":"month"}}"#
            ),
            ("rules/payment-refunded/emit", #""refund.succeeded""#),
            ("rules/payment-refunded/key", #"["refund","$.RefundId"]"#),
            ("rules/payment-refunded/aliases", #"[["payment","$.PaymentId"]]"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )

    /// Kebab case, pence, milliseconds, a bag told by its content alone.
    private static let kebabo = ScaffoldCase(
        name: "kebabo",
        samples: [
            (
                "completed.json",
                #"""
                {"message-id":"m-1","event-name":"purchase-completed","sent-at":1790000123456,"purchase":{"purchase-id":"p-1",
                 "price-pence":1250,"currency-code":"gbp","client":{"ref":"cl-1","e-mail":"real@shop.test"},
                 "tracking":{"ref":"anna","utm_campaign":"spring"}}}
                """#
            ),
            (
                "disputed.json",
                #"""
                {"message-id":"m-2","event-name":"purchase-disputed","sent-at":1790500123456,"purchase":{"purchase-id":"p-1",
                 "price-pence":1250,"currency-code":"gbp","dispute-ref":"d-7"}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$['message-id']""#), ("event/type", #""$['event-name']""#),
            ("event/time", #"{"unix_ms":"$['sent-at']"}"#),
            ("rules/purchase-completed/at", #""$.purchase""#),
            ("rules/purchase-completed/key", #"["payment","@['purchase-id']"]"#),
            (
                "rules/purchase-completed/set/total",
                #"{"minor":"@['price-pence']","currency":"@['currency-code']"}"#
            ),
            ("rules/purchase-completed/set/customer.ref", #""@.client.ref""#),
            ("rules/purchase-completed/set/customer.email", #""@.client['e-mail']""#),
            ("rules/purchase-completed/set/attribution.params", #""@.tracking""#),
            ("rules/purchase-disputed/emit", #""dispute.opened""#),
            ("rules/purchase-disputed/key", #"["dispute","@['dispute-ref']"]"#),
            ("rules/purchase-disputed/aliases", #"[["payment","@['purchase-id']"]]"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted dispute.opened"]
    )

    /// The currency in the name, `what` and `when`, numbers of things instead of ids.
    private static let euromat = ScaffoldCase(
        name: "euromat",
        samples: [
            (
                "sale.json",
                #"""
                {"key":"k-0001","what":"sale.done","when":"2026-03-01T09:00:00Z","env":"live","sale":{"no":"S-100",
                 "amount_eur":"49.90","tax_eur":"7.97","member":{"id":"m-2","email":"real@shop.test"},
                 "labels":{"affonso_referral":"anna","click_id":"c1"}}}
                """#
            ),
            (
                "refund.json",
                #"""
                {"key":"k-0002","what":"refund.done","when":"2026-03-05T09:00:00Z","env":"live","refund":{"no":"R-5",
                 "sale_no":"S-100","amount_eur":"10.00"}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.key""#), ("event/type", #""$.what""#), ("event/time", #"{"rfc3339":"$.when"}"#),
            ("event/live", live("$.env")),
            ("rules/sale-done/at", #""$.sale""#), ("rules/sale-done/emit", #""payment.succeeded""#),
            ("rules/sale-done/key", #"["payment","@.no"]"#),
            ("rules/sale-done/set/total", #"{"major":"@.amount_eur","currency":{"const":"EUR"}}"#),
            ("rules/sale-done/set/tax", #"{"major":"@.tax_eur","currency":{"const":"EUR"}}"#),
            ("rules/sale-done/set/customer.ref", #""@.member.id""#),
            ("rules/sale-done/set/attribution.params", #""@.labels""#),
            ("rules/refund-done/key", #"["refund","@.no"]"#),
            ("rules/refund-done/aliases", #"[["payment","@.sale_no"]]"#),
            ("rules/refund-done/set/total", #"{"major":"@.amount_eur","currency":{"const":"EUR"}}"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )

    /// Envelope in `header`, memberships, accounts as buyers, `in_cents`, numbers as ids.
    private static let meterly = ScaffoldCase(
        name: "meterly",
        samples: [
            (
                "fee.json",
                #"""
                {"header":{"delivery_key":10001,"kind":"membership_fee_collected","timestamp":"2026-03-01T10:00:00.000-05:00","sandbox":false},
                 "body":{"membership_fee":{"id":77123,"membership":"mb_3","amount_in_cents":2900,"currency":"USD",
                 "cycle_kind":"renewal","billing_cycle":"yearly","account":{"id":501,"email":"real@shop.test"}}}}
                """#
            ),
            (
                "cancelled.json",
                #"""
                {"header":{"delivery_key":10002,"kind":"membership_cancelled","timestamp":"2026-03-09T10:00:00.000-05:00","sandbox":false},
                 "body":{"membership":{"id":"mb_3","account":{"id":501,"email":"real@shop.test"}}}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.header.delivery_key""#), ("event/type", #""$.header.kind""#),
            ("event/time", #"{"rfc3339":"$.header.timestamp"}"#),
            ("event/live", #"{"map":"$.header.sandbox","to":{"true":false,"false":true}}"#),
            ("rules/membership-fee-collected/at", #""$.body.membership_fee""#),
            ("rules/membership-fee-collected/emit", #""payment.succeeded""#),
            ("rules/membership-fee-collected/key", #"["payment","@.id"]"#),
            ("rules/membership-fee-collected/set/total", #"{"minor":"@.amount_in_cents","currency":"@.currency"}"#),
            ("rules/membership-fee-collected/set/customer.ref", #""@.account.id""#),
            ("rules/membership-fee-collected/set/customer.email", #""@.account.email""#),
            ("rules/membership-fee-collected/set/subscription.ref", #""@.membership""#),
            (
                "rules/membership-fee-collected/set/phase",
                #"{"map":"@.cycle_kind","to":{"renewal":"renewal"},"else":"other"}"#
            ),
            (
                "rules/membership-fee-collected/set/subscription.interval",
                #"{"map":"@.billing_cycle","to":{"yearly":"year"}}"#
            ),
            ("rules/membership-cancelled/emit", #""subscription.ended""#),
            ("rules/membership-cancelled/set/subscription.ref", #""@.id""#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted subscription.ended"]
    )
}
