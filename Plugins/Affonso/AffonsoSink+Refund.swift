// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension AffonsoSink {
    /// A refund goes to the conversion's own id.
    ///
    /// Where the ledger knows the conversion but not its id, the conversion is posted once more under the same key: the
    /// replay gives the id back and records nothing new.
    func refund(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard let sale = delivery.sale else {
            return .end(.init(.needsHuman, reason: "the refund's sale is not known here"))
        }
        switch sale.effect {
        case .none: return .end(.noMoneyMoved)
        case .raises:
            // Refunds there are events of their own that nothing takes back (section 3.5), and a second conversion for
            // one sale would count as a sale more.
            let id = sale.receipt["conversion"] ?? "of external_event_id \(sale.idempotencyKey)"
            return .end(.raiseByHand(sale, "conversion \(id)", at: "Affonso"))
        case .lowers: break
        }
        guard let last = exchanges.last else {
            if let id = sale.receipt["conversion"] { return refundCall(delivery, sale, conversion: id) }
            return recordSale(sale.event, key: sale.idempotencyKey, isFirst: false, label: "replay")
        }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        if last.call.label == "replay" {
            guard answer.isSuccess, let id = answer.json?["data"]?["id"]?.idText else {
                return .end(
                    .init(.needsHuman, reason: "Affonso does not give back the conversion's id; refund it there")
                )
            }
            return refundCall(delivery, sale, conversion: id)
        }
        return afterRefund(answer)
    }

    private func refundCall(_ delivery: Delivery, _ sale: CorrectedSale, conversion id: String) -> Step {
        guard let amount = sale.difference(.gross) else {
            return .end(.init(.needsHuman, reason: "the refund cannot be stated on the sale's basis"))
        }
        guard amount.minor > 0 else {
            return .end(.init(.notApplicable, reason: "nothing of the reported amount is given back"))
        }
        return .call(
            call(
                "refund",
                path: "/conversions/\(URLText.encoded(id))/refund",
                [
                    "amount": .number(amount.majorText),
                    "currency": .string(amount.currency.code),
                    "reason": .string(delivery.event.kind == .disputeLost ? "dispute lost" : "refund"),
                    "external_event_id": .string(delivery.idempotencyKey),
                    "refunded_at": .string(delivery.event.time.description),
                ]
            )
        )
    }

    private func afterRefund(_ answer: Answer) -> Step {
        if answer.isSuccess { return .end(Self.refunded(answer)) }
        if answer.status == 404 {
            return .end(.init(.needsHuman, reason: "Affonso does not know the conversion any more; refund it there"))
        }
        // Whatever Affonso refuses here, money that was given back stays counted there until somebody looks.
        return .end(.init(.needsHuman, reason: refused(answer).reason + "; refund the conversion there"))
    }

    /// A refund that was taken; the conversion it comes back with may well say `declined` or `rejected` now.
    private static func refunded(_ answer: Answer) -> Step.End {
        let data = answer.json?["data"]
        let receipt = Receipt(data?["id"]?.idText.map { [.init("conversion", $0)] } ?? [])
        guard data?.members != nil else {
            return .init(.needsHuman, reason: "Affonso answers \(answer.status) without the data that it promises")
        }
        guard data?["replayed"]?.bool != true else {
            return .init(.duplicate, reason: "Affonso had the refund already", receipt: receipt)
        }
        return .init(.delivered, reason: "refunded", receipt: receipt)
    }
}
