// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension TapfiliateSink {
    /// A visitor came by a partner's link: `POST /clicks/`, whose id later calls name.
    ///
    /// Source: `reference/platforms.md` section 5.2.
    func click(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        if let result { return afterClick(result) }
        let event = delivery.event
        guard let code = event.partnerCode(in: ["tap_a", "ref"]) else {
            return .end(.init(.notAttributed, reason: "the click names no partner"))
        }
        var body = [JSONValue.Member("referral_code", .string(code))]
        for (name, field) in [
            ("referrer", "referrer"), ("url", "landing_page"), ("user_agent", "user_agent"), ("ip", "ip"),
        ] {
            if let text = event.clickFact(name) { body.append(.init(field, .string(text))) }
        }
        return .call(call("click", path: "/clicks/", .object(body)))
    }

    private func afterClick(_ result: Exchange.Result) -> Step {
        if let step = Self.general(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        guard answer.isSuccess else {
            if Self.findsNobody(answer) {
                return .end(.init(.notAttributed, reason: "Tapfiliate knows no partner by this code"))
            }
            return .end(Self.refused(answer))
        }
        guard let id = answer.json?["id"]?.idText else {
            return .end(.init(.needsHuman, reason: "Tapfiliate answers \(answer.status) without the click's id"))
        }
        return .end(.init(.delivered, reason: "stored", receipt: Receipt([.init(Delivery.clickName, id)])))
    }
}
