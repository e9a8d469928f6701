// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Trackdesk: sign-ups and payments as conversions of different types; it has no call that corrects one.
///
/// Nothing authenticates a call: the tenant and the click id are the only secrets, and a repeated external id within a
/// conversion type fails.
///
/// Source: `reference/platforms.md` section 12; <https://help.trackdesk.com> on deduplication.
public struct TrackdeskSink: Sink {
    let settings: TrackdeskSettings

    /// What Trackdesk can take.
    public var capabilities: SinkCapabilities {
        var kinds: Set<EventKind> = [.paymentSucceeded, .refundSucceeded, .refundReversed, .disputeLost, .disputeWon]
        if settings.leadType != nil { kinds.insert(.customerCreated) }
        return SinkCapabilities(
            kinds: kinds,
            kindsByDefault: kinds,
            refunds: .none,
            identifiers: [.click, .user, .customer],
            parameters: settings.parameters,
            needsOrder: true
        )
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        switch delivery.event.kind {
        case .customerCreated where settings.leadType != nil: lead(delivery, after: exchanges.last?.result)
        case .paymentSucceeded: sale(delivery, after: exchanges.last?.result)
        case .refundSucceeded, .refundReversed, .disputeLost, .disputeWon: .end(correction(delivery))
        case .clickRecorded, .customerCreated, .checkoutCompleted, .paymentFailed, .disputeOpened,
            .subscriptionCreated, .subscriptionTrialStarted, .subscriptionActivated, .subscriptionRenewed,
            .subscriptionChanged, .subscriptionCancelScheduled, .subscriptionUncanceled, .subscriptionPaused,
            .subscriptionResumed, .subscriptionEnded, .orderCanceled, .milestoneReached, .endpointTest, .paymentLinked:
            .end(.init(.notApplicable, reason: "Trackdesk has no place for \(delivery.event.kind.rawValue)"))
        }
    }

    /// What a person does there, for Trackdesk publishes no call that corrects a conversion.
    private func correction(_ delivery: Delivery) -> Step.End {
        guard let sale = delivery.sale else {
            return .init(.needsHuman, reason: "the correction's sale is not known here")
        }
        guard let difference = sale.difference(.gross), let remaining = sale.remaining(.gross) else {
            return .init(.needsHuman, reason: "the correction cannot be stated on the sale's basis")
        }
        guard difference.minor != 0 else {
            return .init(.notApplicable, reason: "nothing of the reported amount changes")
        }
        let id = sale.receipt["external"] ?? settings.prefix + sale.idempotencyKey
        let type = sale.receipt["type"] ?? settings.saleType
        let remedy =
            remaining.minor > 0 ? "set its amount to \(remaining), approved" : "set its status to rejected"
        let name = Step.End.name(of: "external id", id)
        let reason = "Trackdesk has no call for corrections; find the \(type) conversion with \(name) there"
        return .init(.needsHuman, reason: reason + " and " + remedy)
    }
}
