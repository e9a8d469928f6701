// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension AffitorSink {
    /// A refund or a lost dispute, by the transaction id of the sale.
    func refund(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        if let result { return afterRefund(result, delivery) }
        guard let sale = delivery.sale else {
            return .end(.init(.needsHuman, reason: "the refund's sale is not known here"))
        }
        guard !isTest(delivery), sale.receipt["test"] == nil else {
            return .end(.init(.notApplicable, reason: "a test books no sale that could be refunded"))
        }
        let transaction = transaction(of: sale)
        switch sale.effect {
        case .none: return .end(.noMoneyMoved)
        case .raises:
            // A refund claims the commission's row for good (section 4.6).
            let commission = sale.receipt["commission"].map { "commission \($0) of " } ?? ""
            let name = commission + "transaction \(transaction)"
            return .end(.raiseByHand(sale, name, at: "Affitor"))
        case .lowers: break
        }
        guard let amount = sale.difference(.gross) else {
            return .end(.init(.needsHuman, reason: "the refund cannot be stated on the sale's basis"))
        }
        guard amount.minor > 0 else {
            return .end(.init(.notApplicable, reason: "nothing of the reported amount is given back"))
        }
        var body: [JSONValue.Member] = [.init("transaction_id", .string(transaction))]
        // Left out, the amount means all of it.
        if !(sale.isFull && sale.correctionsBefore == 0) {
            body.append(.init("refund_amount_cents", .integer(amount.minor)))
        }
        let reason: JSONValue = delivery.event.kind == .disputeLost ? "dispute lost" : "refund"
        body.append(.init("refund_reason", reason))
        return .call(call("refund", path: "refund", body))
    }

    private func afterRefund(_ result: Exchange.Result, _ delivery: Delivery) -> Step {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if answer.status == 404 {
            return .end(.init(.needsHuman, reason: "Affitor does not know the sale; " + remedy(delivery)))
        }
        guard answer.isSuccess else {
            return .end(.init(.needsHuman, reason: Self.refused(answer).reason + "; " + remedy(delivery)))
        }
        return .end(refundStored(answer, delivery))
    }

    private func refundStored(_ answer: Answer, _ delivery: Delivery) -> Step.End {
        let commission = answer.json?["commission_id"]?.idText
        let receipt = Receipt(commission.map { [.init("commission", $0)] } ?? [])
        switch answer.json?["status"]?.string {
        case "reversed": return .init(.delivered, reason: "commission reversed", receipt: receipt)
        case "refunded": return .init(.delivered, reason: "commission reduced", receipt: receipt)
        case "no_commission": return .init(.notApplicable, reason: "Affitor has no commission for the sale")
        case "skipped":
            if delivery.mayHaveArrivedBefore, delivery.sale?.correctionsBefore == 0 {
                // Nobody but this refund's own lost attempt has corrected the sale from here.
                return .init(.duplicate, reason: "Affitor took the refund in an earlier attempt", receipt: receipt)
            }
            return .init(.needsHuman, reason: skipped(delivery))
        default:
            return .init(
                .needsHuman,
                reason: "Affitor answers \(answer.status) without saying what it did with the refund; "
                    + remedy(delivery)
            )
        }
    }

    private func skipped(_ delivery: Delivery) -> String {
        let hint = settings.refundHold == .zero ? ", or see \"refunds\": \"hold\"" : ""
        return "Affitor takes one refund for each sale and skipped this one; " + remedy(delivery) + hint
    }

    /// What a person is to do about a refund that Affitor did not take: how much is to come off which sale.
    private func remedy(_ delivery: Delivery) -> String {
        guard let sale = delivery.sale, let amount = sale.difference(.gross) else { return "correct it there" }
        return "take \(amount) of \(Step.End.name(of: "transaction", transaction(of: sale))) back there"
    }

    /// Kept with the sale, so that a prefix changed in the meantime changes nothing for it.
    private func transaction(of sale: CorrectedSale) -> String {
        sale.receipt["transaction"] ?? settings.prefix + sale.idempotencyKey
    }
}
