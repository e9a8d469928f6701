// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension AffitorSink {
    /// A visitor came by a partner's link; the call is public at Affitor, so the key stays here.
    ///
    /// Source: `reference/platforms.md` section 4.2.
    func click(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        if let result { return afterClick(result) }
        let event = delivery.event
        guard let code = event.partnerCode(in: ["aff"]) else {
            return .end(.init(.notAttributed, reason: "the click names no partner"))
        }
        let page = String((event.clickFact("url") ?? "https://unknown.invalid/").prefix { $0 != "?" && $0 != "#" })
        var body: [JSONValue.Member] = [
            .init("affiliate_url", .string(page + "?aff=" + URLText.encoded(code))), .init("page_url", .string(page)),
        ]
        if let referrer = event.clickFact("referrer") { body.append(.init("referrer_url", .string(referrer))) }
        if let browser = event.clickFact("user_agent") { body.append(.init("user_agent", .string(browser))) }
        body += additionalData(delivery)
        return .call(.json("click", url: trackingURL("click"), .object(body)))
    }

    private func afterClick(_ result: Exchange.Result) -> Step {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        let text = Self.errorText(answer)
        guard answer.isSuccess else {
            let findsNobody = text.contains("referral link not found") || text.contains("no aff parameter")
            if findsNobody { return .end(.init(.notAttributed, reason: "Affitor knows no partner by this code")) }
            return .end(Self.refused(answer))
        }
        if answer.json?["success"]?.bool == false {
            return .end(.init(.notAttributed, reason: "Affitor takes no click on this link" + Answer.words(text)))
        }
        if let json = answer.json, Self.isTestAnswer(json) {
            return .end(.init(.delivered, reason: "test event, not stored"))
        }
        guard let id = answer.json?["click_id"]?.idText else {
            return .end(.init(.needsHuman, reason: "Affitor answers \(answer.status) without the click's id"))
        }
        return .end(.init(.delivered, reason: "stored", receipt: Receipt([.init(Delivery.clickName, id)])))
    }
}
