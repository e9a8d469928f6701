// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension ToltSink {
    /// A click that no browser told Tolt of.
    func click(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        let found = Identifiers(of: delivery.event, parameters: settings.parameters)
        guard let result else {
            guard found[.click] == nil else {
                return .end(.init(.notApplicable, reason: "Tolt's own script has recorded the click"))
            }
            guard let code = found[.code] else {
                return .end(.init(.notAttributed, reason: "the click names no partner"))
            }
            return .call(click(of: code))
        }
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        guard answer.isSuccess else { return .end(Self.unknownCode(answer)) }
        guard let data = Self.data(answer), let id = data["id"]?.idText else {
            return .end(.init(.needsHuman, reason: "Tolt answers without the click that it promises"))
        }
        var receipt = Receipt([.init("click", id)])
        if let partner = data["partner_id"]?.idText { receipt.ids.append(.init("partner", partner)) }
        return .end(.init(.delivered, reason: "stored", receipt: receipt))
    }

    private func click(of code: String) -> Call {
        guard !Self.isPartner(code) else {
            return call(Label.click, path: "/clicks", [.init("partner_id", .string(code))])
        }
        let members: [JSONValue.Member] = [
            .init("param", .string(settings.linkParameter)), .init("value", .string(code)),
        ]
        return call(Label.click, path: "/clicks", members)
    }

    private static func isPartner(_ code: String) -> Bool { code.hasPrefix("part_") }

    private static func unknownCode(_ answer: Answer) -> Step.End {
        findsNobody(answer) ? .init(.notAttributed, reason: "Tolt knows no partner by this code") : refused(answer)
    }

    /// A sign-up.
    func lead(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        switch customer(of: delivery, after: exchanges) {
        case .step(let step): step
        case .found(let customer):
            if customer.isOrganic {
                .end(.init(.notAttributed, reason: "stored without a partner", receipt: customer.receipt))
            } else if customer.isNew {
                .end(.init(.delivered, reason: "stored", receipt: customer.receipt))
            } else {
                .end(.init(.duplicate, reason: "Tolt had the customer already", receipt: customer.receipt))
            }
        }
    }
}

extension ToltSink {
    /// A customer as Tolt has it.
    struct Customer {
        /// `cus_…`, by which sales name the customer.
        var id: String
        /// Whether this attempt made it.
        var isNew = false
        /// Whether Tolt says that no partner brought it.
        var isOrganic = false

        var receipt: Receipt { Receipt([.init("customer", id)]) }
    }

    /// How far the search for a customer is.
    enum CustomerSearch {
        case found(Customer)
        case step(Step)
    }

    /// Tolt's customer behind an event: named in the metadata, looked up by our own id, or made.
    ///
    /// Sales go by Tolt's own id, which no checkout knows; so it is looked up each time, which also lets a sale stand
    /// for a sign-up that was never told. A refusal of our id as taken is settled by looking once more.
    func customer(of delivery: Delivery, after exchanges: [Exchange]) -> CustomerSearch {
        let found = Identifiers(of: delivery.event, parameters: settings.parameters)
        if let id = found[.referral] { return .found(Customer(id: id)) }
        guard let own = found[settings.customerID.identifier] else {
            return .step(.end(.init(.notAttributed, reason: "the event names no customer id")))
        }
        if let customer = Self.known(own, in: exchanges) { return .found(customer) }
        let labels = [Label.customerLookUp, Label.customer, Label.click]
        guard let last = exchanges.last(where: { labels.contains($0.call.label) }) else {
            return .step(.call(lookUp(customer: own)))
        }
        if let step = Step.usual(last.result) { return .step(step) }
        guard case .answer(let answer) = last.result else { return .step(.retry(.init(reason: "no answer"))) }
        switch last.call.label {
        case Label.customerLookUp: return .step(afterLookUp(answer, delivery, own, exchanges))
        case Label.click:
            guard answer.isSuccess else { return .step(.end(Self.unknownCode(answer))) }
            guard let partner = Self.data(answer)?["partner_id"]?.idText else {
                return .step(.end(.init(.notAttributed, reason: "Tolt names no partner for this code")))
            }
            return .step(.call(create(own, partner: partner, click: click(behind: delivery), delivery.event)))
        default:
            if answer.status == 409 { return .step(.call(lookUp(customer: own))) }
            return .step(.end(Self.notMade(answer)))
        }
    }

