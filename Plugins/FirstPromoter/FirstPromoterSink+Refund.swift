// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension FirstPromoterSink {
    /// A refund or a lost dispute, under a key of its own and with its sale's.
    ///
    /// What comes back to the merchant has no call: a second sale would be one more sale, so a person decides.
    func refund(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        guard let sale = delivery.sale else {
            return .end(.init(.needsHuman, reason: "the correction's sale is not known here"))
        }
        guard let amount = sale.difference(.gross) else {
            return .end(.init(.needsHuman, reason: "the correction cannot be stated on the sale's basis"))
        }
        // Kept with the sale, so that a prefix changed in the meantime changes nothing for it.
        let saleKey = sale.receipt["event"] ?? settings.prefix + sale.idempotencyKey
        let place = saleKey.contains("@") ? "the sale" : "the sale with event id \(saleKey)"
        if let result { return afterRefund(result, amount, place) }
        guard amount.minor != 0 else { return .end(.noMoneyMoved) }
        guard amount.minor > 0 else {
            let back = Money(minor: -amount.minor, amount.currency)
            let reason = "FirstPromoter cannot take a refund back; add a commission for \(back) to \(place) there"
            return .end(.init(.needsHuman, reason: reason))
        }
        var body = identification(of: delivery.event)
        if body.isEmpty { body = identification(of: sale.event) }
        guard !body.isEmpty else {
            return .end(.init(.needsHuman, reason: "the refund names no customer; refund \(amount) of \(place) there"))
        }
        body += [
            .init("event_id", .string(settings.prefix + delivery.idempotencyKey)),
            .init("amount", .integer(amount.minor)),
        ]
        body += currency(of: amount)
        body.append(.init("sale_event_id", .string(saleKey)))
        return .call(call("refund", path: "/track/refund", .object(body + silence)))
    }

    private func afterRefund(_ result: Exchange.Result, _ amount: Money, _ place: String) -> Step {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        let remedy = "; refund \(amount) of \(place) there"
        switch answer.status {
        case 204:
            return .end(.init(.notApplicable, reason: "FirstPromoter has no commission to take back"))
        case 409:
            return .end(.init(.duplicate, reason: "FirstPromoter had the refund already (409)"))
        default: break
        }
        guard answer.isSuccess else {
            return .end(.init(.needsHuman, reason: Self.refused(answer).reason + remedy))
        }
        guard let json = answer.json, let id = json["id"]?.idText else {
            let reason = "FirstPromoter answers \(answer.status) without saying what it did with the refund"
            return .end(.init(.needsHuman, reason: reason + remedy))
        }
        var receipt = Receipt([.init("refund", id)])
        if let reward = json["reward"]?["id"]?.idText { receipt.ids.append(.init("commission", reward)) }
        return .end(.init(.delivered, reason: "refunded", receipt: receipt))
    }
}
