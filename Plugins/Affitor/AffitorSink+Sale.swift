// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension AffitorSink {
    /// A payment.
    func sale(_ delivery: Delivery, after result: Exchange.Result?) -> Step {
        if let result { return afterSale(result, delivery) }
        let event = delivery.event
        let identification = identification(of: event)
        guard !identification.isEmpty else {
            return .end(.init(.notAttributed, reason: "the sale names no user and no click"))
        }
        let amount: Money
        switch payable(event) {
        case .success(let money): amount = money
        case .failure(let refusal): return .end(refusal.end)
        }
        var body: [JSONValue.Member] = [
            .init("transaction_id", .string(settings.prefix + delivery.idempotencyKey)),
            .init("amount_cents", .integer(amount.minor)),
            .init("currency", .string(amount.currency.code)),
        ]
        body += identification
        body += Self.terms(of: event)
        let products = Set(event.lines.compactMap(\.product))
        // One policy for one product; a basket of several has none that fits.
        if products.count == 1, let product = products.first { body.append(.init("product_id", .string(product))) }
        body += additionalData(delivery)
        return .call(call("sale", path: "sale", body))
    }

    /// The amount as Affitor takes it, or why it takes none.
    private func payable(_ event: Event) -> Result<Money, Unpayable> {
        guard let amount = event.amount(.gross) else {
            return .failure(.init(.permanent, "the sale does not state its amount"))
        }
        guard amount.minor > 0 else {
            return .failure(.init(.notApplicable, "Affitor takes amounts above zero only"))
        }
        if let objection = settings.fineCurrencies.objection(to: amount.currency, at: "Affitor") {
            return .failure(.init(.permanent, objection))
        }
        return .success(amount)
    }

    private static func terms(of event: Event) -> [JSONValue.Member] {
        let isSubscription: Bool =
            switch event.phase {
            case .first, .trialConversion, .renewal, .change: true
            case .oneTime: false
            case .other, nil: event.subscription.ref != nil
            }
        var terms: [JSONValue.Member] = [
            .init("sale_type", isSubscription ? "subscription" : "payment"),
            .init("is_recurring", .bool(event.phase == .renewal)),
        ]
        guard isSubscription else { return terms }
        if let id = event.subscription.ref { terms.append(.init("subscription_id", .string(id))) }
        if let interval = interval(of: event.subscription) {
            terms.append(.init("subscription_interval", .string(interval)))
        }
        return terms
    }

    private static func interval(of subscription: Subscription) -> String? {
        switch (subscription.interval, subscription.intervalCount ?? 1) {
        case (.month, 1): "monthly"
        case (.month, 3): "quarterly"
        case (.year, 1), (.month, 12): "annual"
        default: nil
        }
    }
}

extension AffitorSink {
    private func afterSale(_ result: Exchange.Result, _ delivery: Delivery) -> Step {
        guard case .answer(let answer) = result else {
            return Step.usual(result) ?? .retry(.init(reason: "no answer"))
        }
        let receipt = Receipt([.init("transaction", settings.prefix + delivery.idempotencyKey)])
        if answer.isSuccess {
            return .end(isTest(delivery) ? Self.testTaken(answer, receipt) : Self.saleStored(answer, receipt))
        }
        let text = Self.errorText(answer)
        if text.contains("failed to create commission") {
            // The sale and its key are stored, so every further call would answer 409 (section 4.4).
            let reason = "Affitor stored the sale but failed to create its commission; create it there"
            return .end(.init(.needsHuman, reason: reason, receipt: receipt))
        }
        if let step = Step.usual(result) { return step }
        if answer.status == 409 { return .end(duplicate(delivery, receipt)) }
        if text.contains("partnerid required") {
            return .end(.init(.needsHuman, reason: "Affitor knows the customer but no partner to credit"))
        }
        let findsNobody =
            text.contains("customer not found") || text.contains("no affiliate attribution")
            || text.contains("no partner-program relationship")
        guard findsNobody else { return .end(Self.refused(answer)) }
        return unknownCustomer(delivery)
    }

    /// Affitor does not know the customer: the lead may still be on its way, so the sale waits for it a few times.
    private func unknownCustomer(_ delivery: Delivery) -> Step {
        .waiting(
            delivery,
            retriesMax: settings.lateLeadRetries,
            for: "Affitor does not know the customer yet",
            else: .init(.notAttributed, reason: "Affitor knows no partner for this customer")
        )
    }

    private func duplicate(_ delivery: Delivery, _ receipt: Receipt) -> Step.End {
        guard delivery.mayHaveArrivedBefore, settings.duplicateAfterError == .review else {
            // Keys are unique on the whole platform, so a stranger's may be in the way (section 4.4).
            let doubt =
                delivery.attempt > 1 || !settings.prefix.isEmpty
                ? "" : "; if it was never told before, another program uses this id: see \"prefix\""
            return .init(.duplicate, reason: "Affitor had the sale already (409)" + doubt, receipt: receipt)
        }
        // An attempt that failed half-way leaves the key behind too, and no call can tell whether a commission exists.
        let reason =
            "duplicateAfterError: Affitor has the sale from an attempt that failed; check that a commission exists"
        return .init(.needsHuman, reason: reason, receipt: receipt)
    }

    /// The end of a sale that was told as a test.
    private static func testTaken(_ answer: Answer, _ receipt: Receipt) -> Step.End {
        guard let json = answer.json, json.members != nil, json["success"]?.bool != false else {
            return .init(.needsHuman, reason: "Affitor answers \(answer.status) without taking the test")
        }
        if !isTestAnswer(json), let id = json["sale_id"]?.idText {
            let reason =
                "Affitor booked a test as the real sale \(id); reverse it there, and send no tests to this program"
            return .init(.needsHuman, reason: reason, receipt: receipt)
        }
        return .init(.delivered, reason: "test event, nothing is booked", receipt: Receipt([.init("test", "true")]))
    }

    private static func saleStored(_ answer: Answer, _ receipt: Receipt) -> Step.End {
        var receipt = receipt
        guard let json = answer.json, json["success"]?.bool != false else {
            let reason = "Affitor answers \(answer.status) without storing the sale"
            return .init(.needsHuman, reason: reason, receipt: receipt)
        }
        guard ["attributed", "sale_id", "commission_id"].contains(where: { json[$0] != nil }) else {
            let reason = "Affitor answers \(answer.status) without saying what it did with the sale"
            return .init(.needsHuman, reason: reason, receipt: receipt)
        }
        if let id = json["sale_id"]?.idText { receipt.ids.append(.init("sale", id)) }
        if json["attributed"]?.bool == false {
            return .init(
                .notAttributed,
                reason: "not attributed" + Answer.words(json["reason"]?.string),
                receipt: receipt
            )
        }
        guard let commission = json["commission_id"]?.idText else {
            return .init(.notAttributed, reason: "Affitor made no commission for the sale", receipt: receipt)
        }
        receipt.ids.append(.init("commission", commission))
        return .init(.delivered, reason: "stored", receipt: receipt)
    }
}

/// The reason why Affitor cannot be told of a sale.
private struct Unpayable: Error {
    let end: Step.End

    init(_ end: DeliveryEnd, _ reason: String) { self.end = .init(end, reason: reason) }
}
