// SPDX-License-Identifier: Apache-2.0

import Seeds
import TributaryModel

/// What some merchants' buyers do, as Stripe would tell it: in no order, with repeats, and some things twice.
///
/// The sales that must come of it are written down beside the webhooks, by arithmetic on the story alone.
struct StripeStory: Sendable {
    /// One call of Stripe's.
    struct Webhook: Sendable, Hashable {
        /// The provider instance that it is posted to.
        var instance: String
        var id: String
        var body: [UInt8]
    }

    /// One sale as it must stand in a platform's books.
    struct Sale: Sendable {
        /// The idempotency keys under which it may stand, of which exactly one must.
        var keys: Set<String>
        var total: Money
        /// What is given back in the end, in minor units.
        var refunded: Int64 = 0
        /// What a platform that takes one refund for each sale may have taken back, in minor units.
        var firstRefunds: Set<Int64> = []
    }

    private(set) var webhooks: [Webhook] = []
    private(set) var sales: [Sale] = []
    private(set) var repeatCount = 0

    /// Tells a story.
    ///
    /// - Parameters:
    ///   - seed: The same seed tells the same story.
    ///   - count: Number of webhooks, a sixth of them exact repeats.
    ///   - prefix: Stands in all ids, so that two stories can be told to one daemon.
    init(seed: UInt64, webhooks count: Int, prefix: String = "T") {
        var teller = StoryTeller(seed: seed, prefix: prefix)
        while teller.webhooks.count < count * 5 / 6 { teller.tellOfOneBuyer() }
        var random = teller.random
        sales = teller.sales
        webhooks = teller.webhooks
        repeatCount = max(0, count - webhooks.count)
        for _ in 0..<repeatCount {
            webhooks.append(teller.webhooks[Int.random(in: teller.webhooks.indices, using: &random)])
        }
        webhooks.shuffle(using: &random)
    }
}

extension StripeStory {
    /// One sale in euro that is told once and not refunded.
    init(saleOf minor: Int64, id: String) {
        guard let euro = Currency("EUR") else { return }
        let session = StripeShape.Session(
            id: "cs_live_" + id,
            total: Money(minor: minor, euro),
            intent: "pi_" + id,
            metadata: [
                "affonso_referral": .string("ref_" + id), "affitor_click_id": .string("clk_" + id),
                "affitor_customer_key": .string("user_" + id), "tapfiliate_click_id": .string("tap_" + id),
            ]
        )
        let event = "evt_" + id
        let body = StripeShape.event(event, "checkout.session.completed", .basil, StripeShape.session(session))
        webhooks = [Webhook(instance: "stripe", id: event, body: body.encoded())]
        sales = [Sale(keys: ["stripe:payment_intent:pi_" + id], total: session.total)]
    }
}

/// Tells of one buyer after the other.
private struct StoryTeller {
    struct Buyer {
        var instance: String
        var customer: String
        var currency: Currency
        var metadata: JSONValue
    }

    /// The ids of one payment.
    struct Payment {
        var instance: String
        var keys: Set<String>
        var total: Money
        var charge: String
        var intent: String?
        var invoice: String?
        var release: StripeShape.Release
    }

    var random: SeededGenerator
    var webhooks: [StripeStory.Webhook] = []
    var sales: [StripeStory.Sale] = []
    private static let currencies = ["EUR", "USD", "EUR", "USD", "JPY", "EUR", "USD", "USD", "JPY", "KWD"]
        .compactMap { Currency($0) }
    private let prefix: String
    private var number = 0

    init(seed: UInt64, prefix: String) {
        random = SeededGenerator(seed: seed)
        self.prefix = prefix
    }

    mutating func tellOfOneBuyer() {
        let buyer = makeBuyer()
        if buyer.instance == "shop" { return subscription(buyer, .acacia, hasBareInvoices: false) }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: for _ in 0..<Int.random(in: 1...2, using: &random) { oneTimeSale(buyer) }
        case 40..<55: saleWithInvoice(buyer)
        case 55..<75: subscription(buyer, .acacia, hasBareInvoices: chance(30))
        default: subscription(buyer, .basil, hasBareInvoices: chance(30))
        }
    }

    private mutating func makeBuyer() -> Buyer {
        let name = id("")
        let currency = Self.currencies[Int.random(in: Self.currencies.indices, using: &random)]
        return Buyer(
            instance: chance(12) ? "shop" : "stripe",
            customer: "cus_" + name,
            currency: currency,
            metadata: [
                "affonso_referral": .string("ref_" + name), "affitor_click_id": .string("clk_" + name),
                "affitor_customer_key": .string("user_" + name), "tapfiliate_click_id": .string("tap_" + name),
            ]
        )
    }

}

