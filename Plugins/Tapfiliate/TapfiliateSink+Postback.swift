// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension TapfiliateSink {
    /// A correction by the postback: by our own id, the amount that remains, or that nothing is approved.
    ///
    /// Both state what shall be true afterwards, so repeating them does no harm, and nothing of Tapfiliate's is needed
    /// to find the conversion.
    ///
    /// Source: `reference/platforms.md` section 5.6.
    func postbackCorrection(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        guard let sale = delivery.sale else {
            return .end(.init(.needsHuman, reason: "the refund's sale is not known here"))
        }
        guard let remaining = sale.remaining(.gross) else {
            return .end(.init(.needsHuman, reason: "the refund cannot be stated on the sale's basis"))
        }
        if sale.effect == .none { return .end(.noMoneyMoved) }
        let isWhole = countsAsWhole(sale.correctedAfter, of: sale) || remaining.minor <= 0
        if let result { return afterPostback(result, sale, isWhole) }
        var body = [JSONValue.Member("external_id", .string(externalID(sale)))]
        if isWhole {
            body.append(.init("status", "disapproved"))
        } else {
            body.append(.init("amount", .number(remaining.majorText)))
            body.append(.init("currency", .string(remaining.currency.code)))
            // Disapproved from here only where everything had been given back.
            if countsAsWhole(sale.correctedBefore, of: sale) { body.append(.init("status", "approved")) }
        }
        return .call(postback(isWhole ? RefundCall.disapprove : RefundCall.change, path: "/con/u/", body))
    }

    private func afterPostback(_ result: Exchange.Result, _ sale: CorrectedSale, _ isWhole: Bool) -> Step {
        if let step = Self.general(result, takesEmpty: true) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        guard answer.isSuccess else {
            if sale.effect == .raises { return .end(unraised(answer, sale)) }
            return .end(answer.status == 404 ? Self.lost : unable(answer))
        }
        let receipt = Receipt([.init(Self.externalName, externalID(sale))])
        let reason = isWhole ? "disapproved" : sale.effect == .raises ? "the sale counts again" : "amount reduced"
        return .end(.init(.delivered, reason: reason, receipt: receipt))
    }
}
