// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension ScaffoldCase {
    /// Shapes that occur, and shapes that nobody has seen.
    static let all = known + invented + heldOut

    /// Invented bodies in the shapes that occur.
    static let known = [
        stripe, paypal, razorpay, lemonSqueezy, xendit, flutterwave, paddle, polar, dodo, creem, gumroad, chargebee,
    ]

    private static let stripe = ScaffoldCase(
        name: "striped",
        samples: [
            (
                "invoice.json",
                #"""
                {"id":"evt_1Inv","object":"event","api_version":"2025-09-30.clover","created":1760003600,"livemode":true,
                 "type":"invoice.paid","data":{"object":{"id":"in_1Q","object":"invoice","amount_due":2400,"amount_paid":2400,
                 "billing_reason":"subscription_create","created":1760003590,"currency":"usd","customer":"cus_Q1",
                 "customer_email":"real.person@shop.test","lines":{"data":[{"amount":2500,"description":"1 x Pro (at $24.00 / month)"}]},
                 "metadata":{},"parent":{"subscription_details":{"metadata":{"affiliate_id":"aff_7"},"subscription":"sub_1Q"}},
                 "status":"paid","subtotal":2400,"total":2400}}}
                """#
            ),
            (
                "refund.json",
                #"""
                {"id":"evt_1Ref","object":"event","api_version":"2025-09-30.clover","created":1760600000,"livemode":true,
                 "type":"charge.refunded","data":{"object":{"id":"ch_3Q","object":"charge","amount":9520,"amount_refunded":4520,
                 "currency":"eur","metadata":{"affiliate_id":"aff_7"},"payment_intent":"pi_3Q","status":"succeeded"},
                 "previous_attributes":{"amount_refunded":1520}}}
                """#
            ),
            (
                "trial.json",
                #"""
                {"id":"evt_1Sub","object":"event","api_version":"2025-03-31.basil","created":1760100000,"livemode":true,
                 "type":"customer.subscription.created","data":{"object":{"id":"sub_2Q","object":"subscription","currency":"usd",
                 "customer":"cus_Q2","metadata":{"affiliate_id":"aff_7"},"status":"trialing","trial_end":1761309600}}}
                """#
            ),
        ],
        expected: [
            ("api", #"["2025-03-31.basil","2025-09-30.clover"]"#),
            ("event/id", #""$.id""#), ("event/type", #""$.type""#), ("event/time", #"{"unix":"$.created"}"#),
            ("event/live", #""$.livemode""#), ("event/api", #""$.api_version""#),
            ("rules/invoice-paid/at", #""$.data.object""#),
            ("rules/invoice-paid/emit", #""payment.succeeded""#),
            ("rules/invoice-paid/where", #""@.status == 'paid' && @.amount_paid > 0""#),
            ("rules/invoice-paid/key", #"["invoice","@.id"]"#),
            ("rules/invoice-paid/set/total", #"{"minor":"@.amount_paid","currency":"@.currency"}"#),
            (
                "rules/invoice-paid/set/phase",
                #"{"map":"@.billing_reason","to":{"subscription_create":"first"},"else":"other"}"#
            ),
            ("rules/invoice-paid/set/customer.ref", #""@.customer""#),
            ("rules/invoice-paid/set/customer.email", #""@.customer_email""#),
            ("rules/invoice-paid/set/attribution.params", #""@.parent.subscription_details.metadata""#),
            ("rules/invoice-paid/set/subscription.ref", #""@.parent.subscription_details.subscription""#),
            ("rules/charge-refunded/set/refunded_total", #"{"minor":"@.amount_refunded","currency":"@.currency"}"#),
            ("rules/charge-refunded/aliases", #"[["charge","@.id"],["payment","@.payment_intent"]]"#),
            ("rules/customer-subscription-created/emit", #""subscription.trial_started""#),
            ("rules/customer-subscription-created/set/subscription.trial_end", #"{"unix":"@.trial_end"}"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded", "emitted subscription.trial_started"]
    )

    private static let paypal = ScaffoldCase(
        name: "paypalish",
        samples: [
            (
                "capture.json",
                #"""
                {"id":"WH-1A-1B","event_version":"1.0","create_time":"2025-10-09T09:00:12.345Z","resource_type":"capture",
                 "event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"8AB","status":"COMPLETED",
                 "amount":{"currency_code":"USD","value":"49.90"},"seller_receivable_breakdown":{
                 "gross_amount":{"currency_code":"USD","value":"49.90"},"paypal_fee":{"currency_code":"USD","value":"2.23"}},
                 "invoice_id":"INV-7001","custom_id":"aff=aff_7Q2;clk=clk_901","create_time":"2025-10-09T09:00:08Z"}}
                """#
            ),
            (
                "dispute.json",
                #"""
                {"id":"WH-2A-2B","event_version":"1.0","create_time":"2025-10-12T09:00:12Z","resource_type":"dispute",
                 "event_type":"CUSTOMER.DISPUTE.CREATED","resource":{"dispute_id":"PP-D-1","status":"OPEN",
                 "dispute_amount":{"currency_code":"USD","value":"49.90"}}}
                """#
            ),
            (
                "reversed.json",
                #"""
                {"id":"WH-3A-3B","event_version":"1.0","create_time":"2025-10-12T09:00:12Z","resource_type":"sale",
                 "event_type":"PAYMENT.SALE.REVERSED","resource":{"id":"9XY","state":"completed","amount":{"currency":"USD","total":"49.90"}}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.id""#), ("event/type", #""$.event_type""#),
            ("event/time", #"{"rfc3339":"$.create_time"}"#),
            ("rules/payment-capture-completed/at", #""$.resource""#),
            (
                "rules/payment-capture-completed/set/total",
                #"{"major":"@.amount.value","currency":"@.amount.currency_code"}"#
            ),
            ("rules/payment-capture-completed/set/attribution.params", #"{"pairs":"@.custom_id"}"#),
            ("rules/payment-capture-completed/aliases", #"[["invoice","@.invoice_id"]]"#),
            ("rules/customer-dispute-created/emit", #""dispute.opened""#),
            ("rules/customer-dispute-created/key", #"["dispute","@.dispute_id"]"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted dispute.opened", "ignored: nobody decided yet"]
    )

    private static let razorpay = ScaffoldCase(
        name: "razor",
        samples: [
            (
                "captured.json",
                #"""
                {"entity":"event","account_id":"acc_1","event":"payment.captured","contains":["payment"],"created_at":1760000005,
                 "payload":{"payment":{"entity":{"id":"pay_1","entity":"payment","amount":129900,"currency":"INR","status":"captured",
                 "order_id":"order_1","invoice_id":null,"amount_refunded":0,"email":"who@shop.test","contact":"+919876543210",
                 "notes":{"affiliate_id":"aff_7"},"fee":3066,"tax":468,"created_at":1760000000}}}}
                """#
            ),
            (
                "charged.json",
                #"""
                {"entity":"event","account_id":"acc_1","event":"subscription.charged","contains":["subscription","payment"],
                 "created_at":1760000010,"payload":{"subscription":{"entity":{"id":"sub_1","entity":"subscription",
                 "customer_id":"cust_1","status":"active","notes":{"affiliate_id":"aff_7"}}},"payment":{"entity":{"id":"pay_2",
                 "entity":"payment","amount":49900,"currency":"INR","status":"captured","order_id":"order_2","invoice_id":"inv_2",
                 "email":"who@shop.test","customer_id":"cust_1","notes":[],"fee":1180,"tax":180,"created_at":1760000001}}}}
                """#
            ),
            (
                "refund.json",
                #"""
                {"entity":"event","account_id":"acc_1","event":"refund.processed","contains":["refund","payment"],
                 "created_at":1760600050,"payload":{"refund":{"entity":{"id":"rfnd_1","entity":"refund","amount":30000,
                 "currency":"INR","payment_id":"pay_1","notes":[],"status":"processed"}},"payment":{"entity":{"id":"pay_1",
                 "entity":"payment","amount":129900,"currency":"INR","status":"captured","order_id":"order_1","amount_refunded":30000,
                 "notes":[]}}}}
                """#
            ),
        ],
        headers: ["X-Razorpay-Event-Id": "evt1", "X-Razorpay-Signature": String(repeating: "5f", count: 32)],
        expected: [
            ("verify/header", #""X-Razorpay-Signature""#), ("verify/algorithm", #""sha256""#),
            ("verify/encoding", #""hex""#),
            ("event/id", #"{"header":"X-Razorpay-Event-Id"}"#), ("event/type", #""$.event""#),
            ("event/time", #"{"unix":"$.created_at"}"#),
            ("rules/payment-captured/at", #""$.payload.payment.entity""#),
            ("rules/payment-captured/set/total", #"{"minor":"@.amount","currency":"@.currency"}"#),
            ("rules/payment-captured/set/attribution.params", #""@.notes""#),
            ("rules/payment-captured/set/customer.email", #""@.email""#),
            ("rules/subscription-charged/at", #""$.payload.payment.entity""#),
            ("rules/subscription-charged/set/subscription.ref", #""$.payload.subscription.entity.id""#),
            ("rules/subscription-charged/set/attribution.params", #""$.payload.subscription.entity.notes""#),
            ("rules/refund-processed/at", #""$.payload.refund.entity""#),
            ("rules/refund-processed/set/total", #"{"minor":"@.amount","currency":"@.currency"}"#),
            ("rules/refund-processed/set/attribution.params", #"{"first":["@.notes"]}"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted payment.succeeded", "emitted refund.succeeded"]
    )

    private static let lemonSqueezy = ScaffoldCase(
        name: "lemony",
        samples: [
            (
                "order.json",
                #"""
                {"meta":{"test_mode":true,"event_name":"order_created","webhook_id":"0e0f","custom_data":{"affiliate_id":"a_77"}},
                 "data":{"type":"orders","id":"90211","attributes":{"customer_id":44120,"order_number":318,"user_name":"Real Person",
                 "user_email":"real@shop.test","currency":"EUR","currency_rate":"1.08150000","subtotal":4900,"discount_total":490,
                 "tax":838,"total":5248,"total_usd":5676,"total_formatted":"€52.48","status":"paid",
                 "created_at":"2025-08-01T09:30:10.000000Z","updated_at":"2025-08-01T09:30:12.000000Z"}}}
                """#
            ),
            (
                "refunded.json",
                #"""
                {"meta":{"test_mode":true,"event_name":"order_refunded","webhook_id":"0e10","custom_data":{"affiliate_id":"a_77"}},
                 "data":{"type":"orders","id":"90211","attributes":{"customer_id":44120,"user_email":"real@shop.test",
                 "currency":"EUR","total":5248,"refunded_amount":1500,"status":"partial_refund",
                 "updated_at":"2025-08-03T10:00:00.000000Z"}}}
                """#
            ),
        ],
        expected: [
            ("event/id", #""$.meta.webhook_id""#), ("event/type", #""$.meta.event_name""#),
            ("event/time", #"{"rfc3339":"$.data.attributes.updated_at"}"#),
            ("event/live", #"{"map":"$.meta.test_mode","to":{"true":false,"false":true}}"#),
            ("rules/order-created/at", #""$.data.attributes""#),
            ("rules/order-created/key", #"["order","$.data.id"]"#),
            ("rules/order-created/where", #""@.status == 'paid' && @.total > 0""#),
            ("rules/order-created/set/total", #"{"minor":"@.total","currency":"@.currency"}"#),
            ("rules/order-created/set/tax", #"{"minor":"@.tax","currency":"@.currency"}"#),
            ("rules/order-created/set/customer.ref", #""@.customer_id""#),
            ("rules/order-created/set/attribution.params", #""$.meta.custom_data""#),
            ("rules/order-refunded/set/refunded_total", #"{"minor":"@.refunded_amount","currency":"@.currency"}"#),
            ("rules/order-refunded/key", #"["refunded_total",{"text":"{$.data.id}:{@.refunded_amount}"}]"#),
            ("unread", #"[{"path":"$.data.attributes.total_usd","why":"the same as total, in another currency"}]"#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted refund.succeeded"]
    )

    private static let xendit = ScaffoldCase(
        name: "xen",
        samples: [
            (
                "invoice.json",
                #"""
                {"id":"68a0f1","external_id":"ord-991","status":"PAID","amount":150000,"paid_amount":150000,
                 "paid_at":"2025-08-01T02:15:44.120Z","payer_email":"budi@shop.test","created":"2025-08-01T02:10:03.551Z",
                 "updated":"2025-08-01T02:15:46.002Z","currency":"IDR"}
                """#
            ),
            (
                "payment.json",
                #"""
                {"event":"payment.succeeded","business_id":"5f00","created":"2025-08-01T03:00:01.100Z","data":{"id":"ddpy-aa",
                 "payment_request_id":"pr-aa","customer_id":"cust-12","currency":"PHP","amount":1499.5,"status":"SUCCEEDED",
                 "created":"2025-08-01T02:59:40.920Z","metadata":{"affiliate_id":"a_77"}}}
                """#
            ),
        ],
        expected: [
            ("event/type", #"{"first":["$.event"],"default":"untyped"}"#), ("event/time", #"{"rfc3339":"$.created"}"#),
            ("rules/payment-succeeded/set/total", #"{"major":"$.paid_amount","currency":"$.currency"}"#),
            ("rules/payment-succeeded/where", #""@.status == 'PAID' && @.paid_amount > 0""#),
            ("rules/payment-succeeded/set/customer.email", #""$.payer_email""#),
            ("rules/payment-succeeded-2/set/total", #"{"major":"@.amount","currency":"@.currency"}"#),
            ("rules/payment-succeeded-2/set/attribution.params", #""@.metadata""#),
            ("rules/payment-succeeded-2/set/customer.ref", #""@.customer_id""#),
        ],
        outcomes: ["emitted payment.succeeded", "emitted payment.succeeded"]
    )
}
