// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension TapfiliateSink {
    /// A refund or a lost dispute: of a part, the conversion's new amount; of everything, no commission stays approved.
    ///
    /// Both state what shall be true afterwards, so repeating them does no harm. Disapproving leaves the history that
    /// deleting the conversion would destroy, and can be undone.
    ///
    /// Source: `reference/platforms.md` section 5.5.
    func refund(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard let sale = delivery.sale else {
            return .end(.init(.needsHuman, reason: "the refund's sale is not known here"))
        }
        guard let remaining = sale.remaining(.gross) else {
            return .end(.init(.needsHuman, reason: "the refund cannot be stated on the sale's basis"))
        }
        let isFull = sale.isFull || remaining.minor <= 0
        switch sale.effect {
        case .none: return .end(.noMoneyMoved)
        case .raises where !isFull: return raise(sale, to: remaining, after: exchanges)
        case .raises, .lowers: break
        }
        guard let last = exchanges.last else {
            if !isFull, let id = sale.receipt["conversion"] { return change(id, to: remaining, sale) }
            return .call(read(sale))
        }
        if let step = Self.general(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        guard let conversion = conversion(of: sale, in: exchanges) else {
            if last.call.label == RefundCall.change { return afterChange(answer, sale) }
            return afterRead(answer, last.call.label, sale)
        }
        if isFull { return disapprove(conversion, after: exchanges) }
        if last.call.label == RefundCall.change { return afterChange(answer, sale) }
        guard let id = conversion["id"]?.idText else { return .end(Self.lost) }
        return change(id, to: remaining, sale)
    }

    enum RefundCall {
        static let read = "read"
        static let change = "amount"
        static let disapprove = "disapproval"
        static let approve = "approval"
    }

    private static let lost = Step.End(
        .needsHuman,
        reason: "Tapfiliate does not know the conversion any more; refund it there"
    )

    func externalID(_ sale: CorrectedSale) -> String {
        // Conversions are compared by the key under which the sale was sent; a prefix changed later finds none.
        settings.prefix + sale.idempotencyKey
    }

    /// The conversion by its id, or where that was lost, by our own.
    func read(_ sale: CorrectedSale) -> Call {
        guard let id = sale.receipt["conversion"] else { return lookUp(externalID(sale)) }
        return call(RefundCall.read, method: "GET", path: "/conversions/\(URLText.encoded(id))/")
    }

    /// The conversion as this attempt has read it.
    func conversion(of sale: CorrectedSale, in exchanges: [Exchange]) -> JSONValue? {
        for exchange in exchanges {
            guard case .answer(let answer) = exchange.result, answer.isSuccess else { continue }
            if exchange.call.label == RefundCall.read, answer.json?["id"]?.idText != nil { return answer.json }
            if exchange.call.label == Self.lookUpLabel, let found = Self.found(externalID(sale), in: answer) {
                return found
            }
        }
        return nil
    }

    private func afterRead(_ answer: Answer, _ label: String, _ sale: CorrectedSale) -> Step {
        // Not under its id: once more under ours, in case that it was made anew there.
        if label == RefundCall.read, answer.status == 404 { return .call(lookUp(externalID(sale))) }
        return .end(answer.isSuccess || answer.status == 404 ? Self.lost : unable(answer))
    }

    /// A refund that Tapfiliate refuses is money that only a person can take back now.
    private func unable(_ answer: Answer) -> Step.End {
        .init(.needsHuman, reason: Self.refused(answer).reason + "; refund the conversion there")
    }
}

extension TapfiliateSink {
    private func change(_ id: String, to remaining: Money, _ sale: CorrectedSale) -> Step {
        if let program = sale.receipt["program_currency"], program != remaining.currency.code {
            // A change takes no currency, and which one it means then is not documented.
            let reason = "the program counts in \(program), the sale in \(remaining.currency.code); reduce it there"
            return .end(.init(.needsHuman, reason: reason))
        }
        return .call(change(id, to: remaining))
    }

    func change(_ id: String, to remaining: Money) -> Call {
        call(
            RefundCall.change,
            method: "PATCH",
            path: "/conversions/\(URLText.encoded(id))/",
            query: "?recalculate_commissions=true",
            ["amount": .number(remaining.majorText)]
        )
    }

    private func afterChange(_ answer: Answer, _ sale: CorrectedSale) -> Step {
        if answer.isSuccess {
            let receipt = Receipt(answer.json?["id"]?.idText.map { [.init("conversion", $0)] } ?? [])
            return .end(.init(.delivered, reason: "amount reduced", receipt: receipt))
        }
        return .end(answer.status == 404 ? Self.lost : unable(answer))
    }

    /// Disapproves one commission after the other, then ends.
    private func disapprove(_ conversion: JSONValue, after exchanges: [Exchange]) -> Step {
        let commissions = conversion["commissions"]?.elements ?? []
        let open = commissions.filter { $0["approved"]?.bool != false }.compactMap { $0["id"]?.idText }
        guard !commissions.isEmpty else {
            return .end(.init(.notApplicable, reason: "the conversion has no commission to take back"))
        }
        guard !open.isEmpty else {
            return .end(.init(.duplicate, reason: "every commission is disapproved already"))
        }
        var done = 0
        for exchange in exchanges where exchange.call.label == RefundCall.disapprove {
            guard case .answer(let answer) = exchange.result else { continue }
            // A commission that is gone pays nobody.
            guard answer.isSuccess || answer.status == 404 else { return .end(unable(answer)) }
            done += 1
        }
        guard done < open.count else {
            let paid = commissions.contains { $0["payout"].map { !$0.isNull } ?? false }
            let reason = "\(open.count) commission(s) disapproved" + (paid ? ", one of them paid out before" : "")
            return .end(.init(.delivered, reason: reason))
        }
        let path = "/commissions/\(URLText.encoded(open[done]))/approved/"
        return .call(call(RefundCall.disapprove, method: "DELETE", path: path))
    }
}
