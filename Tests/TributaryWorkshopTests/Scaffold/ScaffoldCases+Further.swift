// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension ScaffoldCase {
    static let flutterwave = ScaffoldCase(
        name: "flutter",
        samples: [
            (
                "charge.json",
                #"""
                {"event":"charge.completed","data":{"id":708123451,"tx_ref":"ord-994","amount":2500.5,"currency":"NGN",
                 "charged_amount":2500.5,"app_fee":35.01,"status":"successful","created_at":"2025-08-01T10:01:11.000Z",
                 "customer":{"id":330114,"name":"Real Person","phone_number":null,"email":"ada@shop.test"}},
                 "meta_data":{"affiliate_id":"a_77"},"event.type":"CARD_TRANSACTION"}
                """#
            ),
            (
                "failed.json",
                #"""
                {"event":"charge.completed","data":{"id":708123459,"tx_ref":"ord-995","amount":900,"currency":"NGN",
                 "charged_amount":900,"app_fee":35.01,"status":"failed","created_at":"2025-08-01T10:02:11.000Z",
                 "customer":{"id":330114,"name":"Real Person","email":"ada@shop.test"}},"event.type":"CARD_TRANSACTION"}
                """#
            ),
            (
                "refund.json",
                #"""
                {"id":88120,"AmountRefunded":500,"status":"completed","FlwRef":"FLW-1","meta":"{\"note\":\"k-17\"}",
                 "createdAt":"2025-08-03T08:00:00.000Z","TransactionId":708123451}
                """#
            ),
        ],
        expected: [
            ("event/type", #"{"first":["$.event"],"default":"untyped"}"#),
            ("event/time", #"{"rfc3339":{"first":["$.createdAt","$.data.created_at"]}}"#),
            ("rules/charge-completed/where", #""@.status == 'successful' && @.amount > 0""#),
            ("rules/charge-completed/set/total", #"{"major":"@.amount","currency":"@.currency"}"#),
            ("rules/charge-completed/set/customer.ref", #""@.customer.id""#),
            ("rules/charge-completed/set/attribution.params", #""$.meta_data""#),
            ("rules/refund-succeeded/set/total", #"{"major":"$.AmountRefunded","currency":{"const":"USD"}}"#),
            ("rules/refund-succeeded/aliases", #"[["payment","$.TransactionId"]]"#),
            ("rules/refund-succeeded/set/attribution.params", #"{"parse_json":"$.meta"}"#),
        ],
        outcomes: ["emitted payment.succeeded", "filtered", "emitted refund.succeeded"]
    )

    static let paddle = ScaffoldCase(
        name: "paddled",
        samples: [
            (
                "transaction.json",
                #"""
                {"event_id":"evt_01","event_type":"transaction.completed","occurred_at":"2025-08-01T09:30:12.294633Z",
                 "notification_id":"ntf_01","data":{"id":"txn_01","status":"completed","customer_id":"ctm_01",
                 "subscription_id":"sub_01","invoice_id":"inv_01","currency_code":"EUR","custom_data":{"affiliate_id":"a_77"},
                 "items":[{"price":{"unit_price":{"amount":"1900","currency_code":"EUR"}},"quantity":1}],
                 "details":{"totals":{"subtotal":"1900","discount":"0","tax":"361","total":"2261","currency_code":"EUR"}}}}
                """#
            ),
            (
                "adjustment.json",
                #"""
                {"event_id":"evt_02","event_type":"adjustment.updated","occurred_at":"2025-08-03T10:00:00.000001Z",
                 "notification_id":"ntf_02","data":{"id":"adj_01","action":"refund","status":"approved","transaction_id":"txn_01",
                 "customer_id":"ctm_01","currency_code":"EUR","totals":{"subtotal":"420","tax":"80","total":"500","currency_code":"EUR"}}}
                """#
            ),
        ],
        headers: ["Paddle-Signature": "ts=1754040612;h1=" + String(repeating: "ab", count: 32)],
        expected: [
            ("verify/signature", #"{"pairs":"h1","by":";","is":"="}"#), ("verify/timestamp", #"{"pair":"ts"}"#),
            ("verify/message", #"["t",{"const":":"},"body"]"#),
            ("event/id", #""$.event_id""#), ("event/type", #""$.event_type""#),
            ("event/time", #"{"rfc3339":"$.occurred_at"}"#),
            (
                "rules/transaction-completed/set/total",
                #"{"minor":"@.details.totals.total","currency":"@.details.totals.currency_code"}"#
            ),
            (
                "rules/transaction-completed/set/tax",
                #"{"minor":"@.details.totals.tax","currency":"@.details.totals.currency_code"}"#
            ),
            ("rules/transaction-completed/set/customer.ref", #""@.customer_id""#),
            ("rules/transaction-completed/set/attribution.params", #""@.custom_data""#),
            ("rules/transaction-completed/key", #"["payment","@.id"]"#),
            ("rules/adjustment-updated/emit", #""refund.succeeded""#),
            ("rules/adjustment-updated/aliases", #"[["payment","@.transaction_id"]]"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )

    static let polar = ScaffoldCase(
        name: "polaric",
        samples: [
            (
                "order.json",
                #"""
                {"type":"order.paid","timestamp":"2025-08-01T09:30:12.100Z","data":{"id":"0e0f","status":"paid","paid":true,
                 "subtotal_amount":1900,"discount_amount":0,"net_amount":1900,"tax_amount":361,"total_amount":2261,
                 "refunded_amount":0,"currency":"eur","billing_reason":"subscription_cycle","customer_id":"1111",
                 "customer":{"id":"1111","email":"ida@shop.test","external_id":"u_1001"},"subscription_id":"3333",
                 "subscription":{"id":"3333","recurring_interval":"month"},"checkout_id":"4444","metadata":{"affiliate_id":"a_77"}}}
                """#
            )
        ],
        headers: ["webhook-id": "msg_1", "webhook-timestamp": "1754040612", "webhook-signature": "v1,x"],
        expected: [
            ("verify", #"{"preset":"standard-webhooks"}"#), ("event/id", #"{"header":"webhook-id"}"#),
            ("event/type", #""$.type""#), ("event/time", #"{"rfc3339":"$.timestamp"}"#),
            ("rules/order-paid/set/total", #"{"minor":"@.total_amount","currency":"@.currency"}"#),
            (
                "rules/order-paid/set/phase",
                #"{"map":"@.billing_reason","to":{"subscription_cycle":"renewal"},"else":"other"}"#
            ),
            ("rules/order-paid/set/customer.ref", #""@.customer_id""#),
            ("rules/order-paid/set/customer.user", #""@.customer.external_id""#),
            ("rules/order-paid/set/subscription.interval", #""@.subscription.recurring_interval""#),
            ("rules/order-paid/set/attribution.params", #""@.metadata""#),
            ("rules/order-paid/aliases", #"[["checkout","@.checkout_id"]]"#),
        ],
        outcomes: ["emitted payment.succeeded"]
    )

    static let dodo = ScaffoldCase(
        name: "dodoish",
        samples: [
            (
                "payment.json",
                #"""
                {"business_id":"bus_1","type":"payment.succeeded","timestamp":"2025-08-01T09:30:12.100000Z","data":{
                 "payload_type":"Payment","payment_id":"pay_1","status":"succeeded","total_amount":2261,"tax":361,"currency":"EUR",
                 "settlement_amount":2445,"settlement_currency":"USD","customer":{"customer_id":"cus_1","email":"ida@shop.test",
                 "name":"Real Person"},"subscription_id":null,"metadata":{"affiliate_id":"a_77"}}}
                """#
            ),
            (
                "dispute.json",
                #"""
                {"business_id":"bus_1","type":"dispute.opened","timestamp":"2025-08-04T09:30:12.100000Z","data":{
                 "payload_type":"Dispute","dispute_id":"dp_1","payment_id":"pay_1","amount":"2261","currency":"EUR","dispute_status":"dispute_opened"}}
                """#
            ),
        ],
        expected: [
            ("event/type", #""$.type""#), ("event/time", #"{"rfc3339":"$.timestamp"}"#),
            ("rules/payment-succeeded/key", #"["payment","@.payment_id"]"#),
            ("rules/payment-succeeded/set/total", #"{"minor":"@.total_amount","currency":"@.currency"}"#),
            ("rules/payment-succeeded/set/customer.ref", #""@.customer.customer_id""#),
            ("rules/payment-succeeded/set/attribution.params", #""@.metadata""#),
            ("rules/dispute-opened/key", #"["dispute","@.dispute_id"]"#),
            ("rules/dispute-opened/set/total", #"{"minor":"@.amount","currency":"@.currency"}"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted dispute.opened"]
    )

    static let creem = ScaffoldCase(
        name: "creemy",
        samples: [
            (
                "checkout.json",
                #"""
                {"id":"evt_1aB","eventType":"checkout.completed","created_at":1754042471123,"object":{"id":"ch_1","object":"checkout",
                 "status":"completed","mode":"prod","order":{"id":"ord_1","customer":"cust_1","amount":4955,"currency":"EUR","status":"paid",
                 "type":"onetime"},"product":{"id":"prod_1","name":"Atlas","price":4955,"currency":"EUR"},
                 "customer":{"id":"cust_1","email":"ida@shop.test","name":"Real Person"},"metadata":{"affiliate_id":"a_77"}}}
                """#
            ),
            (
                "refund.json",
                #"""
                {"id":"evt_1aC","eventType":"refund.created","created_at":1754200000000,"object":{"id":"ref_1","object":"refund",
                 "status":"succeeded","refund_amount":1210,"refund_currency":"EUR","transaction":{"id":"tran_1","amount":1000,
                 "amount_paid":1210},"subscription":{"id":"sub_1","metadata":{"affiliate_id":"a_77"}},
                 "customer":{"id":"cust_1","email":"ida@shop.test"}}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.id""#), ("event/type", #""$.eventType""#), ("event/time", #"{"unix_ms":"$.created_at"}"#),
            ("rules/checkout-completed/at", #""$.object""#),
            ("rules/checkout-completed/set/total", #"{"minor":"@.order.amount","currency":"@.order.currency"}"#),
            ("rules/checkout-completed/set/customer.ref", #""@.customer.id""#),
            ("rules/checkout-completed/set/attribution.params", #""@.metadata""#),
            ("rules/refund-created/set/total", #"{"minor":"@.refund_amount","currency":"@.refund_currency"}"#),
            ("rules/refund-created/set/attribution.params", #""@.subscription.metadata""#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )

    static let gumroad = ScaffoldCase(
        name: "gum",
        samples: [
            (
                "sale.form",
                "seller_id=Zx9Q%3D%3D&product_name=Atlas&email=ida%40shop.test&price=1950&gumroad_fee=240&currency=usd&quantity=1"
                    + "&card[visual]=**** 4242&order_number=512345678&sale_id=S4le1%3D%3D&sale_timestamp=2025-08-01T09%3A30%3A10Z"
                    + "&full_name=Real+Person&purchaser_id=9912&subscription_id=Sub1%3D%3D&url_params[aff]=a_77&recurrence=monthly"
                    + "&refunded=false&resource_name=sale\n"
            ),
            (
                "cancellation.form",
                "subscription_id=Sub1%3D%3D&user_id=9912&user_email=ida%40shop.test&purchase_ids[]=S4le1"
                    + "&created_at=2025-08-01T09%3A30%3A10Z&recurrence=monthly&resource_name=cancellation&cancelled=true"
                    + "&cancelled_at=2025-10-02T08%3A00%3A00Z"
            ),
        ],
        expected: [
            ("body", #""form""#), ("event/type", #""$.resource_name""#),
            ("event/time", #"{"rfc3339":{"first":["$.sale_timestamp","$.cancelled_at"]}}"#),
            ("rules/sale/key", #"["payment","$.sale_id"]"#),
            ("rules/sale/set/total", #"{"minor":"$.price","currency":"$.currency"}"#),
            ("rules/sale/set/customer.ref", #""$.purchaser_id""#), ("rules/sale/set/customer.email", #""$.email""#),
            ("rules/sale/set/attribution.params", #""$.url_params""#),
            ("rules/sale/set/subscription.interval", #"{"map":"$.recurrence","to":{"monthly":"month"}}"#),
            ("rules/cancellation/emit", #""subscription.ended""#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted subscription.ended"]
    )

    static let chargebee = ScaffoldCase(
        name: "beehive",
        samples: [
            (
                "refunded.json",
                #"""
                {"id":"ev_3","occurred_at":1760600000,"user":"ops@shop.test","object":"event","api_version":"v2","content":{
                 "transaction":{"id":"txn_2","customer_id":"cust_1","subscription_id":"sub_1","type":"refund","amount":1050,
                 "status":"success","object":"transaction","currency_code":"EUR","refunded_txn_id":"txn_1"},
                 "invoice":{"id":"1001","object":"invoice","total":2380},"customer":{"id":"cust_1","email":"ida@shop.test"},
                 "subscription":{"id":"sub_1","meta_data":{"affiliate_id":"aff_7"}}},"event_type":"payment_refunded"}
                """#
            )
        ],
        expected: [
            ("event/id", #""$.id""#), ("event/type", #""$.event_type""#), ("event/time", #"{"unix":"$.occurred_at"}"#),
            ("rules/payment-refunded/at", #""$.content.transaction""#),
            ("rules/payment-refunded/key", #"["refund","@.id"]"#),
            (
                "rules/payment-refunded/aliases",
                #"[["payment","@.refunded_txn_id"],["invoice","$.content.invoice.id"]]"#
            ),
            ("rules/payment-refunded/set/customer.email", #""$.content.customer.email""#),
            ("rules/payment-refunded/set/attribution.params", #""$.content.subscription.meta_data""#),
        ],
        outcomes: ["emitted refund.succeeded"]
    )
}
