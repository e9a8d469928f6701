// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension AffonsoSink {
    func conversion(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let ways = AffonsoNaming.ways(of: delivery.event, isFirst: delivery.isFirstPayment, settings)
        let key = delivery.idempotencyKey
        return tell(delivery.event, ways, as: "conversion", after: exchanges) { naming, label in
            recordSale(delivery.event, key: key, by: naming, label: label)
        }
    }

    /// A lead, a trial or a milestone.
    func event(_ delivery: Delivery, type: String, after exchanges: [Exchange]) -> Step {
        let ways = AffonsoNaming.ways(of: delivery.event, isFirst: true, settings)
        return tell(delivery.event, ways, as: "event", after: exchanges) { naming, label in
            guard settings.source == .direct else { return trackEvent(delivery, type: type, by: naming, label: label) }
            let body =
                naming.members + [
                    .init("event_name", .string(delivery.event.milestone ?? type)),
                    .init("event_type", .string(type)),
                    .init("external_event_id", .string(delivery.idempotencyKey)),
                    .init("occurred_at", .string(delivery.event.time.description)),
                    .init("metadata", Self.metadata(of: delivery.event)),
                ]
            return .call(call(label, path: "/events", .object(body), signedBy: .direct))
        }
    }

    /// Tells Affonso of an event, by one way of naming its referral after the other while nobody is found.
    ///
    /// What was refused is not recorded, so the next way may carry the same key.
    private func tell(
        _ event: Event,
        _ ways: [AffonsoNaming],
        as label: String,
        after exchanges: [Exchange],
        _ make: (AffonsoNaming, String) -> Step
    ) -> Step {
        guard let last = exchanges.last else {
            guard let way = ways.first else { return linking(event, .end(Self.namesNobody(settings))) }
            return make(way, label)
        }
        if let step = afterLinking(event, last, { make($0, label + " once linked") }) { return step }
        let step = afterTelling(last.result)
        guard case .end(let end) = step, end.end == .notAttributed else { return step }
        let told = exchanges.count { $0.call.label.hasPrefix(label) }
        guard told < ways.count else { return told == ways.count ? linking(event, step) : step }
        return make(ways[told], "\(label) by \(ways[told].words)")
    }

    private static func namesNobody(_ settings: AffonsoSettings) -> Step.End {
        let ids = settings.source == .direct ? "user, referral or customer" : "user or customer, as a source needs it"
        return .init(.notAttributed, reason: "the event names no " + ids)
    }

    /// The call that records a sale; repeating it with the same key gives back the first result.
    func recordSale(_ event: Event, key: String, by naming: AffonsoNaming, label: String) -> Step {
        guard let amount = event.amount(.gross) else {
            return .end(.init(.permanent, reason: "the sale does not state its amount"))
        }
        guard amount.minor > 0 else {
            return .end(.init(.notApplicable, reason: "Affonso takes amounts above zero only"))
        }
        guard settings.source == .direct else {
            return trackSale(event, amount, key: key, by: naming, label: label)
        }
        var body = naming.members
        switch settings.sales {
        case .conversions: break
        case .events:
            let name = event.phase == .renewal ? "renewal" : "purchase"
            body += [.init("event_name", .string(name)), .init("event_type", "conversion")]
        }
        body += [
            .init("sale_amount", .number(amount.majorText)),
            .init("sale_amount_currency", .string(amount.currency.code)),
            .init("external_event_id", .string(key)),
            .init(settings.sales == .events ? "occurred_at" : "created_at", .string(event.time.description)),
        ]
        body += Self.goods(of: event)
        body.append(.init("metadata", Self.metadata(of: event)))
        let path = settings.sales == .events ? "/events" : "/conversions"
        return .call(call(label, path: path, .object(body), signedBy: .direct))
    }

    /// What was bought, by which Affonso chooses the incentive.
    static func goods(of event: Event) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        let products = event.lines.compactMap(\.product)
        let prices = event.lines.compactMap(\.price)
        if !products.isEmpty { members.append(.init("product_ids", .array(products.map(JSONValue.string)))) }
        if !prices.isEmpty { members.append(.init("price_ids", .array(prices.map(JSONValue.string)))) }
        if event.subscription.ref != nil { members.append(.init("is_subscription", true)) }
        if let interval = interval(of: event.subscription) { members.append(.init("interval", .string(interval))) }
        return members
    }

    /// Affonso knows two intervals; others are left out.
    private static func interval(of subscription: Subscription) -> String? {
        switch (subscription.interval, subscription.intervalCount ?? 1) {
        case (.month, 1): "monthly"
        case (.year, 1), (.month, 12): "yearly"
        default: nil
        }
    }

    /// The provider's own ids, for people who compare the two; nothing about the person.
    static func metadata(of event: Event) -> JSONValue {
        let ids = [
            ("payment", event.payment), ("invoice", event.invoice), ("order", event.order),
            ("checkout", event.checkout), ("subscription", event.subscription.ref),
        ]
        return .object(
            [
                .init("provider", .string(event.provider.name)),
                .init("provider_event", .string(event.provider.event)),
                .init("key", .string(event.key.description)),
            ]
                + ids.compactMap { name, id in id.map { .init(name, .string($0)) } }
        )
    }
}
