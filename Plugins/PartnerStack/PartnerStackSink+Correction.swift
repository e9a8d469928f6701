// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension PartnerStackSink {
    /// Money given back or regained: a transaction of its own with the difference, or a person.
    func correction(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard let sale = delivery.sale else {
            return .end(.init(.needsHuman, reason: "the correction's sale is not known here"))
        }
        guard let difference = sale.difference(.gross), let remaining = sale.remaining(.gross) else {
            return .end(.init(.needsHuman, reason: "the correction cannot be stated on the sale's basis"))
        }
        guard difference.minor != 0 else {
            return .end(.init(.notApplicable, reason: "nothing of the reported amount changes"))
        }
        let key = sale.receipt["transaction"] ?? settings.prefix + sale.idempotencyKey
        let remedy = "; bring \(Step.End.name(of: "transaction", key)) to \(remaining) there"
        guard settings.refunds == .negative else {
            let reason = "PartnerStack publishes no way to refund"
            return .end(.init(.needsHuman, reason: reason + remedy + ", or set \"refunds\": \"negative\""))
        }
        guard let customer = sale.receipt["customer"] ?? customerKey(of: sale.event) else {
            return .end(.init(.needsHuman, reason: "the sale names no customer" + remedy))
        }
        let telling = Telling(
            key: settings.prefix + delivery.idempotencyKey,
            customer: customer,
            amount: Money(minor: -difference.minor, difference.currency),
            time: delivery.event.time,
            sale: key
        )
        if let problem = problem(with: telling) { return .end(.init(.needsHuman, reason: problem + remedy)) }
        guard let last = exchanges.last else {
            return .call(delivery.mayHaveArrivedBefore ? lookUp(telling) : record(telling, Label.transaction))
        }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        if last.call.label == Label.lookUp { return afterLookUp(of: telling, answer, exchanges) }
        if answer.isSuccess { return .end(Self.corrected(Self.data(answer), as: .delivered, remedy)) }
        if Self.speaksOfDuplicate(answer), !Self.findsNobody(answer) { return .call(lookUp(telling)) }
        return .end(.init(.needsHuman, reason: Self.refused(answer).reason + remedy))
    }

    private func afterLookUp(of telling: Telling, _ answer: Answer, _ exchanges: [Exchange]) -> Step {
        switch sighting(answer, telling, exchanges) {
        case .step(let step): return step
        case .found(let found): return .end(Self.corrected(found, as: .duplicate, ""))
        case .nothing:
            guard let refused = exchanges.first(where: { $0.call.label != Label.lookUp }) else {
                return .call(record(telling, Label.transaction))
            }
            return .end(Self.unlisted(refused, telling))
        }
    }

    private static func corrected(_ record: JSONValue?, as end: DeliveryEnd, _ remedy: String) -> Step.End {
        guard let key = record?["key"]?.idText else {
            return .init(.needsHuman, reason: "PartnerStack answers without the transaction that it promises" + remedy)
        }
        let reason = end == .duplicate ? "PartnerStack had the correction already" : "correcting transaction stored"
        return .init(end, reason: reason, receipt: Receipt([.init("transaction", key)]))
    }
}
