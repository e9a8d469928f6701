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
            needsOrder: true,
            correctionHold: settings.refundHold
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
    private static let tracking = "/api/v1/track"
    /// The older prefix of the same calls (section 4.1); an address that ends in it keeps it.
    private static let olderTracking = "/api/tracking"

    /// The address of a tracking call.
    func trackingURL(_ path: String) -> String {
        let hasPath = [Self.tracking, Self.olderTracking].contains { settings.address.hasSuffix($0) }
        return settings.address + (hasPath ? "" : Self.tracking) + "/" + path
    }

    /// The address of the call that tells how far a program is.
    var readinessURL: String {
        let path = [Self.tracking, Self.olderTracking].first { settings.address.hasSuffix($0) } ?? ""
        return settings.address.dropLast(path.count) + "/api/v1/programs/me/readiness"
    }

    /// The header field of the key.
    var authorization: Call.SecretHeader { .init("Authorization", prefix: "Bearer ", settings.key) }

    func call(_ label: String, path: String, _ body: [JSONValue.Member]) -> Call {
        .json(label, url: trackingURL(path), secretHeaders: [authorization], .object(body))
    }

    /// Whether a delivery is told as a test, of which Affitor books nothing.
    func isTest(_ delivery: Delivery) -> Bool { settings.isTest || !delivery.isLive }

    /// Whether an answer is that to a test event.
    ///
    /// Source: section 4.7; that sales take the mark, too, is not confirmed, so an answer with a sale is none.
    static func isTestAnswer(_ json: JSONValue) -> Bool { json["data"]?["test_mode"]?.bool == true }

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
    func additionalData(_ delivery: Delivery) -> [JSONValue.Member] {
        guard isTest(delivery) else { return [] }
        var data = [JSONValue.Member("test_mode", true)]
        if let program = settings.program { data.append(.init("program_id", .string(program))) }
        return [.init("additional_data", .object(data))]
    }
}
