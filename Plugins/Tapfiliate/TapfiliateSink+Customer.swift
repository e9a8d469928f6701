// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension TapfiliateSink {
    /// A sign-up or a trial: the customer to whom later conversions belong.
    func customer(_ delivery: Delivery, after exchange: Exchange?) -> Step {
        if let exchange { return afterCustomer(exchange, delivery) }
        let event = delivery.event
        let members = TapfiliateIdentity.members(of: event, settings: settings)
        guard let customer = customerID(of: event) else {
            return .end(.init(.notAttributed, reason: "the sign-up names no customer id"))
        }
        let partner = members.filter { $0.name != "customer_id" }
        guard !partner.isEmpty else {
            return .end(.init(.notAttributed, reason: "the sign-up names no click, code or coupon"))
        }
        var body = [JSONValue.Member("customer_id", .string(customer))] + partner
        let status = event.kind == .subscriptionTrialStarted ? "trial" : settings.customerStatus
        if let status { body.append(.init("status", .string(status))) }
        switch settings.transport {
        case .rest16:
            body += settings.metaData.member(of: event)
            return .call(call(Self.customerLabel, path: "/customers/", query: cookieTimeQuery, .object(body)))
        case .postback17: return .call(postback(Self.customerLabel, path: "/cus/c/", body))
        }
    }

    private static let customerLabel = "customer"
    static let customerLookUpLabel = "customers"
    private static let cancellationLabel = "cancellation"

    /// The customer's id as Tapfiliate is told it, also where it does not decide who is credited.
    private func customerID(of event: Event) -> String? {
        Identifiers(of: event, parameters: settings.parameters)[settings.customerID.identifier]
    }

    /// A call that finds a customer by our id.
    func lookUpCustomer(_ id: String) -> Call {
        let query = "?customer_id=" + URLText.encoded(id)
        return call(Self.customerLookUpLabel, method: "GET", path: "/customers/", query: query)
    }

    /// The customer of that id in a list; compared once more, because that the list can be filtered is not confirmed.
    static func foundCustomer(_ id: String, in answer: Answer) -> JSONValue? {
        answer.json?.elements?.first { $0["customer_id"]?.idText == id }
    }

    private func afterCustomer(_ exchange: Exchange, _ delivery: Delivery) -> Step {
        let isPostback = settings.transport == .postback17 && exchange.call.label == Self.customerLabel
        if let step = Self.general(exchange.result, takesEmpty: isPostback) { return step }
        guard case .answer(let answer) = exchange.result else { return .retry(.init(reason: "no answer")) }
        if exchange.call.label == Self.customerLookUpLabel { return afterCustomerLookUp(answer, delivery) }
        guard answer.isSuccess else {
            if Self.speaksOfDuplicate(answer, of: "customer") {
                if settings.rest != nil, let id = customerID(of: delivery.event) { return .call(lookUpCustomer(id)) }
                return .end(.init(.duplicate, reason: "Tapfiliate had the customer already (\(answer.status))"))
            }
            if Self.findsNobody(answer) {
                return .end(.init(.notAttributed, reason: "Tapfiliate knows no such click, code or coupon"))
            }
            return .end(Self.refused(answer))
        }
        let receipt = Receipt(answer.json?["id"]?.idText.map { [.init("customer", $0)] } ?? [])
        if isPostback { return .end(taken(answer, receipt)) }
        guard !receipt.ids.isEmpty else {
            return .end(.init(.needsHuman, reason: "Tapfiliate answers without the customer that it promises"))
        }
        guard let affiliate = answer.json?["affiliate"], !affiliate.isNull else {
            return .end(.init(.notAttributed, reason: "stored without an affiliate", receipt: receipt))
        }
        return .end(.init(.delivered, reason: "stored", receipt: receipt))
    }

    /// The id is unique at Tapfiliate, so nothing is lost where the list does not have the customer.
    private func afterCustomerLookUp(_ answer: Answer, _ delivery: Delivery) -> Step {
        let reason = "Tapfiliate had the customer already"
        guard let id = customerID(of: delivery.event), let customer = Self.foundCustomer(id, in: answer) else {
            return .end(.init(.duplicate, reason: reason + ", and does not list it"))
        }
        let receipt = Receipt(customer["id"]?.idText.map { [.init("customer", $0)] } ?? [])
        guard customer["affiliate"]?.isNull != true else {
            return .end(.init(.notAttributed, reason: reason + ", without an affiliate", receipt: receipt))
        }
        return .end(.init(.duplicate, reason: reason, receipt: receipt))
    }
}

extension TapfiliateSink {
    /// A subscription ended: the customer is canceled, so that the program shows who left.
    ///
    /// Source: `reference/platforms.md` section 5.3; which verb the status takes is not confirmed.
    func cancel(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        guard let id = customerID(of: delivery.event) else {
            return .end(.init(.notApplicable, reason: "the event names no customer id"))
        }
        guard let last = exchanges.last else {
            switch settings.transport {
            case .rest16: return .call(lookUpCustomer(id))
            case .postback17:
                let body: [JSONValue.Member] = [.init("customer_id", .string(id)), .init("status", "cancelled")]
                return .call(postback(Self.cancellationLabel, path: "/cus/u/", body))
            }
        }
        let isLookUp = last.call.label == Self.customerLookUpLabel
        if let step = Self.general(last.result, takesEmpty: !isLookUp) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        let unknown = Step.End(.notApplicable, reason: "Tapfiliate does not know the customer")
        guard isLookUp else {
            if answer.isSuccess { return .end(.init(.delivered, reason: "customer canceled")) }
            return .end(answer.status == 404 || Self.findsNobody(answer) ? unknown : Self.refused(answer))
        }
        guard answer.isSuccess else { return .end(answer.status == 404 ? unknown : Self.refused(answer)) }
        guard let customer = Self.foundCustomer(id, in: answer)?["id"]?.idText else { return .end(unknown) }
        let path = "/customers/\(URLText.encoded(customer))/status/"
        let hasBody = settings.cancel == .put
        let body: JSONValue? = hasBody ? ["status": "cancelled"] : nil
        return .call(call(Self.cancellationLabel, method: hasBody ? "PUT" : "DELETE", path: path, body))
    }
}
