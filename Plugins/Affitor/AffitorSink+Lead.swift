// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension AffitorSink {
    /// A sign-up, which binds the click to the merchant's own user id.
    func lead(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        if let result { return afterLead(result) }
        let identification = identification(of: delivery.event)
        guard !identification.isEmpty else {
            return .end(.init(.notAttributed, reason: "the sign-up names no user and no click"))
        }
        var body = identification
        if settings.sendsEmail, let email = delivery.event.customer.email {
            body.append(.init("email", .string(email)))
        }
        body += additionalData(delivery)
        return .call(call("lead", path: "lead", body))
    }

    private func afterLead(_ result: Exchange.Result) -> Step {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if answer.isSuccess { return .end(Self.leadStored(answer)) }
        // One page shows 409 with another body: the status decides, never the body (section 4.1).
        if answer.status == 409 { return .end(.init(.duplicate, reason: "Affitor had the lead already (409)")) }
        let text = Self.errorText(answer)
        if text.contains("cannot be updated to lead") {
            return .end(.init(.duplicate, reason: "the customer is a lead or further already"))
        }
        if text.contains("customer not found") {
            return .end(.init(.notAttributed, reason: "Affitor knows no click of this customer"))
        }
        if text.contains("does not belong to this program") {
            return .end(.init(.notAttributed, reason: "the customer belongs to another program"))
        }
        return .end(Self.refused(answer))
    }

    private static func leadStored(_ answer: Answer) -> Step.End {
        guard let json = answer.json, json.members != nil, json["success"]?.bool != false else {
            return .init(.needsHuman, reason: "Affitor answers \(answer.status) without storing the lead")
        }
        if isTestAnswer(json) { return .init(.delivered, reason: "test event, not stored") }
        return .init(.delivered, reason: json["provisional"]?.bool == true ? "stored provisionally" : "stored")
    }

    /// The text of an error in lower case: a bare string, or the `message` of an object.
    static func errorText(_ answer: Answer) -> String { (message(of: answer) ?? "").lowercased() }

    /// A refusal that would come again.
    static func refused(_ answer: Answer) -> Step.End {
        .init(.permanent, reason: "Affitor refuses the request (\(answer.status))" + Answer.words(message(of: answer)))
    }

    private static func message(of answer: Answer) -> String? {
        let error = answer.json?["error"]
        return error?["message"]?.string ?? answer.json?["message"]?.string ?? error?.string
    }
}
