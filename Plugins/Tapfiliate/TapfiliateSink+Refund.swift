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
        let isWhole = countsAsWhole(sale.correctedAfter, of: sale) || remaining.minor <= 0
        switch sale.effect {
        case .none: return .end(.noMoneyMoved)
        case .raises where !isWhole: return raise(sale, to: remaining, after: exchanges)
        case .raises, .lowers: break
        }
        guard let last = exchanges.last else {
            let mayChange = !isWhole && settings.paidOut == .reduce
            if mayChange, let id = sale.receipt["conversion"] { return change(id, to: remaining, sale, after: []) }
            return .call(read(sale))
        }
        if let step = Self.general(last.result, takesEmpty: last.call.label == RefundCall.disapprove) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        let conversion = conversion(of: sale, in: exchanges)
        if last.call.label == RefundCall.change {
            guard answer.isSuccess, let id = conversion?["id"]?.idText ?? sale.receipt["conversion"] else {
                return .end(answer.status == 404 ? Self.lost : unable(answer))
            }
            return change(id, to: remaining, sale, after: exchanges)
        }
        guard let conversion else { return afterRead(answer, last.call.label, sale) }
        if settings.paidOut == .review, last.call.label != RefundCall.disapprove,
            let end = paidOut(conversion, sale, isWhole ? nil : remaining)
        {
            return .end(end)
        }
        if isWhole { return disapprove(conversion, after: exchanges) }
        guard let id = conversion["id"]?.idText else { return .end(Self.lost) }
        return change(id, to: remaining, sale, after: exchanges)
    }

    enum RefundCall {
        static let read = "read"
        static let change = "amount"
        static let disapprove = "disapproval"
        static let approve = "approval"
    }

    static let lost = Step.End(
        .needsHuman,
        reason: "Tapfiliate does not know the conversion any more; refund it there"
    )

    /// Whether so much is given back of a sale that its commissions are disapproved rather than reduced.
    func countsAsWhole(_ given: Money, of sale: CorrectedSale) -> Bool {
        guard let total = sale.event.total, total.minor > 0 else { return sale.isFull }
        return Int128(given.minor) * 100 >= Int128(total.minor) * Int128(settings.disapprovalShare)
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
    func unable(_ answer: Answer) -> Step.End {
        .init(.needsHuman, reason: Self.refused(answer).reason + "; refund the conversion there")
    }

    /// What a person is to do where a commission was paid out and is not to be reduced without a look.
    private func paidOut(_ conversion: JSONValue, _ sale: CorrectedSale, _ remaining: Money?) -> Step.End? {
        let paid = Self.paid(in: conversion)
        guard !paid.isEmpty else { return nil }
        let what = remaining.map { "set the conversion to \($0)" } ?? "disapprove it"
        let reason = "commission \(paid.joined(separator: ", ")) was paid out (\"paid_out\": \"review\"); \(what) there"
        return .init(.needsHuman, reason: reason)
    }

    /// The ids of commissions that were paid out.
    private static func paid(in conversion: JSONValue) -> [String] {
        (conversion["commissions"]?.elements ?? []).filter { $0["payout"].map { !$0.isNull } ?? false }
            .compactMap { $0["id"]?.idText }
    }

    /// Words for a reason, where a commission was paid out before.
    private static func notice(of conversion: JSONValue?) -> String {
        conversion.map { paid(in: $0).isEmpty } ?? true ? "" : ", one of them paid out before"
    }
}

extension TapfiliateSink {
    /// Sets what remains: by one call, or where the order was divided, by one for each of its commissions.
    private func change(_ id: String, to remaining: Money, _ sale: CorrectedSale, after exchanges: [Exchange]) -> Step {
        if let program = sale.receipt["program_currency"], program != remaining.currency.code {
            // A change takes no currency, and which one it means then is not documented.
            let reason = "the program counts in \(program), the sale in \(remaining.currency.code); reduce it there"
            return .end(.init(.needsHuman, reason: reason))
        }
        let calls = changes(id, to: remaining, sale)
        let made = exchanges.filter { $0.call.label == RefundCall.change }
        guard made.count >= calls.count else { return .call(calls[made.count]) }
        let receipt = Receipt([.init("conversion", id)])
        var reason = calls.count == 1 ? "amount reduced" : "\(calls.count) commissions reduced"
        if case .answer(let answer)? = made.last?.result { reason += Self.notice(of: answer.json) }
        return .end(.init(.delivered, reason: reason, receipt: receipt))
    }

    /// The calls after which the conversion has that amount.
    func changes(_ id: String, to remaining: Money, _ sale: CorrectedSale) -> [Call] {
        guard let shares = TapfiliateShares.remaining(remaining, of: sale.receipt) else {
            return [
                call(
                    RefundCall.change,
                    method: "PATCH",
                    path: "/conversions/\(URLText.encoded(id))/",
                    query: "?recalculate_commissions=true",
                    ["amount": .number(remaining.majorText)]
                )
            ]
        }
        return shares.map { share in
            call(
                RefundCall.change,
                method: "PATCH",
                path: "/commissions/\(URLText.encoded(share.commission))/",
                ["conversion_sub_amount": .number(share.amount.majorText)]
            )
        }
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
            let reason = "\(open.count) commission(s) disapproved" + Self.notice(of: conversion)
            return .end(.init(.delivered, reason: reason))
        }
        let path = "/commissions/\(URLText.encoded(open[done]))/approved/"
        return .call(call(RefundCall.disapprove, method: "DELETE", path: path))
    }
}
