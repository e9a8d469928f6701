// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension DubSink {
    /// A refund, a decided dispute, or the reversal of either: what remains of the sale is the commission's new amount.
    ///
    /// Amounts are told as they shall be, so repeating them does no harm, and in the currency in which Dub counted the
    /// sale, so that no later rate of exchange gets in. Dub keeps the amount of a commission that is wholly refunded and
    /// only marks it, so a reversal states the amount and takes the mark away then: never does too much count.
    func correct(_ delivery: Delivery, after last: Exchange?) -> Step {
        guard let sale = delivery.sale else {
            return .end(.init(.needsHuman, reason: "the correction's sale is not known here"))
        }
        guard let remaining = sale.remaining(.gross), let difference = sale.difference(.gross) else {
            return .end(.init(.needsHuman, reason: "the correction cannot be stated on the sale's basis"))
        }
        guard difference.minor != 0 else { return .end(.noMoneyMoved) }
        let correction = DubCorrection(
            // Kept with the sale, so that a prefix changed in the meantime changes nothing for it.
            invoice: sale.receipt["invoice"] ?? settings.prefix + sale.idempotencyKey,
            remaining: sale.isFull || remaining.minor <= 0 ? nil : remaining,
            counted: counted(remaining, of: sale),
            difference: difference,
            mayBeDone: delivery.mayHaveArrivedBefore
        )
        guard let last else {
            let path = "/commissions?invoiceId=\(URLText.encoded(correction.invoice))"
            return .call(bare(CorrectionCall.lookUp, path: path))
        }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        if last.call.label == CorrectionCall.lookUp { return afterLookUp(answer, correction, delivery) }
        return afterChange(answer, of: last.call, correction)
    }

    /// What remains of a sale in the currency in which Dub counted it; `nil` where Dub did not say.
    private func counted(_ remaining: Money, of sale: CorrectedSale) -> Money? {
        guard let whole = sale.event.amount(.gross), let code = sale.receipt["currency"],
            let currency = Currency(code), let minor = sale.receipt["amount"].flatMap({ Int64($0) })
        else { return remaining.currency.code == "USD" ? remaining : nil }
        return Money(minor: minor, currency).share(remaining, of: whole)
    }

    private enum CorrectionCall {
        static let lookUp = "look-up"
        static let restore = "restoration"
        static let amount = "amount"
        static let refund = "refund"
    }

    private func afterLookUp(_ answer: Answer, _ correction: DubCorrection, _ delivery: Delivery) -> Step {
        guard answer.isSuccess, let list = answer.json?.elements else {
            return .end(.init(.needsHuman, reason: unable(answer, correction)))
        }
        let commission = list.first {
            $0["invoiceId"]?.string == correction.invoice && ["sale", nil].contains($0["type"]?.string)
        }
        guard let commission else {
            // Dub makes commissions a while after the sale; a partner without a reward for it never gets one.
            let reason = "Dub has no commission for the sale"
            return wait(delivery, for: reason + " yet", else: .init(.notApplicable, reason: reason))
        }
        guard let id = commission["id"]?.idText else {
            return .end(.init(.needsHuman, reason: unable(answer, correction)))
        }
        let receipt = Receipt([.init("commission", id)])
        switch commission["status"]?.string {
        case "paid":
            let reason = correction.paid(id, isDone: correction.isDone(commission))
            return .end(.init(.needsHuman, reason: reason, receipt: receipt))
        case "fraud", "canceled", "duplicate":
            let state = commission["status"]?.string ?? ""
            return .end(.init(.notApplicable, reason: "the commission counts nothing: \(state)", receipt: receipt))
        case "refunded": return onRefunded(id, correction, isDone: correction.isDone(commission), receipt)
        default:
            if correction.remaining != nil, correction.isDone(commission) {
                return .end(.init(.duplicate, reason: "the commission stands at this amount already", receipt: receipt))
            }
            return .call(change(id, correction))
        }
    }

    private func onRefunded(_ id: String, _ correction: DubCorrection, isDone: Bool, _ receipt: Receipt) -> Step {
        guard let remaining = correction.remaining else {
            return .end(.init(.duplicate, reason: "the commission is refunded already", receipt: receipt))
        }
        guard correction.difference.minor > 0 else {
            return .call(isDone ? restoration(of: id) : change(id, correction))
        }
        // Dub itself refunds a commission of which too little remains to earn anything.
        if correction.mayBeDone {
            return .end(
                .init(.duplicate, reason: "the commission was refunded by an earlier attempt", receipt: receipt)
            )
        }
        let reason =
            "Dub has commission \(id) as wholly refunded while \(remaining) of the sale remain; "
            + "if that shall count, set it to pending there with this amount"
        return .end(.init(.needsHuman, reason: reason, receipt: receipt))
    }

    private func restoration(of id: String) -> Call { patch(CorrectionCall.restore, id, [.init("status", "pending")]) }

    private func change(_ id: String, _ correction: DubCorrection) -> Call {
        guard let remaining = correction.remaining else {
            return patch(CorrectionCall.refund, id, [.init("status", "refunded")])
        }
        return patch(
            CorrectionCall.amount,
            id,
            [
                .init("saleAmount", .integer((correction.counted ?? remaining).minor)),
                .init("currency", .string((correction.counted ?? remaining).currency.code.lowercased())),
            ]
        )
    }

    private func patch(_ label: String, _ id: String, _ body: [JSONValue.Member]) -> Call {
        call(label, method: "PATCH", path: "/commissions/" + URLText.encoded(id), body)
    }
}

