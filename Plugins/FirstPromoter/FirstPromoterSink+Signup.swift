// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension FirstPromoterSink {
    /// A sign-up, which binds the visit to the customer.
    func signup(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        if let result { return afterSignup(result) }
        let identification = identification(of: delivery.event)
        guard !identification.isEmpty else {
            return .end(.init(.notAttributed, reason: "the sign-up names no customer that FirstPromoter could know"))
        }
        guard let partner = partner(of: delivery.event) else {
            return .end(.init(.notAttributed, reason: "the sign-up names no visit and no partner"))
        }
        let time = JSONValue.Member("created_at", .string(delivery.event.time.description))
        return .call(call("signup", path: "/track/signup", .object(identification + [partner, time] + silence)))
    }

    private func afterSignup(_ result: Exchange.Result) -> Step {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if answer.isSuccess {
            guard let id = answer.json?["id"]?.idText else {
                let reason = "FirstPromoter answers \(answer.status) without saying what it did with the sign-up"
                return .end(.init(.needsHuman, reason: reason))
            }
            return .end(.init(.delivered, reason: "stored", receipt: Receipt([.init("signup", id)])))
        }
        let saysAlready = (Self.message(of: answer) ?? "").lowercased().contains("already")
        if answer.status == 409 || (answer.status == 422 && saysAlready) {
            return .end(.init(.duplicate, reason: "FirstPromoter had the sign-up already"))
        }
        if Self.findsNobody(answer) {
            return .end(.init(.notAttributed, reason: "FirstPromoter knows no such visit or partner"))
        }
        return .end(Self.refused(answer))
    }

    /// The end of a subscription, which cancels the customer.
    func cancellation(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        guard let result else {
            let identification = identification(of: delivery.event)
            guard !identification.isEmpty else {
                return .end(.init(.notAttributed, reason: "the end names no customer that FirstPromoter could know"))
            }
            return .call(call("cancellation", path: "/track/cancellation", .object(identification)))
        }
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if answer.isSuccess { return .end(.init(.delivered, reason: "customer cancelled")) }
        if Self.findsNobody(answer) {
            return .end(.init(.notAttributed, reason: "FirstPromoter knows no such customer"))
        }
        return .end(Self.refused(answer))
    }
}
