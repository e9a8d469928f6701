// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension TrackdeskSink {
    /// A sign-up.
    func lead(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        conversion(delivery, type: settings.leadType ?? "lead", amount: nil, after: result)
    }

    /// A payment; where no click is known, it goes by the customer, whom an earlier conversion tied to one.
    func sale(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        guard let amount = delivery.event.amount(.gross) else {
            return .end(.init(.permanent, reason: "the sale does not state its amount"))
        }
        guard amount.minor > 0 else {
            return .end(.init(.notApplicable, reason: "there is no amount to report"))
        }
        guard amount.currency == settings.currency else {
            let program = settings.currency?.code ?? "another currency"
            let reason = "the sale is in \(amount.currency.code), and Trackdesk would read it as \(program); convert it"
            return .end(.init(.permanent, reason: reason))
        }
        return conversion(delivery, type: settings.saleType, amount: amount, after: result)
    }

    private func conversion(
        _ delivery: Delivery,
        type: String,
        amount: Money?,
        after result: Exchange.Result?
    ) -> Step {
        let external = settings.prefix + delivery.idempotencyKey
        if let result {
            return Self.after(result, Receipt([.init("external", external), .init("type", type)]), settings)
        }
        let found = Identifiers(of: delivery.event, parameters: settings.parameters)
        let customer = found[.user] ?? found[.customer]
        var body: [JSONValue.Member] = []
        switch settings.findsBy {
        case .cid: if let click = found[.click] { body.append(.init("cid", .string(click))) }
        case .external: if let user = found[.user] { body.append(.init("externalCid", .string(user))) }
        }
        guard !body.isEmpty || (amount != nil && customer != nil) else {
            return .end(.init(.notAttributed, reason: "the event names no click"))
        }
        body.append(.init("conversionTypeCode", .string(type)))
        // A text, in major units.
        if let amount { body.append(.init("amount", ["value": .string(amount.majorText)])) }
        if let customer { body.append(.init("customerId", .string(customer))) }
        body.append(.init("externalId", .string(external)))
        if let status = settings.status { body.append(.init("status", .string(status))) }
        return .call(.json("conversion", url: settings.address + "/tracking/conversion/v1", .object(body)))
    }
}

extension TrackdeskSink {
    private static func after(_ result: Exchange.Result, _ receipt: Receipt, _ settings: TrackdeskSettings) -> Step {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if answer.isSuccess {
            let isPage = answer.json == nil && answer.body.first { $0 > UInt8(ascii: " ") } == UInt8(ascii: "<")
            guard !isPage else {
                return .retry(.init(reason: "status \(answer.status) with a page; are tenant and \"url\" right?"))
            }
            return .end(stored(answer, receipt, settings))
        }
        let text = complaint(answer)?.lowercased() ?? ""
        let isNobody =
            ["cid", "click", "customer"].contains { text.contains($0) }
            && ["not found", "unknown", "invalid", "not exist", "no "].contains { text.contains($0) }
        if isNobody { return .end(.init(.notAttributed, reason: "Trackdesk knows no such click", receipt: receipt)) }
        let isRepeated = ["duplicate", "already", "exists", "unique"].contains { text.contains($0) }
        if answer.status == 409 || isRepeated {
            let reason = "Trackdesk had the conversion already (\(answer.status))"
            return .end(.init(.duplicate, reason: reason, receipt: receipt))
        }
        let words = Answer.words(complaint(answer))
        return .end(.init(.permanent, reason: "Trackdesk refuses the request (\(answer.status))" + words))
    }

    private static func complaint(_ answer: Answer) -> String? {
        let error = answer.json?["error"]
        return error?["message"]?.string ?? answer.json?["message"]?.string ?? error?.string
            ?? answer.json?["errors"]?[0]?["message"]?.string ?? answer.json?["errors"]?[0]?.string
    }

    /// The end of a conversion that was taken; the answer's form is not published, so each of its parts is optional.
    private static func stored(_ answer: Answer, _ receipt: Receipt, _ settings: TrackdeskSettings) -> Step.End {
        var receipt = receipt
        let json = answer.json?["data"] ?? answer.json?["conversion"] ?? answer.json
        if json?["status"]?.string?.lowercased() == "rejected" {
            return .init(.rejectedByPlatform, reason: "stored as rejected", receipt: receipt)
        }
        if ["affiliateId", "affiliate"].contains(where: { json?[$0]?.isNull == true }) || json?["attributed"] == false {
            return .init(.notAttributed, reason: "stored without an affiliate", receipt: receipt)
        }
        if answer.json?["success"] == false || answer.json?["error"].map({ !$0.isNull }) == true {
            let words = Answer.words(complaint(answer))
            return .init(.needsHuman, reason: "Trackdesk answers \(answer.status) with an error" + words)
        }
        if let id = json?["conversionId"]?.idText ?? json?["id"]?.idText {
            receipt.ids.append(.init("conversion", id))
            return .init(.delivered, reason: "stored", receipt: receipt)
        }
        let reason = "taken; Trackdesk does not say whether anybody is credited"
        switch settings.silentAnswers {
        case .unproven: return .init(.unproven, reason: reason, receipt: receipt)
        case .review: return .init(.needsHuman, reason: reason + "; look for its external id there", receipt: receipt)
        }
    }
}
