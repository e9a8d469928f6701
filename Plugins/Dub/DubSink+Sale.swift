// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension DubSink {
    /// A payment, by the customer or by the click, and by the other of both where Dub finds nobody.
    ///
    /// A first payment names the click, so that it counts also where no sign-up was told. Later ones do not: the click of
    /// long ago may be gone, and newer versions of Dub credit the sale to whatever click it names.
    func sale(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let event = delivery.event
        guard let customer = customer(of: event) else {
            return .end(.init(.notAttributed, reason: "the sale names no customer that Dub could know"))
        }
        guard customer.unicodeScalars.count <= Self.customerLengthMax else {
            return .end(
                .init(.permanent, reason: "the customer's id has more than \(Self.customerLengthMax) characters")
            )
        }
        let amount: Money
        switch settings.fineCurrencies.payable(event, at: "Dub") {
        case .amount(let money): amount = money
        case .none(let end): return .end(end)
        }
        let click = clickID(of: delivery)
        let namesClick = click != nil && delivery.isFirstPayment && event.phase != .renewal
        guard let last = exchanges.last else {
            return record(delivery, amount, of: customer, from: namesClick ? click : nil)
        }
        switch outcome(of: last.result, delivery) {
        case .settled(let step): return step
        case .nobody where click != nil && exchanges.count == 1:
            return record(delivery, amount, of: customer, from: namesClick ? nil : click)
        case .nobody:
            let reason = "Dub knows no partner for this customer"
            return wait(
                delivery,
                for: "Dub does not know the customer yet",
                else: .init(.notAttributed, reason: reason)
            )
        }
    }

    private func record(_ delivery: Delivery, _ amount: Money, of customer: String, from click: String?) -> Step {
        let event = delivery.event
        var body: [JSONValue.Member] = [
            .init("customerExternalId", .string(customer)), .init("amount", .integer(amount.minor)),
            .init("currency", .string(amount.currency.code.lowercased())),
            .init("eventName", .string(settings.saleEvent)),
            .init("paymentProcessor", .string(Self.processor(event.provider.name))),
            .init("invoiceId", .string(invoice(delivery))),
        ]
        if let name = settings.saleLeadEvent { body.append(.init("leadEventName", .string(name))) }
        if let click { body.append(.init("clickId", .string(click))) }
        body += description(of: event)
        let products = Set(event.lines.compactMap(\.product))
        // Rewards may depend on the product; a basket of several has none that fits.
        if products.count == 1, let product = products.first {
            body.append(.init("metadata", ["productId": .string(product)]))
        }
        return .call(call(click == nil ? "sale" : "sale by click", path: "/track/sale", body))
    }

    private func invoice(_ delivery: Delivery) -> String { settings.prefix + delivery.idempotencyKey }

    /// The provider in Dub's words.
    private static func processor(_ provider: String) -> String {
        let known = ["stripe", "shopify", "polar", "paddle", "apple", "revenuecat"]
        return known.contains(provider) ? provider : "custom"
    }
}

extension DubSink {
    private enum SaleOutcome {
        case settled(Step)
        case nobody
    }

    private func outcome(of result: Exchange.Result, _ delivery: Delivery) -> SaleOutcome {
        if let step = Step.usual(result) { return .settled(step) }
        guard case .answer(let answer) = result else { return .settled(.retry(.init(reason: "no answer"))) }
        // No click, no link, or no lead event; the last one may still be on its way.
        if Self.findsNobody(answer) { return .nobody }
        guard answer.isSuccess else { return .settled(.end(Self.refused(answer))) }
        guard let customer = answer.json?["customer"], let sale = answer.json?["sale"] else {
            let reason = "Dub answers \(answer.status) without saying what it did with the sale"
            return .settled(.end(.init(.needsHuman, reason: reason)))
        }
        if customer.isNull, sale.isNull { return .nobody }
        guard customer.members != nil, sale.members != nil else {
            let reason = "Dub answers \(answer.status) without saying whose sale it is"
            return .settled(.end(.init(.needsHuman, reason: reason)))
        }
        var receipt = Receipt([.init("invoice", invoice(delivery))])
        if let id = customer["id"]?.idText { receipt.ids.append(.init("customer", id)) }
        // Dub counts in dollars, at the rate of this moment; refunds go by what it counted.
        if let amount = sale["amount"]?.int64, let currency = sale["currency"]?.string {
            receipt.ids += [.init("amount", String(amount)), .init("currency", currency)]
        }
        return .settled(.end(.init(.delivered, reason: "stored", receipt: receipt)))
    }
}
