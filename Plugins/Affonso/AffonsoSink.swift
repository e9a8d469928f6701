// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Affonso: sales as conversions, refunds by the stored conversion id, everything else as events.
///
/// Source: `reference/platforms.md` section 3.
public struct AffonsoSink: Sink {
    let settings: AffonsoSettings

    /// What Affonso can take.
    public var capabilities: SinkCapabilities {
        SinkCapabilities(
            kinds: Set(EventKind.allCases.filter { Self.route(of: $0) != nil }),
            kindsByDefault: [
                .clickRecorded, .customerCreated, .paymentSucceeded, .refundSucceeded, .refundReversed, .disputeLost,
                .disputeWon,
                .subscriptionTrialStarted, .milestoneReached,
            ],
            refunds: .partial,
            identifiers: [.user, .referral, .click, .customer],
            parameters: settings.parameters,
            needsOrder: true
        )
    }

    /// Where a kind goes.
    enum Route: Equatable {
        /// `POST /clicks`.
        case click
        /// `POST /conversions`.
        case conversion
        /// `POST /conversions/{id}/refund`.
        case refund
        /// `POST /signups` where a click is to become a lead, else `POST /events` as a lead.
        case lead
        /// `POST /events`, with this `event_type`.
        case event(type: String)
    }

    static func route(of kind: EventKind) -> Route? {
        switch kind {
        case .paymentSucceeded: .conversion
        case .refundSucceeded, .refundReversed, .disputeLost, .disputeWon: .refund
        case .customerCreated: .lead
        case .subscriptionTrialStarted: .event(type: "trial")
        case .milestoneReached: .event(type: "milestone")
        case .clickRecorded: .click
        case .checkoutCompleted, .paymentLinked, .paymentFailed, .disputeOpened,
            .subscriptionCreated,
            .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged, .subscriptionCancelScheduled,
            .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed, .subscriptionEnded, .orderCanceled,
            .endpointTest:
            nil
        }
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let delivery = delivery.namingClick(as: "affonso_click_id")
        return switch Self.route(of: delivery.event.kind) {
        case .click: click(delivery, after: exchanges.last?.result)
        case .conversion: conversion(delivery, after: exchanges)
        case .refund: refund(delivery, after: exchanges)
        case .lead: lead(delivery, after: exchanges)
        case .event(let type): event(delivery, type: type, after: exchanges)
        case nil: .end(.init(.notApplicable, reason: "Affonso has no place for \(delivery.event.kind.rawValue)"))
        }
    }
}

extension AffonsoSink {
    private func conversion(_ delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let event = delivery.event
        guard let last = exchanges.last else {
            return recordSale(event, key: delivery.idempotencyKey, isFirst: delivery.isFirstPayment)
        }
        let step = afterConversion(last.result)
        guard case .end(let end) = step, end.end == .notAttributed, exchanges.count == 1, event.phase == .renewal,
            delivery.isFirstPayment, namesReferral(event)
        else { return step }
        // A renewal that overtook the first payment, or the first one since we are here: nobody has linked its customer yet.
        let label = "conversion by referral"
        return recordSale(event, key: delivery.idempotencyKey, isFirst: true, linksCustomer: true, label: label)
    }

    private func namesReferral(_ event: Event) -> Bool {
        let found = Identifiers(of: event, parameters: settings.parameters)
        return found[.referral] ?? found[.click] != nil
    }

    /// The call that records a sale; repeating it with the same key gives back the first result.
    func recordSale(
        _ event: Event,
        key: String,
        isFirst: Bool,
        linksCustomer: Bool = false,
        label: String = "conversion"
    ) -> Step {
        let isSettled = !linksCustomer && (event.phase == .renewal || !isFirst)
        guard let identification = identification(of: event, isSettled: isSettled) else {
            return .end(.init(.notAttributed, reason: "the sale names no user, referral or customer"))
        }
        guard let amount = event.amount(.gross) else {
            return .end(.init(.permanent, reason: "the sale does not state its amount"))
        }
        guard amount.minor > 0 else {
            return .end(.init(.notApplicable, reason: "Affonso takes amounts above zero only"))
        }
        var body = identification
        body += [
            .init("sale_amount", .number(amount.majorText)),
            .init("sale_amount_currency", .string(amount.currency.code)),
            .init("external_event_id", .string(key)),
            .init("created_at", .string(event.time.description)),
        ]
        let products = event.lines.compactMap(\.product)
        let prices = event.lines.compactMap(\.price)
        if !products.isEmpty { body.append(.init("product_ids", .array(products.map(JSONValue.string)))) }
        if !prices.isEmpty { body.append(.init("price_ids", .array(prices.map(JSONValue.string)))) }
        if event.subscription.ref != nil { body.append(.init("is_subscription", true)) }
        if let interval = Self.interval(of: event.subscription) { body.append(.init("interval", .string(interval))) }
        body.append(.init("metadata", Self.metadata(of: event)))
        return .call(call(label, path: "/conversions", .object(body)))
    }

    func event(_ delivery: Delivery, type: String, after exchanges: [Exchange]) -> Step {
        if let last = exchanges.last { return afterConversion(last.result) }
        let isSettled = delivery.event.phase == .renewal
        guard let identification = identification(of: delivery.event, isSettled: isSettled) else {
            return .end(.init(.notAttributed, reason: "the event names no user, referral or customer"))
        }
        let body =
            identification + [
                .init("event_name", .string(delivery.event.milestone ?? type)),
                .init("event_type", .string(type)),
                .init("external_event_id", .string(delivery.idempotencyKey)),
                .init("occurred_at", .string(delivery.event.time.description)),
                .init("metadata", Self.metadata(of: delivery.event)),
            ]
        return .call(call("event", path: "/events", .object(body)))
    }

    /// The members by which Affonso finds the referral; all that are sent must resolve to the same one.
    ///
    /// Renewals name the user or the customer only: a referral id of long ago may resolve elsewhere by now and would break
    /// the call. The first conversion names the referral too, which is what links user and customer to it.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - isSettled: Whether user and customer should be linked to their referral by now.
    /// - Returns: the members; `nil` where the event names nobody.
    private func identification(of event: Event, isSettled: Bool) -> [JSONValue.Member]? {
        let found = Identifiers(of: event, parameters: settings.parameters)
        let user = found[.user].map { JSONValue.Member("external_user_id", .string($0)) }
        let customer = found[.customer].map { JSONValue.Member("customer_id", .string($0)) }
        let referral = (found[.referral] ?? found[.click]).map { JSONValue.Member("referral_id", .string($0)) }
        let stable = [user, customer].compactMap(\.self)
        if isSettled && !stable.isEmpty { return stable }
        let all = [user, referral, customer].compactMap(\.self)
        return all.isEmpty ? nil : all
    }

    private static func interval(of subscription: Subscription) -> String? {
        switch (subscription.interval, subscription.intervalCount ?? 1) {
        case (.month, 1): "monthly"
        case (.year, 1), (.month, 12): "yearly"
        default: nil
        }
    }

    private static func metadata(of event: Event) -> JSONValue {
        .object([
            .init("provider", .string(event.provider.name)),
            .init("provider_event", .string(event.provider.event)),
            .init("key", .string(event.key.description)),
        ])
    }
}
