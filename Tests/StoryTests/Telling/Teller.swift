// SPDX-License-Identifier: Apache-2.0

import Seeds
import TributaryModel

/// Tells what some buyers live through: click, sign-up, trial, first payment, renewals, refunds, a dispute.
///
/// What must stand in the books afterwards is written down beside it, by adding and subtracting alone.
struct Teller {
    private(set) var messages: [Message] = []
    private(set) var sales: [Sale] = []
    private(set) var buyers: [Buyer] = []
    var random: SeededGenerator
    private var eventCount = 0
    private let seed: UInt64

    /// The partners that every platform knows.
    static let partners = ["sarah123", "omar_77", "li-wei"]

    private static let currencies = ["EUR", "USD", "EUR", "GBP", "JPY", "KWD"].compactMap { Currency($0) }
    private static let start = Timestamp(unixSeconds: 1_790_000_000)

    /// Tells of some buyers; the same seed tells the same.
    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        for number in 1...Int.random(in: 1...4, using: &random) { live(makeBuyer(number)) }
    }

    private mutating func makeBuyer(_ number: Int) -> Buyer {
        let currency = Self.currencies.randomElement(using: &random) ?? Teller.currencies[0]
        // Stripe takes amounts in three decimals as multiples of ten only.
        let price = Int64.random(in: 30...3000, using: &random) * 10
        var buyer = Buyer(
            name: "\(seed)x\(number)",
            partner: number > 1 && chance(20) ? nil : Self.partners.randomElement(using: &random),
            thread: Buyer.Thread.allCases.randomElement(using: &random) ?? .session,
            release: chance(50) ? .acacia : .basil,
            price: Money(minor: price, currency),
            tax: chance(60) ? price / 60 * 10 : 0,
            random: (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        )
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10 where [.session, .subscription].contains(buyer.thread): buyer.signUp = .untold
        case 10..<20 where buyer.partner != nil:
            buyer.signUp = .overdue
            buyer.thread = .sessionUser
        default: break
        }
        return buyer
    }

    private mutating func live(_ buyer: Buyer) {
        buyers.append(buyer)
        var now = Self.start.advanced(by: .seconds(Int64.random(in: 0...86_400 * 20, using: &random)))
        if let partner = buyer.partner {
            let url = "https://shop.example/pricing?ref=\(partner)&utm_source=blog"
            messages.append(
                Message(name: "click of \(buyer.name)", happened: now, content: .click(random: buyer.random, url: url))
            )
        }
        now = after(now, 900...86_400)
        let signedUp = now
        now = after(now, 900...86_400 * 3)
        let hasTrial = chance(75)
        let firstPaid = hasTrial ? after(now, 86_400 * 7...86_400 * 14) : now
        signUp(buyer, at: signedUp, overdueUntil: firstPaid.advanced(by: .seconds(86_400 * 2)))
        checkOut(buyer, hasTrial: hasTrial, at: now)
        now = firstPaid
        let first = hasTrial ? 1 : 0
        for position in first...(first + Int.random(in: 1...3, using: &random)) {
            pay(buyer, position, isFirst: position == first, hasTrial: hasTrial, at: now)
            if position == first || chance(30) { giveBack(buyer, position, from: now, isWhole: position == first) }
            now = after(now, 86_400 * 28...86_400 * 31)
        }
    }

    private mutating func signUp(_ buyer: Buyer, at now: Timestamp, overdueUntil end: Timestamp) {
        var lead: [JSONValue.Member] = [
            .init("id", .string("signup-" + buyer.name)), .init("user", .string(buyer.user)),
            .init("email", .string(buyer.customer + "@buyers.example")), .init("time", .string(now.description)),
        ]
        if buyer.partner != nil { lead.append(.init("click", .string(buyer.click))) }
        let late = buyer.signUp == .overdue ? end.since(now) : .zero
        if buyer.signUp != .untold {
            messages.append(
                Message(name: "sign-up of \(buyer.name)", isLate: late, happened: now, content: .lead(.object(lead)))
            )
        }
        tell(buyer, "customer.created", now, StripeObject.customer(buyer.customer, metadata: buyer.customerMetadata))
    }

    /// The checkout, and what Stripe tells with it; a trial's invoice is over nothing.
    private mutating func checkOut(_ buyer: Buyer, hasTrial: Bool, at now: Timestamp) {
        let paid = Money(minor: hasTrial ? 0 : buyer.price.minor, buyer.price.currency)
        let tax = hasTrial ? 0 : buyer.tax
        let session = StripeObject.session(buyer, paid: paid, tax: tax, metadata: buyer.sessionMetadata)
        tell(buyer, "checkout.session.completed", now, session)
        let end = hasTrial ? now.advanced(by: .seconds(86_400 * 14)) : nil
        let status = hasTrial ? "trialing" : "incomplete"
        func subscription(_ status: String) -> JSONValue {
            StripeObject.subscription(buyer, status: status, trialEnd: end, metadata: buyer.subscriptionMetadata)
        }
        tell(buyer, "customer.subscription.created", now, subscription(status))
        if hasTrial {
            let invoice = StripeObject.invoice(
                buyer,
                0,
                paid: paid,
                tax: 0,
                reason: "subscription_create",
                metadata: buyer.subscriptionMetadata
            )
            tell(buyer, "invoice.paid", now, invoice)
        }
    }

    private mutating func pay(_ buyer: Buyer, _ position: Int, isFirst: Bool, hasTrial: Bool, at now: Timestamp) {
        let invoice = StripeObject.invoice(
            buyer,
            position,
            paid: buyer.price,
            tax: buyer.tax,
            reason: isFirst && !hasTrial ? "subscription_create" : "subscription_cycle",
            metadata: isFirst ? buyer.subscriptionMetadata : [:]
        )
        tell(buyer, "invoice.paid", now, invoice)
        if buyer.release == .basil {
            tell(buyer, "invoice_payment.paid", now, StripeObject.tie(buyer, position, buyer.price))
        }
        var sale = Sale(
            invoice: buyer.invoice(position),
            user: buyer.user,
            partner: buyer.partner,
            total: buyer.price,
            tax: buyer.tax
        )
        sale.isBeforeSignUp = isFirst && buyer.signUp == .overdue
        sales.append(sale)
    }
}

