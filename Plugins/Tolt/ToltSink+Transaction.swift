// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension ToltSink {
    /// A payment, under our own charge id.
    ///
    /// Tolt refuses a charge id that it has for the customer, and can be asked for it; so after an attempt whose answer
    /// was lost it is asked first.
    func transaction(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let charge = settings.prefix + delivery.idempotencyKey
        switch exchanges.last?.call.label {
        case nil where delivery.mayHaveArrivedBefore: return .call(lookUp(charge: charge))
        case Label.chargeLookUp:
            if let step = afterLookUp(of: charge, after: exchanges) { return step }
        case Label.transaction: return afterTransaction(exchanges, charge)
        default: break
        }
        let amount: Money
        switch payable(delivery.event) {
        case .amount(let money): amount = money
        case .none(let end): return .end(end)
        }
        switch customer(of: delivery, after: exchanges) {
        case .step(let step): return step
        case .found(let customer):
            guard !customer.isOrganic else {
                let reason = "Tolt has the customer without a partner"
                return .end(.init(.notAttributed, reason: reason, receipt: customer.receipt))
            }
            return .call(record(delivery, amount, charge, customer: customer.id))
        }
    }

    private func record(_ delivery: Delivery, _ amount: Money, _ charge: String, customer: String) -> Call {
        let event = delivery.event
        var body: [JSONValue.Member] = [
            .init("customer_id", .string(customer)), .init("charge_id", .string(charge)),
            .init("amount", .integer(amount.minor)), .init("created_at", .string(event.time.description)),
        ]
        body += Self.terms(of: event)
        if let click = click(behind: delivery) { body.append(.init("click_id", .string(click))) }
        let products = Set(event.lines.compactMap(\.product))
        // Commission flows match one product; a basket of several has none that fits.
        if products.count == 1, let product = products.first {
            body.append(.init("product_id", .string(product)))
            if let name = event.lines.lazy.compactMap(\.name).first {
                body.append(.init("product_name", .string(name)))
            }
        }
        return call(Label.transaction, path: "/transactions", body)
    }

    private static func terms(of event: Event) -> [JSONValue.Member] {
        let isSubscription: Bool =
            switch event.phase {
            case .first, .trialConversion, .renewal, .change: true
            case .oneTime: false
            case .other, nil: event.subscription.ref != nil
            }
        var terms = [JSONValue.Member("billing_type", isSubscription ? "subscription" : "one_time")]
        guard isSubscription else { return terms }
        switch (event.subscription.interval, event.subscription.intervalCount ?? 1) {
        case (.month, 1): terms.append(.init("interval", "month"))
        case (.year, 1), (.month, 12): terms.append(.init("interval", "year"))
        default: break
        }
        return terms
    }

    /// The amount as Tolt takes it: in the program's currency, which no call names.
    private func payable(_ event: Event) -> Payable {
        let payable = settings.fineCurrencies.payable(event, at: "Tolt")
        guard let amount = event.amount(.gross), amount.minor > 0, amount.currency != settings.currency else {
            return payable
        }
        let program = settings.currency?.code ?? "another currency"
        let reason = "the sale is in \(amount.currency.code), and Tolt would read it as \(program); convert it"
        return .none(.init(.permanent, reason: reason))
    }
}

extension ToltSink {
    func lookUp(charge: String) -> Call {
        call(Label.chargeLookUp, path: "/transactions", query: "?charge_id=" + URLText.encoded(charge))
    }

    /// The transaction of that charge in an answer to a look-up.
    static func transaction(of charge: String, in answer: Answer) -> JSONValue? {
        answer.json?["data"]?.elements?.first { $0["charge_id"]?.idText == charge && $0["id"]?.idText != nil }
    }

    /// The step after a look-up; `nil` where the charge is not there and may be sent.
    private func afterLookUp(of charge: String, after exchanges: [Exchange]) -> Step? {
        guard let last = exchanges.last else { return nil }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        if let found = Self.transaction(of: charge, in: answer), answer.isSuccess {
            return .end(Self.stored(found, charge, as: .duplicate, reason: "Tolt had the charge already"))
        }
        if exchanges.contains(where: { $0.call.label == Label.transaction }) {
            // Refused as there already, and the refusal alone is proof enough; a refund looks for it once more.
            let receipt = Receipt([.init("charge", charge)])
            return .end(.init(.duplicate, reason: "Tolt had the charge already (409)", receipt: receipt))
        }
        let isNobody = Self.findsNobody(answer)
        guard answer.isSuccess || isNobody else { return .end(Self.refused(answer)) }
        guard isNobody || answer.json?["data"]?.elements != nil else {
            return .retry(.init(reason: "Tolt answers \(answer.status) without the list of transactions"))
        }
        return nil
    }

    private func afterTransaction(_ exchanges: [Exchange], _ charge: String) -> Step {
        guard let last = exchanges.last else { return .retry(.init(reason: "no answer")) }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        if answer.isSuccess {
            guard answer.json?["success"]?.bool != false, let data = Self.data(answer) else {
                return .end(.init(.needsHuman, reason: "Tolt answers \(answer.status) without storing the sale"))
            }
            return .end(Self.stored(data, charge, as: .delivered, reason: "stored"))
        }
        if answer.status == 409 { return .call(lookUp(charge: charge)) }
        if Self.findsNobody(answer) {
            return .end(.init(.notAttributed, reason: "Tolt does not know the customer of this sale"))
        }
        return .end(Self.refused(answer))
    }

    private static func stored(
        _ transaction: JSONValue,
        _ charge: String,
        as end: DeliveryEnd,
        reason: String
    ) -> Step.End {
        var receipt = Receipt([.init("charge", charge)])
        guard let id = transaction["id"]?.idText else {
            let reason = "Tolt answers without the transaction that it promises"
            return .init(.needsHuman, reason: reason, receipt: receipt)
        }
        receipt.ids.append(.init("transaction", id))
        if let customer = transaction["customer_id"]?.idText { receipt.ids.append(.init("customer", customer)) }
        // Left out means unknown; null means that nobody is credited.
        if transaction["partner_id"]?.isNull == true {
            return .init(.notAttributed, reason: "stored without a partner", receipt: receipt)
        }
        return .init(end, reason: reason, receipt: receipt)
    }
}
