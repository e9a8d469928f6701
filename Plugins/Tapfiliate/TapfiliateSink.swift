// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Tapfiliate by its REST API 1.6 or its postback 1.7: sign-ups as customers, payments as conversions, refunds by amount.
///
/// Source: `reference/platforms.md` section 5.
public struct TapfiliateSink: Sink {
    let settings: TapfiliateSettings

    /// What Tapfiliate can take.
    public var capabilities: SinkCapabilities {
        let kinds = Set(EventKind.allCases.filter { route(of: $0) != nil })
        return SinkCapabilities(
            kinds: kinds,
            // A trial is a customer like any other unless the program has trials.
            kindsByDefault: kinds.subtracting([.subscriptionTrialStarted]),
            refunds: .partial,
            identifiers: [settings.customerID.identifier, .coupon, .code, .click, .referral],
            parameters: settings.parameters,
            needsOrder: true
        )
    }

    /// Where a kind goes.
    enum Route: Sendable, Hashable {
        /// `/clicks/`.
        case click
        /// `/customers/`.
        case customer
        /// The customer's status.
        case cancellation
        /// `/conversions/`.
        case conversion
        /// `/conversions/`, without an amount.
        case milestone
        /// The conversion and its commissions.
        case correction
    }

    func route(of kind: EventKind) -> Route? {
        switch kind {
        case .clickRecorded: settings.rest == nil ? nil : .click
        case .customerCreated, .subscriptionTrialStarted: .customer
        case .subscriptionEnded: settings.cancel == .off ? nil : .cancellation
        case .paymentSucceeded: .conversion
        case .milestoneReached: settings.milestones.isEmpty ? nil : .milestone
        case .refundSucceeded, .refundReversed, .disputeLost, .disputeWon: .correction
        case .checkoutCompleted, .paymentFailed, .disputeOpened, .subscriptionCreated, .subscriptionActivated,
            .subscriptionRenewed, .subscriptionChanged, .subscriptionCancelScheduled, .subscriptionUncanceled,
            .subscriptionPaused, .subscriptionResumed, .orderCanceled, .endpointTest, .paymentLinked:
            nil
        }
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let delivery = delivery.namingClick(as: "tapfiliate_click_id")
        return switch route(of: delivery.event.kind) {
        case .click: click(delivery, after: exchanges.last?.result)
        case .customer: customer(delivery, after: exchanges.last)
        case .cancellation: cancel(delivery, after: exchanges)
        case .conversion, .milestone: conversion(delivery, after: exchanges)
        case .correction:
            switch settings.transport {
            case .rest16: refund(delivery, after: exchanges)
            case .postback17: postbackCorrection(delivery, after: exchanges.last?.result)
            }
        case nil:
            .end(.init(.notApplicable, reason: "Tapfiliate has no place for \(delivery.event.kind.rawValue)"))
        }
    }
}

extension TapfiliateSink {
    /// A call to the REST API; paths begin and end with a slash, as every path of this API does.
    func call(
        _ label: String,
        method: String = "POST",
        path: String,
        query: String = "",
        _ body: JSONValue? = nil
    ) -> Call {
        call(label, method: method, url: (settings.rest ?? settings.address) + path + query, body)
    }

    /// A call to the postback.
    func postback(_ label: String, path: String, _ body: [JSONValue.Member]) -> Call {
        call(label, method: "POST", url: settings.address + path, .object(body))
    }

    private func call(_ label: String, method: String, url: String, _ body: JSONValue?) -> Call {
        let key = Call.SecretHeader(settings.keyHeader.rawValue, settings.key)
        if let body { return .json(label, method: method, url: url, secretHeaders: [key], body) }
        return Call(label, method: method, url: url, headers: ["Accept": "application/json"], secretHeaders: [key])
    }

    /// `?override_max_cookie_time=…`; Booleans in queries are words.
    var cookieTimeQuery: String { "?override_max_cookie_time=\(settings.overridesCookieTime)" }

    /// The id under which a sale is told.
    func externalID(_ delivery: Delivery) -> String { settings.prefix + delivery.idempotencyKey }

    /// The id under which a sale was told; kept with it, so that a prefix changed in the meantime changes nothing for it.
    func externalID(_ sale: CorrectedSale) -> String {
        sale.receipt[Self.externalName] ?? settings.prefix + sale.idempotencyKey
    }

    static let externalName = "external_id"
}