extension Teller {
    /// Refunds of parts, and a dispute over the rest or the whole.
    private mutating func giveBack(_ buyer: Buyer, _ position: Int, from time: Timestamp, isWhole: Bool) {
        var now = time
        let total = buyer.price.minor
        var parts = [total / 40 * 10, total / 50 * 10, total / 90 * 10].map { max($0, 10) }
        parts = Array(
            parts.prefix(isWhole ? Int.random(in: 2...3, using: &random) : Int.random(in: 0...1, using: &random))
        )
        // Told one by one, as a running sum, or both.
        let style = Int.random(in: 0...2, using: &random)
        var sum: Int64 = 0
        for (index, part) in parts.enumerated() {
            now = after(now, 3600...86_400 * 4)
            sum += part
            if style != 1 { refund("re_\(buyer.name)_\(position)_\(index)", buyer, position, part, at: now) }
            if style != 0 {
                tell(buyer, "charge.refunded", now, StripeObject.refundedCharge(buyer, position, refunded: sum))
            }
        }
        let failed = !parts.isEmpty && chance(20) ? parts.count - 1 : nil
        if let failed {
            now = after(now, 3600...86_400)
            let id = "re_\(buyer.name)_\(position)_\(failed)"
            let refund = StripeObject.refund(id, buyer, position, parts[failed], status: "failed")
            tell(buyer, "refund.failed", now, refund)
            sum -= parts[failed]
        }
        var lost: Int64 = 0
        if isWhole ? chance(85) : chance(40) {
            now = after(now, 3600...86_400 * 4)
            // Banks dispute the whole charge as a rule, sometimes a part of it.
            let disputed = chance(60) ? total : max(10, total / 30 * 10)
            tell(
                buyer,
                "charge.dispute.created",
                now,
                StripeObject.dispute(buyer, position, disputed, status: "needs_response")
            )
            now = after(now, 86_400 * 2...86_400 * 10)
            let isLost = chance(75)
            let status = isLost ? "lost" : "won"
            tell(buyer, "charge.dispute.closed", now, StripeObject.dispute(buyer, position, disputed, status: status))
            lost = isLost ? disputed : 0
        }
        if let index = sales.firstIndex(where: { $0.invoice == buyer.invoice(position) }) {
            sales[index].givenBack = min(total, sum + lost)
            sales[index].hasFailedRefund = failed != nil
        }
    }

    private mutating func refund(_ id: String, _ buyer: Buyer, _ position: Int, _ part: Int64, at now: Timestamp) {
        let isPending = chance(20)
        func shape(_ status: String) -> JSONValue { StripeObject.refund(id, buyer, position, part, status: status) }
        tell(buyer, "refund.created", now, shape(isPending ? "pending" : "succeeded"))
        if isPending || chance(20) { tell(buyer, "refund.updated", now, shape("succeeded")) }
    }

    private mutating func tell(_ buyer: Buyer, _ type: String, _ time: Timestamp, _ object: JSONValue) {
        eventCount += 1
        let event = StripeObject.event("evt_\(seed)_\(eventCount)", type, buyer.release, time, object)
        messages.append(Message(name: "\(type) of \(buyer.name)", happened: time, content: .webhook(event)))
    }

    private mutating func after(_ time: Timestamp, _ seconds: ClosedRange<Int64>) -> Timestamp {
        time.advanced(by: .seconds(Int64.random(in: seconds, using: &random)))
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
}
