// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension FirstPromoterSink {
    /// A payment, by the customer; on a first one also by the visit, which makes the lead where no sign-up was told.
    func sale(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let event = delivery.event
        let identification = identification(of: event)
        guard !identification.isEmpty else {
            return .end(.init(.notAttributed, reason: "the sale names no customer that FirstPromoter could know"))
        }
        let amount: Money
        switch settings.fineCurrencies.payable(event, at: "FirstPromoter") {
        case .amount(let money): amount = money
        case .none(let end): return .end(end)
        }
        let partner = partner(of: event)
        let namesPartner = partner != nil && delivery.isFirstPayment && event.phase != .renewal
        guard let last = exchanges.last else {
            return record(delivery, amount, identification, by: namesPartner ? partner : nil)
        }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        guard Self.findsNobody(answer) else { return .end(afterSale(answer, delivery)) }
        if partner != nil, exchanges.count == 1 {
            // A visit that is gone, or a renewal that overtook the first payment: the other way once.
            return record(delivery, amount, identification, by: namesPartner ? nil : partner)
        }
        return unknownCustomer(delivery)
    }

    private func record(
        _ delivery: Delivery,
        _ amount: Money,
        _ identification: [JSONValue.Member],
        by partner: JSONValue.Member?
    ) -> Step {
        let event = delivery.event
        var body = identification
        body += [.init("event_id", .string(key(delivery))), .init("amount", .integer(amount.minor))]
        body += currency(of: amount)
        if event.lines.count == 1, let quantity = event.lines.first?.quantity, quantity > 1 {
            body.append(.init("quantity", .integer(quantity)))
        }
        if let plan = plan(of: event) { body.append(.init("plan", .string(plan))) }
        if let coupon = Identifiers(of: event, parameters: settings.parameters)[.coupon] {
            body.append(.init("promo_code", .string(coupon)))
        }
        if let partner { body.append(partner) }
        return .call(call(partner == nil ? "sale" : "sale by visit", path: "/track/sale", .object(body + silence)))
    }

    private func key(_ delivery: Delivery) -> String { settings.prefix + delivery.idempotencyKey }

    /// The currency, where it is not the account's own.
    func currency(of amount: Money) -> [JSONValue.Member] {
        amount.currency == settings.currency ? [] : [.init("currency", .string(amount.currency.code))]
    }

    /// The one plan that was sold; a basket of several has none.
    private func plan(of event: Event) -> String? {
        let ids: Set<String> =
            switch settings.plan {
            case .price: Set(event.lines.compactMap(\.price))
            case .product: Set(event.lines.compactMap(\.product))
            case .none: []
            }
        return ids.count == 1 ? ids.first : nil
    }
}

extension FirstPromoterSink {
    private func afterSale(_ answer: Answer, _ delivery: Delivery) -> Step.End {
        var receipt = Receipt([.init("event", key(delivery))])
        if answer.status == 409 {
            return .init(.duplicate, reason: "FirstPromoter had the sale already (409)", receipt: receipt)
        }
        guard answer.isSuccess else { return Self.refused(answer) }
        guard let json = answer.json, let id = json["id"]?.idText else {
            let reason = "FirstPromoter answers \(answer.status) without saying what it did with the sale"
            return .init(.needsHuman, reason: reason, receipt: receipt)
        }
        receipt.ids.append(.init("sale", id))
        if let referral = json["referral"]?["id"]?.idText { receipt.ids.append(.init("referral", referral)) }
        let commissions = json["commissions"]?.elements ?? []
        receipt.ids += commissions.compactMap { $0["id"]?.idText }.map { .init("commission", $0) }
        if !commissions.isEmpty, commissions.allSatisfy({ $0["status"]?.string == "denied" }) {
            return .init(.rejectedByPlatform, reason: "FirstPromoter denied the commission", receipt: receipt)
        }
        return .init(.delivered, reason: commissions.isEmpty ? "stored, no commission" : "stored", receipt: receipt)
    }

    /// The lead may still be on its way, so the sale waits for it a few times.
    private func unknownCustomer(_ delivery: Delivery) -> Step {
        .waiting(
            delivery,
            retriesMax: settings.lateLeadRetries,
            for: "FirstPromoter does not know the customer yet",
            else: .init(.notAttributed, reason: "FirstPromoter knows no partner for this customer")
        )
    }
}