extension DubSink {
    private func afterChange(_ answer: Answer, of call: Call, _ correction: DubCorrection) -> Step {
        let id = String(call.url.split(separator: "/").last ?? "")
        let receipt = Receipt([.init("commission", id)])
        let text = Self.errorText(answer)
        if answer.status == 400, text.contains("been paid") || text.contains("payout is already") {
            return .end(.init(.needsHuman, reason: correction.paid(id, isDone: false), receipt: receipt))
        }
        let isAlready = answer.status == 400 && text.contains("already in the")
        if isAlready {
            return .end(.init(.duplicate, reason: "the commission has this state already", receipt: receipt))
        }
        guard answer.isSuccess, let commission = answer.json, commission.members != nil else {
            return .end(.init(.needsHuman, reason: unable(answer, correction), receipt: receipt))
        }
        let isRefunded = commission["status"]?.string == "refunded"
        let isRaise = correction.difference.minor < 0
        guard let remaining = correction.remaining else {
            let reason = "Dub did not mark commission \(id) as refunded; do that there"
            return isRefunded
                ? .end(.init(.delivered, reason: "refunded", receipt: receipt))
                : .end(.init(.needsHuman, reason: reason, receipt: receipt))
        }
        if isRefunded, isRaise, call.label == CorrectionCall.amount { return .call(restoration(of: id)) }
        // Too little to earn anything is wholly refunded by Dub itself.
        let stands = correction.counted == nil || correction.isDone(commission) || (isRefunded && !isRaise)
        guard stands, !(isRefunded && isRaise) else {
            let reason = "Dub has commission \(id) otherwise than told; set it to \(remaining) there, and to pending"
            return .end(.init(.needsHuman, reason: reason, receipt: receipt))
        }
        return .end(.init(.delivered, reason: isRaise ? "amount raised again" : "amount reduced", receipt: receipt))
    }

    /// A correction that Dub refuses is money that only a person can put right now.
    private func unable(_ answer: Answer, _ correction: DubCorrection) -> String {
        let what = correction.remaining.map { "set it to \($0) there" } ?? "mark it as refunded there"
        let invoice = correction.invoice.contains("@") ? "of the sale" : "of invoice \(correction.invoice)"
        let words =
            answer.isSuccess ? "Dub answers \(answer.status) without the commission" : Self.refused(answer).reason
        return words + "; find the commission \(invoice) and \(what)"
    }
}

/// What a correction changes, as Dub is told it.
private struct DubCorrection {
    let invoice: String
    /// What remains of the sale; `nil` for nothing.
    let remaining: Money?
    /// The same in the currency in which Dub counts, where that is known.
    let counted: Money?
    /// What is given back, or where that was undone, less than nothing.
    let difference: Money
    /// Whether an earlier attempt may have been carried out.
    let mayBeDone: Bool

    /// Whether the commission stands at the amount that it shall have.
    func isDone(_ commission: JSONValue) -> Bool {
        guard let counted else { return false }
        return commission["amount"]?.int64 == counted.minor
            && commission["currency"]?.string?.uppercased() == counted.currency.code
    }

    /// What a person has to do about a commission that was paid.
    func paid(_ id: String, isDone: Bool) -> String {
        let amount = Money(minor: abs(difference.minor), difference.currency)
        let remedy =
            difference.minor > 0
            ? "create a clawback for the refund of \(amount)"
            : isDone
                ? "take the clawback for \(amount) back, if one was created"
                : "create a custom commission for the \(amount) that came back"
        return "commission \(id) is paid or about to be, and Dub changes it no more; in its dashboard, " + remedy
    }
}
