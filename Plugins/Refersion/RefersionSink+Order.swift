// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension RefersionSink {
    /// A payment.
    ///
    /// The items add up to the amount on the chosen basis. Tax, shipping and discount stay out: nothing says whether
    /// they would be taken off once more.
    func order(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        let event = delivery.event
        let order = orderID(of: delivery.event, key: delivery.idempotencyKey)
        if let result { return afterOrder(result, order) }
        let found = Identifiers(of: event, parameters: settings.parameters)
        let email = settings.sendsEmail ? event.customer.email : nil
        guard found[.click] != nil || found[.coupon] != nil || email != nil else {
            return .end(.init(.notAttributed, reason: "the sale names no cart and no coupon"))
        }
        guard let amount = event.amount(.gross) else {
            return .end(.init(.permanent, reason: "the sale does not state its amount"))
        }
        guard amount.minor > 0 else {
            return .end(.init(.notApplicable, reason: "there is no amount to report"))
        }
        if let cart = found[.click], cart.unicodeScalars.count > 255 {
            return .end(.init(.permanent, reason: "Refersion takes cart ids of 255 characters at most"))
        }
        var body = [JSONValue.Member("order_id", .string(order))]
        if let cart = found[.click] { body.append(.init("cart_id", .string(cart))) }
        body.append(.init("currency_code", .string(amount.currency.code)))
        if let coupon = found[.coupon] { body.append(.init("discount_code", .string(coupon))) }
        if let email { body.append(.init("customer", ["email": .string(email)])) }
        let items = RefersionItem.items(of: event, amount, settings)
        body.append(.init("items", .array(items.map(\.json))))
        return .call(call("order", url: settings.address + "/tracker/orders/paid", body))
    }

    func orderID(of event: Event, key: String) -> String {
        switch settings.orderID {
        case .key: settings.prefix + key
        case .order: settings.prefix + (event.order ?? key)
        }
    }

    private func afterOrder(_ result: Exchange.Result, _ order: String) -> Step {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        let receipt = Receipt([.init("order", order)])
        if answer.isSuccess {
            guard !Self.isPage(answer) else {
                return .retry(.init(reason: "status \(answer.status) with a page; is \"url\" right?"))
            }
            return .end(stored(answer, receipt))
        }
        let text = Self.complaintText(answer)
        let isRepeated = ["already", "duplicate", "exists", "unique"].contains { text.contains($0) }
        if answer.status == 409 || (isRepeated && text.contains("order")) {
            let reason = "Refersion had the order already (\(answer.status))"
            return .end(.init(.duplicate, reason: reason, receipt: receipt))
        }
        if Self.findsNobody(text) {
            return .end(.init(.notAttributed, reason: "Refersion knows no such cart", receipt: receipt))
        }
        return .end(Self.refused(answer))
    }

    private static func findsNobody(_ text: String) -> Bool {
        guard ["cart", "affiliate", "attribut"].contains(where: { text.contains($0) }) else { return false }
        return ["not found", "no ", "unknown", "not attributed", "unattributed", "invalid"].contains {
            text.contains($0)
        }
    }

    /// The end of an order that was taken, which alone proves no attribution: unknown carts are taken, too.
    private func stored(_ answer: Answer, _ receipt: Receipt) -> Step.End {
        var receipt = receipt
        if let id = answer.json?["conversion_id"]?.idText {
            receipt.ids.append(.init("conversion", id))
            return .init(.delivered, reason: "stored", receipt: receipt)
        }
        let isTold = answer.json?["conversion_id"]?.isNull == true || answer.json?["attributed"]?.bool == false
        if isTold || Self.findsNobody(Self.complaintText(answer)) {
            return .init(.notAttributed, reason: "stored without an affiliate", receipt: receipt)
        }
        let errors = answer.json?["errors"]?.elements ?? []
        if answer.json?["error"].map({ !$0.isNull }) == true || !errors.isEmpty {
            let words = Answer.words(Self.complaint(answer))
            return .init(.needsHuman, reason: "Refersion answers \(answer.status) with an error" + words)
        }
        let reason = "taken; Refersion does not say whether anybody is credited"
        switch settings.silentAnswers {
        case .unproven: return .init(.unproven, reason: reason, receipt: receipt)
        case .review: return .init(.needsHuman, reason: reason + "; look for its order id there", receipt: receipt)
        }
    }
}
