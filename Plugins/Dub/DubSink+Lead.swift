// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension DubSink {
    /// A sign-up, which binds the click to the customer; or a later step of a customer whom Dub knows.
    func lead(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        if let result { return afterLead(result) }
        let event = delivery.event
        guard let customer = customer(of: event) else {
            return .end(.init(.notAttributed, reason: "the lead names no customer that Dub could know"))
        }
        guard customer.unicodeScalars.count <= Self.customerLengthMax else {
            return .end(
                .init(.permanent, reason: "the customer's id has more than \(Self.customerLengthMax) characters")
            )
        }
        let isSignUp = event.kind == .customerCreated
        let click = clickID(of: delivery)
        guard click != nil || !isSignUp else {
            return .end(.init(.notAttributed, reason: "the sign-up names no click"))
        }
        var body: [JSONValue.Member] = [
            // Empty means the click of a customer whom Dub knows.
            .init("clickId", .string(click ?? "")), .init("eventName", .string(name(of: event))),
            .init("customerExternalId", .string(customer)),
        ]
        body += description(of: event)
        let mode: DubSettings.LeadMode = !isSignUp && settings.leadMode == .deferred ? .wait : settings.leadMode
        body.append(.init("mode", .string(mode.rawValue)))
        return .call(call("lead", path: "/track/lead", body))
    }

    /// The lead event's name, of which Dub takes 255 characters.
    private func name(of event: Event) -> String {
        let name = event.kind == .subscriptionTrialStarted ? "Trial Started" : event.milestone ?? settings.leadEvent
        return String(name.prefix(255))
    }

    private func afterLead(_ result: Exchange.Result) -> Step {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if answer.isSuccess { return .end(Self.leadStored(answer)) }
        if Self.findsNobody(answer) {
            return .end(.init(.notAttributed, reason: "Dub knows no such click or link"))
        }
        if answer.status == 400, Self.errorText(answer).contains("clickid") {
            return .end(.init(.notAttributed, reason: "Dub knows no click of this customer"))
        }
        return .end(Self.refused(answer))
    }

    private static func leadStored(_ answer: Answer) -> Step.End {
        guard let customer = answer.json?["customer"] else {
            return .init(.needsHuman, reason: "Dub answers \(answer.status) without saying what it did with the lead")
        }
        guard customer.members != nil else {
            return .init(.notAttributed, reason: "Dub took the lead for nobody's")
        }
        return .init(.delivered, reason: "stored")
    }
}
