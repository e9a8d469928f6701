// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension AffonsoSink {
    /// A visitor came by a partner's link: `POST /clicks`, whose id later calls name.
    ///
    /// Affonso knows no key for clicks, so one whose answer was lost is told again; nobody is paid for a click.
    func click(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        if let result { return afterClick(result) }
        let event = delivery.event
        guard let code = event.partnerCode(in: ["ref", "via", "aff", "atp"]) else {
            return .end(.init(.notAttributed, reason: "the click names no partner"))
        }
        var body: [JSONValue.Member] = []
        if let program = settings.program { body.append(.init("programId", .string(program))) }
        body.append(.init("trackingId", .string(code)))
        body.append(.init("createdAt", .string(event.time.description)))
        let facts = [
            ("sub1", "sub1"), ("sub2", "sub2"), ("sub3", "sub3"), ("sub4", "sub4"), ("sub5", "sub5"),
            ("referrer", "referrer"), ("utm_source", "utmSource"), ("utm_medium", "utmMedium"),
            ("utm_campaign", "utmCampaign"), ("utm_term", "utmTerm"), ("utm_content", "utmContent"),
            ("user_agent", "userAgent"), ("ip", "ip"), ("gclid", "gclid"), ("fbclid", "fbclid"),
            ("msclkid", "msclkid"), ("ttclid", "ttclid"),
        ]
        for (name, field) in facts {
            if let text = event.clickFact(name) { body.append(.init(field, .string(text))) }
        }
        return .call(call("click", path: "/clicks", .object(body), signedBy: .none))
    }

    private func afterClick(_ result: Exchange.Result) -> Step {
        if let step = Self.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        guard answer.isSuccess else {
            if answer.isWordOfNobody {
                return .end(.init(.notAttributed, reason: "Affonso knows no partner by this code"))
            }
            let words = Answer.words(answer.json?["error"]?["message"]?.string)
            return .end(.init(.permanent, reason: "Affonso refuses the click (\(answer.status))" + words))
        }
        guard let id = answer.json?["data"]?["id"]?.idText else {
            return .end(.init(.needsHuman, reason: "Affonso answers \(answer.status) without the click's id"))
        }
        return .end(.init(.delivered, reason: "stored", receipt: Receipt([.init(Delivery.clickName, id)])))
    }
}
