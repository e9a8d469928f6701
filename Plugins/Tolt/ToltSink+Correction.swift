// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension ToltSink {
    /// A refund, a lost dispute, or either of them undone; Tolt takes the refund of a whole transaction and nothing else.
    func correction(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard let sale = delivery.sale else {
            return .end(.init(.needsHuman, reason: "the correction's sale is not known here"))
        }
        guard let difference = sale.difference(.gross), let remaining = sale.remaining(.gross) else {
            return .end(.init(.needsHuman, reason: "the correction cannot be stated on the sale's basis"))
        }
        if difference.minor < 0 { return .end(restored(sale, to: remaining)) }
        guard difference.minor > 0 else {
            return .end(.init(.notApplicable, reason: "nothing of the reported amount is given back"))
        }
        guard refundsAll(of: sale, given: sale.correctedAfter) else { return .end(partial(sale, to: remaining)) }
        return refund(sale, after: exchanges)
    }

    /// Whether so much is given back that the whole transaction is refunded.
    private func refundsAll(of sale: CorrectedSale, given: Money) -> Bool {
        guard let total = sale.event.total, total.currency == given.currency else { return false }
        if given.minor >= total.minor { return true }
        guard settings.partialRefunds == .full else { return false }
        return Int128(given.minor) * 100 >= Int128(total.minor) * Int128(settings.fullRefundFrom)
    }

    private func partial(_ sale: CorrectedSale, to remaining: Money) -> Step.End {
        switch settings.partialRefunds {
        case .review:
            let remedy = "set the commission of \(name(of: sale)) there to what \(remaining) earns"
            return .init(.needsHuman, reason: "Tolt refunds whole transactions only; \(remedy)")
        case .ignore: return .init(.notApplicable, reason: "parts given back are not told (\"partial_refunds\")")
        case .full:
            let reason = "less than \(settings.fullRefundFrom) % is given back (\"full_refund_from\")"
            return .init(.notApplicable, reason: reason)
        }
    }

    /// The money is the merchant's again, which Tolt has no call for.
    private func restored(_ sale: CorrectedSale, to remaining: Money) -> Step.End {
        if refundsAll(of: sale, given: sale.correctedBefore) {
            let customer = sale.receipt["customer"].map { " for \($0)" } ?? ""
            let remedy = "record a transaction of \(remaining)\(customer) there in the place of \(name(of: sale))"
            return .init(.needsHuman, reason: "Tolt cannot take a refund back; \(remedy)")
        }
        guard settings.partialRefunds == .review else {
            return .init(.notApplicable, reason: "Tolt was not told of what is undone here")
        }
        let remedy = "set the commission of \(name(of: sale)) there to what \(remaining) earns"
        return .init(.needsHuman, reason: "Tolt cannot take a refund back; \(remedy)")
    }

    /// What a person finds the transaction by.
    private func name(of sale: CorrectedSale) -> String {
        sale.receipt["transaction"] ?? Step.End.name(of: "charge", charge(of: sale))
    }

    /// Kept with the sale, so that a prefix changed in the meantime changes nothing for it.
    private func charge(of sale: CorrectedSale) -> String {
        sale.receipt["charge"] ?? settings.prefix + sale.idempotencyKey
    }

    /// The refund by the transaction's own id, which is looked up where it is not known or not known any more.
    private func refund(_ sale: CorrectedSale, after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else {
            if let id = sale.receipt["transaction"] { return .call(refund(id)) }
            return .call(lookUp(charge: charge(of: sale)))
        }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        let lost = "Tolt does not know \(Step.End.name(of: "charge", charge(of: sale))); refund the sale there"
        guard last.call.label == Label.refund else {
            guard let id = Self.transaction(of: charge(of: sale), in: answer)?["id"]?.idText, answer.isSuccess else {
                return .end(.init(.needsHuman, reason: lost))
            }
            return .call(refund(id))
        }
        if answer.isSuccess { return .end(refunded(answer, sale)) }
        if answer.status == 409 {
            return .end(.init(.duplicate, reason: "Tolt has refunded the transaction already (409)"))
        }
        if answer.status == 404 {
            return exchanges.count == 1
                ? .call(lookUp(charge: charge(of: sale))) : .end(.init(.needsHuman, reason: lost))
        }
        return .end(.init(.needsHuman, reason: Self.refused(answer).reason + "; refund \(name(of: sale)) there"))
    }

    private func refund(_ id: String) -> Call {
        call(Label.refund, path: "/transactions/\(URLText.encoded(id))/refund", [])
    }

    private func refunded(_ answer: Answer, _ sale: CorrectedSale) -> Step.End {
        guard let data = Self.data(answer), data.members != nil, answer.json?["success"]?.bool != false else {
            let reason = "Tolt answers \(answer.status) without the refund; look at \(name(of: sale)) there"
            return .init(.needsHuman, reason: reason)
        }
        if let status = data["status"]?.string, status != "refunded" {
            let reason = "Tolt took the refund and calls the transaction" + Answer.words(status)
            return .init(.needsHuman, reason: reason + "; look at \(name(of: sale)) there")
        }
        let receipt = Receipt(data["id"]?.idText.map { [.init("transaction", $0)] } ?? [])
        return .init(.delivered, reason: "transaction refunded", receipt: receipt)
    }
}
