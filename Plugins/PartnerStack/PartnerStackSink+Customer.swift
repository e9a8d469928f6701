// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension PartnerStackSink {
    /// A sign-up.
    func lead(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        guard let result else {
            switch customerCall(of: delivery.event) {
            case .success(let call): return .call(call)
            case .failure(let refusal): return .end(refusal.end)
            }
        }
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        return .end(Self.afterCustomer(answer))
    }

    /// Why no customer can be made.
    struct NoCustomer: Error {
        let end: Step.End

        init(_ end: DeliveryEnd, _ reason: String) { self.end = .init(end, reason: reason) }
    }

    /// The call that makes the customer: of a click by the conversion API, else of the partner's key.
    func customerCall(of event: Event) -> Result<Call, NoCustomer> {
        guard let key = customerKey(of: event) else {
            return .failure(.init(.notAttributed, "the event names no customer id"))
        }
        let found = Identifiers(of: event, parameters: settings.parameters)
        let email = settings.sendsEmail ? event.customer.email.map { JSONValue.Member("email", .string($0)) } : nil
        if let click = found[.click], let token = settings.conversionToken {
            var body: [JSONValue.Member] = [.init("xid", .string(click)), .init("customer_key", .string(key))]
            if let email { body.append(email) }
            return .success(
                .json(
                    Label.customer,
                    url: settings.conversionAddress + "/conversion/xid",
                    secretHeaders: [.init("Authorization", prefix: "Bearer ", token)],
                    .object(body)
                )
            )
        }
        guard let partner = found[.code] else {
            guard found[.click] == nil else {
                return .failure(.init(.permanent, "the event names a click alone; set \"conversion_token\""))
            }
            return .failure(.init(.notAttributed, "the event names no partner"))
        }
        var body: [JSONValue.Member] = [.init("customer_key", .string(key)), .init("partner_key", .string(partner))]
        if let email { body.append(email) }
        return .success(post(Label.customer, path: "/customers", body))
    }

    private static func afterCustomer(_ answer: Answer) -> Step.End {
        if answer.isSuccess {
            guard let data = data(answer), let key = data["customer_key"]?.idText ?? data["key"]?.idText else {
                let reason = "PartnerStack answers \(answer.status) without the customer that it promises"
                return .init(.needsHuman, reason: reason)
            }
            let receipt = Receipt([.init("customer", key)])
            if isOrganic(data) { return .init(.notAttributed, reason: "stored without a partner", receipt: receipt) }
            return .init(.delivered, reason: "stored", receipt: receipt)
        }
        if speaksOfDuplicate(answer) {
            return .init(.duplicate, reason: "PartnerStack had the customer already (\(answer.status))")
        }
        if findsNobody(answer) {
            return .init(.notAttributed, reason: "PartnerStack knows no such partner or click")
        }
        var end = refused(answer)
        if errorText(answer).contains("email") { end.reason += "; set \"send_email\": true" }
        return end
    }

    /// Whether a record says that nobody is credited; left out means unknown.
    static func isOrganic(_ record: JSONValue) -> Bool {
        ["partner_key", "partnership_key", "partnership"].contains { record[$0]?.isNull == true }
    }
}
