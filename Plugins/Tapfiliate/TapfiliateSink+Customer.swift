// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension TapfiliateSink {
    /// A sign-up: the customer to whom later conversions belong.
    func customer(_ delivery: Delivery, after exchange: Exchange?) -> Step {
        if let exchange { return afterCustomer(exchange) }
        let members = TapfiliateIdentity.members(of: delivery.event, settings: settings)
        guard let customer = members.first(where: { $0.name == "customer_id" }) ?? customerMember(of: delivery.event)
        else {
            return .end(.init(.notAttributed, reason: "the sign-up names no customer id"))
        }
        let partner = members.filter { $0.name != "customer_id" }
        guard !partner.isEmpty else {
            return .end(.init(.notAttributed, reason: "the sign-up names no click, code or coupon"))
        }
        var body = [customer] + partner
        if let status = settings.customerStatus { body.append(.init("status", .string(status))) }
        return .call(call("customer", path: "/customers/", query: cookieTimeQuery, .object(body)))
    }

    /// The customer id also where it does not decide who is credited: a customer cannot be made without one.
    private func customerMember(of event: Event) -> JSONValue.Member? {
        let found = Identifiers(of: event, parameters: settings.parameters)
        let id = found[settings.customerID.identifier]
        return id.map { .init("customer_id", .string($0)) }
    }

    private func afterCustomer(_ exchange: Exchange) -> Step {
        if let step = Self.general(exchange.result) { return step }
        guard case .answer(let answer) = exchange.result else { return .retry(.init(reason: "no answer")) }
        guard answer.isSuccess else {
            // The id is unique at Tapfiliate, so a repeated call changes nothing and needs no look-up.
            if Self.speaksOfDuplicate(answer, of: "customer") {
                return .end(.init(.duplicate, reason: "Tapfiliate had the customer already (\(answer.status))"))
            }
            if Self.findsNobody(answer) {
                return .end(.init(.notAttributed, reason: "Tapfiliate knows no such click, code or coupon"))
            }
            return .end(Self.refused(answer))
        }
        guard let id = answer.json?["id"]?.idText else {
            return .end(.init(.needsHuman, reason: "Tapfiliate answers without the customer that it promises"))
        }
        let receipt = Receipt([.init("customer", id)])
        guard let affiliate = answer.json?["affiliate"], !affiliate.isNull else {
            return .end(.init(.notAttributed, reason: "stored without an affiliate", receipt: receipt))
        }
        return .end(.init(.delivered, reason: "stored", receipt: receipt))
    }
}