extension StoryTeller {
    /// A session that is paid once; sometimes told by two types of webhooks.
    private mutating func oneTimeSale(_ buyer: Buyer) {
        let intent = id("pi_")
        var session = StripeShape.Session(
            id: id("cs_live_"),
            total: price(buyer),
            customer: chance(50) ? buyer.customer : nil,
            intent: intent,
            metadata: buyer.metadata
        )
        let isDelayed = chance(20)
        session.isPaid = !isDelayed
        tell(buyer, "checkout.session.completed", .basil, StripeShape.session(session))
        session.isPaid = true
        if isDelayed || chance(15) {
            tell(buyer, "checkout.session.async_payment_succeeded", .basil, StripeShape.session(session))
        }
        noise(buyer, "payment_intent.succeeded", intent)
        settle(
            Payment(
                instance: buyer.instance,
                keys: ["payment_intent:" + intent],
                total: session.total,
                charge: id("ch_"),
                intent: intent,
                release: .basil
            )
        )
    }

    /// A session and an invoice that are the same money, each with a key of its own.
    private mutating func saleWithInvoice(_ buyer: Buyer) {
        let intent = id("pi_")
        let charge = id("ch_")
        let session = StripeShape.Session(
            id: id("cs_live_"),
            total: price(buyer),
            customer: buyer.customer,
            intent: intent,
            metadata: buyer.metadata
        )
        let invoice = StripeShape.Invoice(
            id: id("in_"),
            total: session.total,
            customer: buyer.customer,
            reason: "manual",
            intent: intent,
            charge: charge,
            metadata: chance(50) ? buyer.metadata : [:]
        )
        tell(buyer, "checkout.session.completed", .acacia, StripeShape.session(session))
        tell(buyer, "invoice.paid", .acacia, StripeShape.invoice(invoice, .acacia))
        noise(buyer, "charge.succeeded", charge)
        settle(
            Payment(
                instance: buyer.instance,
                keys: ["payment_intent:" + intent, "invoice:" + invoice.id],
                total: session.total,
                charge: charge,
                intent: intent,
                invoice: invoice.id,
                release: .acacia
            )
        )
    }

    /// A subscription, perhaps with a trial, and some renewals.
    private mutating func subscription(_ buyer: Buyer, _ release: StripeShape.Release, hasBareInvoices: Bool) {
        let subscription = id("sub_")
        let first = price(buyer)
        let isTrial = buyer.instance != "shop" && chance(25)
        let firstInvoice = id("in_")
        let session = StripeShape.Session(
            id: id("cs_live_"),
            mode: "subscription",
            total: Money(minor: isTrial ? 0 : first.minor, first.currency),
            customer: buyer.customer,
            invoice: firstInvoice,
            subscription: subscription,
            metadata: buyer.metadata
        )
        tell(buyer, "checkout.session.completed", release, StripeShape.session(session))
        noise(buyer, "customer.subscription.updated", subscription)
        for position in 0...Int.random(in: 0...2, using: &random) {
            let isNothing = position == 0 && isTrial
            invoicePaid(
                StripeShape.Invoice(
                    id: position == 0 ? firstInvoice : id("in_"),
                    total: Money(minor: isNothing ? 0 : first.minor, first.currency),
                    customer: buyer.customer,
                    reason: position == 0 ? "subscription_create" : "subscription_cycle",
                    subscription: subscription,
                    intent: isNothing ? nil : id("pi_"),
                    charge: isNothing ? nil : id("ch_"),
                    metadata: hasBareInvoices ? [:] : buyer.metadata
                ),
                of: buyer,
                release
            )
        }
    }

