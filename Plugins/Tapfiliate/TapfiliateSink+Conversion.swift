// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension TapfiliateSink {
    /// A payment, or a milestone, which is a conversion without an amount.
    ///
    /// The API promises no idempotency, so whenever an earlier attempt may have arrived, the conversion is looked up
    /// before it is sent again, and a refusal that speaks of a duplicate is looked up too.
    func conversion(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else {
            let isLookedUp = delivery.mayHaveArrivedBefore && settings.rest != nil
            return isLookedUp ? .call(lookUp(externalID(delivery))) : record(delivery, after: exchanges)
        }
        let isLookUp = last.call.label == Self.lookUpLabel
        let isPostback = settings.transport == .postback17 && !isLookUp
        if let step = Self.general(last.result, takesEmpty: isPostback) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        if isLookUp { return afterLookUp(answer, delivery, exchanges) }
        if answer.isSuccess {
            guard isPostback else {
                return .end(stored(answer.json, delivery, as: .delivered, reason: "stored"))
            }
            return .end(taken(answer, receipt(of: answer.json, delivery)))
        }
        if Self.speaksOfDuplicate(answer, of: "external") {
            guard settings.rest != nil else {
                let reason = "Tapfiliate had the conversion already (\(answer.status))"
                return .end(.init(.duplicate, reason: reason, receipt: receipt(of: nil, delivery)))
            }
            return .call(lookUp(externalID(delivery)))
        }
        guard Self.findsNobody(answer) else { return .end(Self.refused(answer)) }
        return record(delivery, after: exchanges)
    }

    static let lookUpLabel = "look-up"
    private static let conversionLabel = "conversion"

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
            let reason = "Tapfiliate had the conversion already"
            return .end(stored(conversion, delivery, as: .duplicate, reason: reason))
        }
        guard exchanges.count == 1 else {
            if delivery.mayHaveArrivedBefore {
                // Our own lost attempt may be stored and not listed yet.
                return .retry(.init(reason: "refused as a duplicate and not listed yet", scope: .delivery))
            }
            let reason = "Tapfiliate refuses the conversion as a duplicate, but has none of this external_id"
            return .end(.init(.permanent, reason: reason))
        }
        return record(delivery, after: exchanges)
    }
}

extension TapfiliateSink {
    /// Tells of the conversion by the identification whose turn it is.
    private func record(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let event = delivery.event
        let done = exchanges.count { $0.call.label != Self.lookUpLabel }
        let attempts = identifications(of: delivery)
        guard done < attempts.count else {
            let reason =
                done == 0
                ? "the sale names no customer, coupon, code or click"
                : "Tapfiliate knows no partner by the ids of this sale"
            return .end(.init(.notAttributed, reason: reason))
        }
        var body = [JSONValue.Member("external_id", .string(externalID(delivery)))]
        switch worth(event) {
        case .success(let members): body += members
        case .failure(let refusal): return .end(refusal.end)
        }
        body += attempts[done]
        let label = done == 0 ? Self.conversionLabel : "\(Self.conversionLabel)-\(done + 1)"
        let metaData = settings.metaData.member(of: event)
        switch settings.transport {
        case .rest16:
            if let group = settings.programGroup { body.append(.init("program_group", .string(group))) }
            return .call(
                call(label, path: "/conversions/", query: cookieTimeQuery, .object(body + metaData))
            )
        case .postback17: return .call(postback(label, path: "/con/c/", body + metaData))
        }
    }

    /// Later payments belong to the customer; the click of long ago could only be refused as expired.
    ///
    /// A renewal may also come first: when it overtakes the first payment, and when that was before our time. That the
    /// postback finds a partner by the customer alone is not published.
    private func identifications(of delivery: Delivery) -> [[JSONValue.Member]] {
        let attempts = TapfiliateIdentity.attempts(for: delivery.event, settings: settings)
        guard settings.transport == .rest16, delivery.event.kind == .paymentSucceeded, !delivery.isFirstPayment,
            let decisive = attempts.first?.first, decisive.name == "customer_id"
        else { return attempts }
        return [[decisive]]
    }

    /// The members that say what a conversion is worth and by which commission type, or why it is not told.
    private func worth(_ event: Event) -> Result<[JSONValue.Member], Unworthy> {
        if event.kind == .milestoneReached {
            guard let name = event.milestone, let type = settings.milestones[name] else {
                let reason =
                    "\"milestones\" names no commission type for \(event.milestone ?? "a milestone without a name")"
                return .failure(.init(.notApplicable, reason))
            }
            return .success([.init("amount", .integer(0)), .init("commission_type", .string(type))])
        }
        guard let amount = event.amount(.gross) else {
            return .failure(.init(.permanent, "the sale does not state its amount"))
        }
        guard amount.minor > 0 else { return .failure(.init(.notApplicable, "there is no amount to report")) }
        var members: [JSONValue.Member] = [
            .init("amount", .number(amount.majorText)), .init("currency", .string(amount.currency.code)),
        ]
        let shares = TapfiliateShares(of: event, amount, settings: settings)
        if settings.transport == .rest16, let split = shares.split {
            members.append(.init("commissions", .array(split.map(\.json))))
        } else if let type = shares.type ?? settings.commissionType {
            members.append(.init("commission_type", .string(type)))
        }
        return .success(members)
    }

    /// What is kept of a conversion for its corrections.
    func receipt(of conversion: JSONValue?, _ delivery: Delivery) -> Receipt {
        var receipt = Receipt(conversion?["id"]?.idText.map { [.init("conversion", $0)] } ?? [])
        receipt.ids.append(.init(Self.externalName, externalID(delivery)))
        let commissions = conversion?["commissions"]?.elements ?? []
        receipt.ids += commissions.compactMap { $0["id"]?.idText }.map { .init("commission", $0) }
        if let amount = delivery.event.amount(.gross), delivery.event.kind == .paymentSucceeded {
            let shares = TapfiliateShares(of: delivery.event, amount, settings: settings)
            if settings.transport == .rest16 { receipt.ids += shares.told(commissions) }
        }
        if let code = conversion?["program"]?["currency"]?.string, !code.isEmpty {
            receipt.ids.append(.init("program_currency", code.uppercased()))
        }
        return receipt
    }

    /// The end of a sale that Tapfiliate has.
    private func stored(
        _ conversion: JSONValue?,
        _ delivery: Delivery,
        as end: DeliveryEnd,
        reason: String
    ) -> Step.End {
        guard let conversion, conversion["id"]?.idText != nil else {
            return .init(.needsHuman, reason: "Tapfiliate answers without the conversion that it promises")
        }
        let receipt = receipt(of: conversion, delivery)
        // Left out means unknown, and the commissions then tell; null means that nobody is credited.
        if conversion["affiliate"]?.isNull == true || conversion["commissions"]?.elements?.isEmpty ?? true {
            return .init(.notAttributed, reason: "stored without a commission", receipt: receipt)
        }
        return .init(end, reason: reason, receipt: receipt)
    }
}

/// The reason why Tapfiliate is not told of a sale.
private struct Unworthy: Error {
    let end: Step.End

    init(_ end: DeliveryEnd, _ reason: String) { self.end = .init(end, reason: reason) }
}
