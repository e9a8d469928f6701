// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension AffonsoSink {
    private enum RefundCall {
        static let replay = "replay"
        static let refund = "refund"
        static let rest = "refund of the rest"
    }

    /// A refund goes to the conversion's own id, also where sales are told to a source, which takes none.
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
            return .end(.raiseByHand(sale, Self.name(of: sale, sale.receipt["conversion"]), at: "Affonso"))
        case .lowers: break
        }
        if let id = sale.receipt["conversion"] {
            guard let last = exchanges.last else { return refundCall(delivery, sale, conversion: id) }
            return afterRefund(last.result, delivery, sale, exchanges)
        }
        return refundByReplay(delivery, sale, after: exchanges)
    }

    private func refundByReplay(_ delivery: Delivery, _ sale: CorrectedSale, after exchanges: [Exchange]) -> Step {
        let replays = exchanges.filter { $0.call.label.hasPrefix(RefundCall.replay) }
        if replays.count < exchanges.count, let last = exchanges.last {
            return afterRefund(last.result, delivery, sale, exchanges)
        }
        // By whatever the sale was found then, it is found again; a way that finds nobody records nothing.
        let ways = AffonsoNaming.ways(of: sale.event, isFirst: true, settings)
        let next = ways.count > replays.count ? ways[replays.count] : nil
        guard let last = replays.last else {
            guard let next else { return .end(.init(.needsHuman, reason: Self.withoutID(sale))) }
            return recordSale(sale.event, key: sale.idempotencyKey, by: next, label: RefundCall.replay)
        }
        if let step = Self.usual(last.result) { return step }
        if let id = last.result.conversion { return refundCall(delivery, sale, conversion: id) }
        guard let next, case .end(let end) = afterTelling(last.result), end.end == .notAttributed else {
            return .end(.init(.needsHuman, reason: Self.withoutID(sale)))
        }
        let label = "\(RefundCall.replay) by \(next.words)"
        return recordSale(sale.event, key: sale.idempotencyKey, by: next, label: label)
    }

    private static func withoutID(_ sale: CorrectedSale) -> String {
        "Affonso does not give back the conversion's id; refund \(name(of: sale, nil)) there"
    }

    /// What a person looks for at Affonso; ids in which an e-mail address may stand are not shown.
    private static func name(of sale: CorrectedSale, _ id: String?) -> String {
        let (word, text) = id.map { ("", $0) } ?? ("of external_event_id ", sale.idempotencyKey)
        return "conversion " + (text.contains("@") ? "of the sale" : word + text)
    }

    /// A refund of an amount, or without one of everything that remains.
    private func refundCall(
        _ delivery: Delivery,
        _ sale: CorrectedSale,
        conversion id: String,
        isRest: Bool = false
    ) -> Step {
        guard let amount = sale.difference(.gross) else {
            return .end(.init(.needsHuman, reason: "the refund cannot be stated on the sale's basis"))
        }
        guard amount.minor > 0 else {
            return .end(.init(.notApplicable, reason: "nothing of the reported amount is given back"))
        }
        var body: [JSONValue.Member] = isRest ? [] : [.init("amount", .number(amount.majorText))]
        body += [
            .init("currency", .string(amount.currency.code)),
            .init("reason", .string(delivery.event.kind == .disputeLost ? "dispute lost" : "refund")),
            .init("external_event_id", .string(delivery.idempotencyKey)),
            .init("refunded_at", .string(delivery.event.time.description)),
        ]
        let label = isRest ? RefundCall.rest : RefundCall.refund
        let path = "/conversions/\(URLText.encoded(id))/refund"
        return .call(call(label, path: path, .object(body), signedBy: .direct))
    }

    private func afterRefund(
        _ result: Exchange.Result,
        _ delivery: Delivery,
        _ sale: CorrectedSale,
        _ exchanges: [Exchange]
    ) -> Step {
        if let step = Self.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if answer.isSuccess { return .end(Self.refunded(answer)) }
        let id = sale.receipt["conversion"] ?? exchanges.lazy.compactMap(\.result.conversion).first
        let what = Self.name(of: sale, id)
        if answer.isWordOfNobody {
            return .end(.init(.needsHuman, reason: "Affonso does not know \(what) any more; refund it there"))
        }
        let error = answer.json?["error"]
        // With which status a refund beyond the balance is refused is not documented; the field tells, or 409.
        let isOver = answer.status == 409 || error?["field"]?.string == "amount"
        let isFirstTry = exchanges.last?.call.label == RefundCall.refund
        if isOver, isFirstTry, sale.isFull, let id {
            // Part of it was given back there by hand: what remains is what there is to take back.
            return refundCall(delivery, sale, conversion: id, isRest: true)
        }
        // Whatever Affonso refuses here, money that was given back stays counted there until somebody looks.
        let code = error?["code"]?.string ?? "status \(answer.status)"
        let remedy =
            isOver
            ? "less than that remains of \(what); see which refunds it has there"
            : "refund \(what) there"
        let reason = "Affonso refuses the refund: " + Self.words(code, error)
        return .end(.init(.needsHuman, reason: "\(reason); \(remedy)"))
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

extension Exchange.Result {
    /// The conversion's id, where a success names one.
    fileprivate var conversion: String? {
        guard case .answer(let answer) = self, answer.isSuccess else { return nil }
        return answer.json?["data"]?["id"]?.idText
    }
}