    private mutating func invoicePaid(_ invoice: StripeShape.Invoice, of buyer: Buyer, _ release: StripeShape.Release) {
        tell(buyer, "invoice.paid", release, StripeShape.invoice(invoice, release))
        noise(buyer, "invoice.created", invoice.id)
        guard let intent = invoice.intent, let charge = invoice.charge else { return }
        if release == .basil {
            let tie = StripeShape.tie(id("inpay_"), invoice: invoice.id, intent: intent, invoice.total)
            tell(buyer, "invoice_payment.paid", release, tie)
        }
        settle(
            Payment(
                instance: buyer.instance,
                keys: ["invoice:" + invoice.id],
                total: invoice.total,
                charge: charge,
                intent: intent,
                invoice: release == .acacia ? invoice.id : nil,
                release: release
            )
        )
    }
}

extension StoryTeller {
    /// Writes a sale down and perhaps gives some of it back.
    private mutating func settle(_ payment: Payment) {
        var sale = StripeStory.Sale(
            keys: Set(payment.keys.map { "\(payment.instance):\($0)" }),
            total: payment.total
        )
        let parts: [Int64]
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10: parts = [payment.total.minor]
        case 10..<20: parts = [payment.total.minor / 3]
        case 20..<30: parts = [payment.total.minor / 4, payment.total.minor / 5]
        default: parts = []
        }
        if !parts.isEmpty {
            // Told one by one, as a running sum, or both; in the profile `checkout` only the sum knows the invoice.
            let style = payment.instance == "shop" ? 1 : Int.random(in: 0...2, using: &random)
            if style != 1 { refundOneByOne(payment, parts, &sale) }
            if style != 0 { refundAsSum(payment, parts, &sale) }
            sale.refunded = parts.reduce(0, +)
        }
        sales.append(sale)
    }

    private mutating func refundOneByOne(_ payment: Payment, _ parts: [Int64], _ sale: inout StripeStory.Sale) {
        for part in parts {
            let refund = id("re_")
            // Before basil a charge is enough to find the sale by its invoice.
            let intent = payment.release == .acacia && chance(30) ? nil : payment.intent
            func shape(_ status: String) -> JSONValue {
                StripeShape.refund(
                    refund,
                    Money(minor: part, payment.total.currency),
                    charge: payment.charge,
                    intent: intent,
                    status: status
                )
            }
            let isPending = chance(20)
            tell(payment, "refund.created", shape(isPending ? "pending" : "succeeded"))
            if isPending || chance(20) { tell(payment, "refund.updated", shape("succeeded")) }
            sale.firstRefunds.insert(part)
        }
    }

    private mutating func refundAsSum(_ payment: Payment, _ parts: [Int64], _ sale: inout StripeStory.Sale) {
        var sum: Int64 = 0
        for part in parts {
            sum += part
            let charge = StripeShape.refundedCharge(
                payment.charge,
                payment.total,
                refunded: sum,
                intent: payment.intent,
                invoice: payment.invoice
            )
            tell(payment, "charge.refunded", charge)
            sale.firstRefunds.insert(sum)
        }
    }

    private mutating func tell(_ payment: Payment, _ type: String, _ object: JSONValue) {
        add(payment.instance, type, payment.release, object)
    }

    private mutating func tell(
        _ buyer: Buyer,
        _ type: String,
        _ release: StripeShape.Release,
        _ object: JSONValue
    ) {
        add(buyer.instance, type, release, object)
    }

    private mutating func noise(_ buyer: Buyer, _ type: String, _ id: String) {
        guard chance(25) else { return }
        add(buyer.instance, type, .basil, ["id": .string(id), "object": "noise", "customer": .string(buyer.customer)])
    }

    private mutating func add(
        _ instance: String,
        _ type: String,
        _ release: StripeShape.Release,
        _ object: JSONValue
    ) {
        let event = id("evt_")
        let body = StripeShape.event(event, type, release, object).encoded()
        webhooks.append(StripeStory.Webhook(instance: instance, id: event, body: body))
    }

    private mutating func id(_ kind: String) -> String {
        number += 1
        return kind + prefix + String(number)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// Stripe takes amounts in three decimals as multiples of ten only.
    private mutating func price(_ buyer: Buyer) -> Money {
        Money(minor: Int64.random(in: 30...30_000, using: &random) * 10, buyer.currency)
    }
}
