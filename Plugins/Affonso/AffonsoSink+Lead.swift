// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension AffonsoSink {
    /// A sign-up: the click becomes a lead, or where a referral or customer is known already, an event tells of it.
    func lead(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard let signUp = signUp(delivery) else { return event(delivery, type: "lead", after: exchanges) }
        guard let last = exchanges.last else { return .call(signUp) }
        return afterSignUp(last.result)
    }

    /// `POST /signups`, where only a click is known and there is something to know the person by.
    ///
    /// Affonso answers a second one for the same click with the first result. It is never signed (section 3.2). A source
    /// cannot be told of a referral, so there one that is known is signed up as the click that it was.
    private func signUp(_ delivery: Delivery) -> Call? {
        let found = Identifiers(of: delivery.event, parameters: settings.parameters)
        guard found[.referral] == nil || settings.source != .direct,
            let click = found[.click] ?? found[.referral]
        else { return nil }
        var body = [JSONValue.Member("click_id", .string(click))]
        if let user = found[.user] { body.append(.init("external_user_id", .string(user))) }
        if settings.sendsEmail, let email = delivery.event.customer.email {
            body.append(.init("email", .string(email)))
        }
        return body.count > 1 ? call("sign-up", path: "/signups", .object(body), signedBy: .none) : nil
    }

    private func afterSignUp(_ result: Exchange.Result) -> Step {
        if let step = Self.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if answer.isWordOfNobody {
            return .end(.init(.notAttributed, reason: "Affonso does not know the click"))
        }
        guard answer.isSuccess else { return .end(refused(answer)) }
        guard let data = answer.json?["data"], data.members != nil else {
            let reason = "Affonso answered \(answer.status) without the data that it promises"
            return .end(.init(.needsHuman, reason: reason))
        }
        let receipt = Receipt(data["id"]?.idText.map { [.init("referral", $0)] } ?? [])
        // A blocked sign-up is answered with 201 too; only the body tells.
        if data["status"]?.string == "rejected" {
            return .end(.init(.rejectedByPlatform, reason: "Affonso rejected it as fraudulent", receipt: receipt))
        }
        let end: DeliveryEnd = answer.status == 201 ? .delivered : .duplicate
        return .end(.init(end, reason: end == .delivered ? "stored" : "Affonso had it already", receipt: receipt))
    }
}
