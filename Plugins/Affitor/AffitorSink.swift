// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Affitor: sign-ups as leads, payments as sales, refunds and lost disputes by the sale's own transaction id.
///
/// Source: `reference/platforms.md` section 4.
public struct AffitorSink: Sink {
    let settings: AffitorSettings

    /// What Affitor can take.
    public var capabilities: SinkCapabilities {
        let kinds = Set(EventKind.allCases.filter { route(of: $0) != nil })
        return SinkCapabilities(
            kinds: kinds,
            kindsByDefault: kinds,
            // A refund claims the commission row, so a second one finds it taken (section 4.6).
            refunds: .once,
            identifiers: [.user, .click],
            parameters: settings.parameters,
            needsOrder: true
        )
    }

    /// Where a kind goes.
    enum Route: Sendable, Hashable {
        /// `POST /api/v1/track/click`.
        case click
        /// `POST /api/v1/track/lead`.
        case lead
        /// `POST /api/v1/track/sale`.
        case sale
        /// `POST /api/v1/track/refund`.
        case refund
    }

    func route(of kind: EventKind) -> Route? {
        let tellsMoney = settings.mode == .api
        return switch kind {
        case .clickRecorded: .click
        case .customerCreated: .lead
        case .paymentSucceeded: tellsMoney ? .sale : nil
        case .refundSucceeded, .refundReversed, .disputeLost, .disputeWon: tellsMoney ? .refund : nil
        case .checkoutCompleted, .paymentFailed, .disputeOpened, .subscriptionCreated,
            .subscriptionTrialStarted, .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged,
            .subscriptionCancelScheduled, .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed,
            .subscriptionEnded, .orderCanceled, .milestoneReached, .endpointTest, .paymentLinked:
            nil
        }
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let delivery = delivery.namingClick(as: "affitor_click_id")
        return switch route(of: delivery.event.kind) {
        case .click: click(delivery, after: exchanges.last?.result)
        case .lead: lead(delivery, after: exchanges.last?.result)
        case .sale: sale(delivery, after: exchanges.last?.result)
        case .refund: refund(delivery, after: exchanges.last?.result)
        case nil: settings.mode.noPlace(for: delivery.event.kind, at: "Affitor")
        }
    }
}

extension AffitorSink {
    func call(_ label: String, path: String, _ body: [JSONValue.Member]) -> Call {
        .json(
            label,
            url: settings.address + "/api/v1/track/" + path,
            secretHeaders: [.init("Authorization", prefix: "Bearer ", settings.key)],
            .object(body)
        )
    }

    /// The members by which Affitor finds the customer: the key first, the click as its fallback.
    ///
    /// The key is the merchant's own user id at sign-up and at each sale; the provider's customer id never stands in for
    /// it, because a sale under another key than the lead's finds nobody.
    func identification(of event: Event) -> [JSONValue.Member] {
        let found = Identifiers(of: event, parameters: settings.parameters)
        return [
            found[.user].map { JSONValue.Member("customer_key", .string($0)) },
            found[.click].map { JSONValue.Member("click_id", .string($0)) },
        ].compactMap(\.self)
    }

    /// `additional_data`, where there is something to say in it.
    func additionalData() -> [JSONValue.Member] {
        guard settings.isTest else { return [] }
        var data = [JSONValue.Member("test_mode", true)]
        if let program = settings.program { data.append(.init("program_id", .string(program))) }
        return [.init("additional_data", .object(data))]
    }
}
