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
            needsOrder: true,
            rate: settings.plan.rate
        )
    }

    /// Where a kind goes.
    enum Route: Equatable {
        /// `POST /clicks`.
        case click
        /// `POST /conversions`, or what the settings say instead.
        case conversion
        /// `POST /conversions/{id}/refund`.
        case refund
        /// `POST /signups` where a click is to become a lead, else an event of the type lead.
        case lead
        /// `POST /events`, with this `event_type`, or what the settings say instead.
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
    /// Who signs a call.
    enum Signer {
        /// Nobody: clicks, sign-ups and everything about referrals is never signed (section 3.2).
        case none
        /// The secret for sales, events and refunds.
        case direct
        /// The secret of the source.
        case source
    }

    func call(
        _ label: String,
        method: String = "POST",
        path: String,
        _ body: JSONValue,
        signedBy signer: Signer
    ) -> Call {
        let signing =
            switch signer {
            case .none: CallSigning?.none
            case .direct: settings.signing
            case .source: settings.sourceSigning
            }
        let url = settings.baseURL + path
        return .json(label, method: method, url: url, secretHeaders: authorization, body, signing: signing)
    }

    /// A call without a body.
    func bare(_ label: String, method: String = "GET", path: String) -> Call {
        let headers: HeaderFields = ["Accept": "application/json"]
        let url = settings.baseURL + path
        return Call(label, method: method, url: url, headers: headers, secretHeaders: authorization)
    }

    private var authorization: [Call.SecretHeader] { [.init("Authorization", prefix: "Bearer ", settings.key)] }
}
