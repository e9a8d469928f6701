// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension DubSink {
    /// A click on a partner's link, whose id Dub gives.
    ///
    /// Dub takes calls from one address to one link within an hour for one click, and gives its id again; the partner that
    /// is credited is the same all the same.
    func click(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        if let result { return afterClick(result) }
        let event = delivery.event
        guard let code = Identifiers(of: event, parameters: settings.parameters)[.code] else {
            return .end(.init(.notApplicable, reason: "the click names no partner's link"))
        }
        var headers: HeaderFields = [:]
        if let origin = settings.clickOrigin { headers.set("Origin", origin) }
        return .call(
            // Public: a page makes this call, too, so it needs no key.
            .json(
                "click",
                url: settings.address + "/track/click",
                headers: headers,
                ["domain": .string(settings.clickDomain ?? ""), "key": .string(code)]
            )
        )
    }

    private func afterClick(_ result: Exchange.Result) -> Step {
        if case .answer(let answer) = result, answer.status == 403 {
            // Not the key, which was not sent, but the site: the sink goes on.
            let remedy = "set \"click_origin\" to a host that the workspace allows"
            return .end(.init(.permanent, reason: Self.refused(answer).reason + "; " + remedy))
        }
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if Self.findsNobody(answer) {
            return .end(
                .init(.notAttributed, reason: "Dub knows no such link" + Answer.words(Self.message(of: answer)))
            )
        }
        guard answer.isSuccess else { return .end(Self.refused(answer)) }
        guard let id = answer.json?["clickId"]?.idText else {
            return .end(.init(.needsHuman, reason: "Dub answers \(answer.status) without the click's id"))
        }
        return .end(.init(.delivered, reason: "recorded", receipt: Receipt([.init("click", id)])))
    }
}
