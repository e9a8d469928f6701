// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension RefersionSink {
    /// Money given back: the items of the order that it was paid for are canceled, and nothing undoes that.
    func correction(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        guard let sale = delivery.sale else {
            return .end(.init(.needsHuman, reason: "the correction's sale is not known here"))
        }
        guard let difference = sale.difference(.gross), let remaining = sale.remaining(.gross) else {
            return .end(.init(.needsHuman, reason: "the correction cannot be stated on the sale's basis"))
        }
        // Kept with the sale, so that a prefix changed in the meantime changes nothing for it.
        let order = sale.receipt["order"] ?? orderID(of: sale.event, key: sale.idempotencyKey)
        let remedy = "; bring \(Step.End.name(of: "order", order)) to \(remaining) there"
        guard difference.minor != 0 else {
            return .end(.init(.notApplicable, reason: "nothing of the reported amount changes"))
        }
        guard difference.minor > 0 else {
            return .end(.init(.needsHuman, reason: "Refersion cannot take a cancellation back" + remedy))
        }
        if let result { return afterCancellation(result, delivery, sale, remedy) }
        guard !delivery.mayHaveArrivedBefore || settings.cancelAfterError == .repeat else {
            let reason = "Refersion may have canceled this already and no call can tell"
            return .end(.init(.needsHuman, reason: reason + remedy))
        }
        guard let items = canceled(by: delivery, of: sale, difference) else {
            let reason = "Refersion cancels items, and the correction names none that make \(difference)"
            return .end(.init(.needsHuman, reason: reason + remedy))
        }
        let url = settings.apiAddress + "/conversion/cancel"
        let body: [JSONValue.Member] = [
            .init("order_id", .string(order)), .init("items", .array(items.map(\.json))),
        ]
        return .call(call("cancellation", url: url, body))
    }

    /// The items that a correction cancels: all of them, those that it names, or one at the price given back.
    private func canceled(by delivery: Delivery, of sale: CorrectedSale, _ difference: Money) -> [RefersionItem]? {
        guard let whole = sale.event.amount(.gross) else { return nil }
        let sold = RefersionItem.items(of: sale.event, whole, settings)
        // What was given back before may have been corrected there by a person, so the rest has to name its items.
        if sale.isFull, sale.correctedBefore.minor == 0 { return sold }
        if let named = RefersionItem.items(of: delivery.event.lines, addingUpTo: difference, settings.sku),
            named.allSatisfy({ item in sold.contains { $0.sku == item.sku && $0.total >= item.total } })
        {
            return named
        }
        guard settings.partialRefunds == .price, let dearest = sold.max(by: { $0.total < $1.total }) else { return nil }
        return [RefersionItem(sku: dearest.sku, name: dearest.name, price: difference, quantity: 1)]
    }

    private func afterCancellation(
        _ result: Exchange.Result,
        _ delivery: Delivery,
        _ sale: CorrectedSale,
        _ remedy: String
    ) -> Step {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if answer.isSuccess {
            guard let id = answer.json?["conversion_id"]?.idText else {
                let reason = "Refersion answers \(answer.status) without the cancellation that it promises"
                return .end(.init(.needsHuman, reason: reason + remedy))
            }
            return .end(.init(.delivered, reason: "canceled", receipt: Receipt([.init("cancellation", id)])))
        }
        let text = Self.complaintText(answer)
        if delivery.mayHaveArrivedBefore, text.contains("already") {
            return .end(.init(.duplicate, reason: "Refersion canceled this in an earlier attempt"))
        }
        let isUnknown = text.contains("not found") || text.contains("no conversion") || text.contains("not exist")
        if isUnknown, sale.receipt["conversion"] == nil {
            return .end(.init(.notApplicable, reason: "Refersion has no conversion of this order: nobody was credited"))
        }
        return .end(.init(.needsHuman, reason: Self.refused(answer).reason + remedy))
    }
}
