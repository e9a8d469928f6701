// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension TapfiliateSink {
    /// A payment.
    ///
    /// The API promises no idempotency, so whenever an earlier attempt may have arrived, the conversion is looked up
    /// before it is sent again, and a refusal that speaks of a duplicate is looked up too.
    func conversion(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else {
            if delivery.mayHaveArrivedBefore { return .call(lookUp(externalID(delivery))) }
            return record(delivery, decisiveOnly: false)
        }
        if let step = Self.general(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        if last.call.label == Self.lookUpLabel { return afterLookUp(answer, delivery, exchanges) }
        if answer.isSuccess { return .end(Self.stored(answer.json, as: .delivered, reason: "stored")) }
        if Self.speaksOfDuplicate(answer, of: "external") { return .call(lookUp(externalID(delivery))) }
        guard Self.findsNobody(answer) else { return .end(Self.refused(answer)) }
        let isFirstTry = last.call.label == Self.conversionLabel
        if isFirstTry, TapfiliateIdentity.members(of: delivery.event, settings: settings).count > 1 {
            // A click that has expired must not cost the sale of a customer who is known.
            return record(delivery, decisiveOnly: true)
        }
        return .end(.init(.notAttributed, reason: "Tapfiliate knows no partner by the ids of this sale"))
    }

    static let lookUpLabel = "look-up"
    private static let conversionLabel = "conversion"

    private func externalID(_ delivery: Delivery) -> String { settings.prefix + delivery.idempotencyKey }

    func lookUp(_ externalID: String) -> Call {
        let query = "?external_id=" + URLText.encoded(externalID)
        return call(Self.lookUpLabel, method: "GET", path: "/conversions/", query: query)
    }

    /// The conversion of that id in an answer to a look-up; `nil` where it is not there.
    ///
    /// The id is compared once more, so that a platform that ignores the filter finds nothing rather than another sale.
    static func found(_ externalID: String, in answer: Answer) -> JSONValue? {
        answer.json?.elements?.first { $0["external_id"]?.idText == externalID }
    }

    private func afterLookUp(_ answer: Answer, _ delivery: Delivery, _ exchanges: [Exchange]) -> Step {
        guard answer.isSuccess, answer.json?.elements != nil else {
            return .retry(.init(reason: "the look-up is refused (\(answer.status))", after: answer.retryAfter))
        }
        if let conversion = Self.found(externalID(delivery), in: answer) {
            return .end(Self.stored(conversion, as: .duplicate, reason: "Tapfiliate had the conversion already"))
        }
        guard exchanges.count == 1 else {
            if delivery.mayHaveArrivedBefore {
                // Our own lost attempt may be stored and not listed yet.
                return .retry(.init(reason: "refused as a duplicate and not listed yet", scope: .delivery))
            }
            let reason = "Tapfiliate refuses the conversion as a duplicate, but has none of this external_id"
            return .end(.init(.permanent, reason: reason))
        }
        return record(delivery, decisiveOnly: false)
    }

    private func record(_ delivery: Delivery, decisiveOnly: Bool) -> Step {
        let event = delivery.event
        var identification = TapfiliateIdentity.members(of: event, settings: settings)
        guard let decisive = identification.first else {
            return .end(.init(.notAttributed, reason: "the sale names no customer, coupon, code or click"))
        }
        // Later payments belong to the customer; the click of long ago could only be refused as expired. A renewal may
        // also come first: when it overtakes the first payment, and when that was before our time.
        let isKnownCustomer = decisive.name == "customer_id" && !delivery.isFirstPayment
        if decisiveOnly || isKnownCustomer { identification = [decisive] }
        guard let amount = event.amount(.gross) else {
            return .end(.init(.permanent, reason: "the sale does not state its amount"))
        }
        guard amount.minor > 0 else {
            return .end(.init(.notApplicable, reason: "there is no amount to report"))
        }
        var body: [JSONValue.Member] = [
            .init("external_id", .string(externalID(delivery))), .init("amount", .number(amount.majorText)),
            .init("currency", .string(amount.currency.code)),
        ]
        body += identification
        if let type = settings.commissionType { body.append(.init("commission_type", .string(type))) }
        if let group = settings.programGroup { body.append(.init("program_group", .string(group))) }
        let label = decisiveOnly ? "conversion-again" : Self.conversionLabel
        return .call(call(label, path: "/conversions/", query: cookieTimeQuery, .object(body)))
    }

    /// The end of a sale that Tapfiliate has.
    static func stored(_ conversion: JSONValue?, as end: DeliveryEnd, reason: String) -> Step.End {
        guard let conversion, let id = conversion["id"]?.idText else {
            return .init(.needsHuman, reason: "Tapfiliate answers without the conversion that it promises")
        }
        var receipt = Receipt([.init("conversion", id)])
        let commissions = conversion["commissions"]?.elements ?? []
        receipt.ids += commissions.compactMap { $0["id"]?.idText }.map { .init("commission", $0) }
        if let code = conversion["program"]?["currency"]?.string, !code.isEmpty {
            receipt.ids.append(.init("program_currency", code.uppercased()))
        }
        // Left out means unknown, and the commissions then tell; null means that nobody is credited.
        if conversion["affiliate"]?.isNull == true || commissions.isEmpty {
            return .init(.notAttributed, reason: "stored without a commission", receipt: receipt)
        }
        return .init(end, reason: reason, receipt: receipt)
    }
}