    func lookUp(customer own: String) -> Call {
        call(Label.customerLookUp, path: "/customers", query: "?customer_id=" + URLText.encoded(own))
    }

    /// The customer of our own id in an answer to a look-up.
    ///
    /// The id is compared once more, so that a filter that is ignored finds nobody rather than somebody else.
    static func customer(_ own: String, in answer: Answer) -> JSONValue? {
        answer.json?["data"]?.elements?.first { $0["customer_id"]?.idText == own && $0["id"]?.idText != nil }
    }

    private static func known(_ own: String, in exchanges: [Exchange]) -> Customer? {
        for exchange in exchanges {
            guard case .answer(let answer) = exchange.result, answer.isSuccess else { continue }
            let json: JSONValue? =
                switch exchange.call.label {
                case Label.customerLookUp: customer(own, in: answer)
                case Label.customer: data(answer)
                default: nil
                }
            guard let json, let id = json["id"]?.idText else { continue }
            return Customer(
                id: id,
                isNew: exchange.call.label == Label.customer,
                // Left out means unknown; null means that nobody is credited.
                isOrganic: json["partner_id"]?.isNull == true
            )
        }
        return nil
    }

    private func afterLookUp(
        _ answer: Answer,
        _ delivery: Delivery,
        _ own: String,
        _ exchanges: [Exchange]
    ) -> Step {
        let isNobody = Self.findsNobody(answer)
        guard answer.isSuccess || isNobody else { return .end(Self.refused(answer)) }
        guard isNobody || answer.json?["data"]?.elements != nil else {
            return .retry(.init(reason: "Tolt answers \(answer.status) without the list of customers"))
        }
        guard !exchanges.contains(where: { $0.call.label == Label.customer }) else {
            let remedy = "find the customer there and put its cus_ id into the metadata as tolt_customer_id"
            return .end(.init(.needsHuman, reason: "Tolt has this person under another customer_id; \(remedy)"))
        }
        let event = delivery.event
        let click = click(behind: delivery)
        if let partner = delivery.clickReceipt?["partner"] {
            return .call(create(own, partner: partner, click: click, event))
        }
        guard let code = Identifiers(of: event, parameters: settings.parameters)[.code] else {
            guard let click else {
                return .end(.init(.notAttributed, reason: "Tolt has no such customer, and nothing names a partner"))
            }
            return .call(create(own, partner: nil, click: click, event))
        }
        if Self.isPartner(code) { return .call(create(own, partner: code, click: click, event)) }
        return .call(self.click(of: code))
    }

    /// The click that led to an event: named in the metadata, or the one that Tolt was told of from here.
    func click(behind delivery: Delivery) -> String? {
        Identifiers(of: delivery.event, parameters: settings.parameters)[.click] ?? delivery.clickReceipt?["click"]
    }

    /// The customer's call; a click that only served to find the partner stays out, as it is another in each attempt.
    private func create(_ own: String, partner: String?, click: String?, _ event: Event) -> Call {
        var body: [JSONValue.Member] = [.init("customer_id", .string(own))]
        if settings.sendsEmail, let email = event.customer.email { body.append(.init("email", .string(email))) }
        if let partner { body.append(.init("partner_id", .string(partner))) }
        if let click { body.append(.init("click_id", .string(click))) }
        return call(Label.customer, path: "/customers", body)
    }

    private static func notMade(_ answer: Answer) -> Step.End {
        if answer.isSuccess {
            return .init(.needsHuman, reason: "Tolt answers \(answer.status) without the customer that it promises")
        }
        if findsNobody(answer) { return .init(.notAttributed, reason: "Tolt knows no such partner or click") }
        var end = refused(answer)
        if speaks(answer, of: "email") { end.reason += "; set \"send_email\": true" }
        if speaks(answer, of: "partner_id") {
            end.reason += "; put the partner's part_ id into the metadata as tolt_partner_id"
        }
        return end
    }
}
