// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension TapfiliateSink {
    /// A reversed refund or a lost dispute that was won: the conversion's amount again, and its commissions approved.
    ///
    /// Commissions are approved only where everything had been given back, because only then were they disapproved from
    /// here. The amount goes first, so that nothing is ever approved that is too much. Both state what shall be true
    /// afterwards, so repeating them does no harm.
    ///
    /// Source: `reference/platforms.md` section 5.5.
    func raise(_ sale: CorrectedSale, to remaining: Money, after exchanges: [Exchange]) -> Step {
        let wasWhole = countsAsWhole(sale.correctedBefore, of: sale)
        guard let last = exchanges.last else {
            if !wasWhole, let id = sale.receipt["conversion"] { return raised(id, to: remaining, sale) }
            return .call(read(sale))
        }
        if let step = Self.general(last.result, takesEmpty: last.call.label == RefundCall.approve) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        let conversion = conversion(of: sale, in: exchanges)
        switch last.call.label {
        case RefundCall.change, RefundCall.approve:
            // A commission that is gone can earn nothing; who raises it has to look.
            guard answer.isSuccess else { return .end(unraised(answer, sale)) }
            let made = exchanges.count { $0.call.label == RefundCall.change }
            if last.call.label == RefundCall.change, let id = conversion?["id"]?.idText ?? sale.receipt["conversion"] {
                let calls = changes(id, to: remaining, sale)
                if made < calls.count { return .call(calls[made]) }
            }
            guard wasWhole, let conversion else { return .end(Self.again(sale)) }
            return approve(conversion, sale, after: exchanges)
        default:
            guard let conversion, let id = conversion["id"]?.idText else {
                if last.call.label == RefundCall.read, answer.status == 404 { return .call(lookUp(externalID(sale))) }
                return .end(unraised(answer, sale))
            }
            // An amount in a currency that the program does not count in was never changed from here.
            let isUntouched = sale.correctedAfter.minor == 0 && !sale.isInProgramCurrency
            // An earlier attempt whose answer was lost may have come this far.
            let isThere = sale.isInProgramCurrency && Self.amount(of: conversion, is: remaining)
            let isDivided = TapfiliateShares.remaining(remaining, of: sale.receipt) != nil
            return wasWhole && (isUntouched || isThere && !isDivided)
                ? approve(conversion, sale, after: exchanges) : raised(id, to: remaining, sale)
        }
    }

    private static func amount(of conversion: JSONValue, is money: Money) -> Bool {
        guard let text = conversion["amount"]?.idText else { return false }
        // What is no amount is no amount that is right already.
        return (try? Money(decimal: text, shiftedBy: Int(money.currency.exponent), money.currency)) == money
    }

    private func raised(_ id: String, to remaining: Money, _ sale: CorrectedSale) -> Step {
        guard sale.isInProgramCurrency else { return .end(byHand(sale)) }
        return .call(changes(id, to: remaining, sale)[0])
    }

    /// Approves one commission after the other, then ends.
    private func approve(_ conversion: JSONValue, _ sale: CorrectedSale, after exchanges: [Exchange]) -> Step {
        let commissions = conversion["commissions"]?.elements ?? []
        let closed = commissions.filter { $0["approved"]?.bool == false }.compactMap { $0["id"]?.idText }
        let done = exchanges.count { $0.call.label == RefundCall.approve }
        guard done < closed.count else { return .end(Self.again(sale, approved: done)) }
        let path = "/commissions/\(URLText.encoded(closed[done]))/approved/"
        return .call(call(RefundCall.approve, method: "PUT", path: path))
    }

    private static func again(_ sale: CorrectedSale, approved: Int = 0) -> Step.End {
        let receipt = Receipt(sale.receipt["conversion"].map { [.init("conversion", $0)] } ?? [])
        let commissions = approved == 0 ? "" : ", \(approved) commission(s) approved again"
        return .init(.delivered, reason: "the sale counts again" + commissions, receipt: receipt)
    }

    func byHand(_ sale: CorrectedSale) -> Step.End {
        let id = sale.receipt["conversion"] ?? "of external_id \(externalID(sale))"
        return .raiseByHand(sale, "conversion \(id)", at: "Tapfiliate")
    }

    func unraised(_ answer: Answer, _ sale: CorrectedSale) -> Step.End {
        var end = byHand(sale)
        let why = answer.isSuccess || answer.status == 404 ? "it is not found" : Self.refused(answer).reason
        end.reason = "the sale cannot be raised again (\(why)); " + end.reason
        return end
    }
}

extension CorrectedSale {
    /// Whether amounts of the sale are in the currency in which its program counts, as far as that is known.
    fileprivate var isInProgramCurrency: Bool {
        receipt["program_currency"].map { $0 == correctedAfter.currency.code } ?? true
    }
}
