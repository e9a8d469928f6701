// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Dub: sign-ups as leads, payments as sales, corrections as the commission's new amount.
///
/// Source: `reference/platforms.md` section 6; dubinc/dub (track and commissions routes, 2026) for the words of refusals.
public struct DubSink: Sink {
    let settings: DubSettings

    /// What Dub can take.
    public var capabilities: SinkCapabilities {
        let kinds = Set(EventKind.allCases.filter { route(of: $0) != nil })
        var usual = kinds.subtracting([.subscriptionTrialStarted, .milestoneReached])
        // A deferred sign-up makes no lead, so something later has to.
        if settings.leadMode == .deferred { usual.insert(.subscriptionTrialStarted) }
        return SinkCapabilities(
            kinds: kinds,
            kindsByDefault: usual,
            refunds: .partial,
            identifiers: [settings.customerID.identifier, .click],
            parameters: settings.parameters,
            needsOrder: true,
            needsUser: settings.customerID == .user
        )
    }

    /// Where a kind goes.
    enum Route: Sendable, Hashable {
        /// `POST /track/click`.
        case click
        /// `POST /track/lead`.
        case lead
        /// `POST /track/sale`.
        case sale
        /// `PATCH /commissions/{id}`.
        case correction
    }

    func route(of kind: EventKind) -> Route? {
        let tellsMoney = settings.mode == .api
        return switch kind {
        case .clickRecorded: settings.clickDomain == nil ? nil : .click
        case .customerCreated, .subscriptionTrialStarted, .milestoneReached: .lead
        case .paymentSucceeded: tellsMoney ? .sale : nil
        case .refundSucceeded, .refundReversed, .disputeLost, .disputeWon: tellsMoney ? .correction : nil
        case .checkoutCompleted, .paymentLinked, .paymentFailed, .disputeOpened, .subscriptionCreated,
            .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged, .subscriptionCancelScheduled,
            .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed, .subscriptionEnded, .orderCanceled,
            .endpointTest:
            nil
        }
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        switch route(of: delivery.event.kind) {
        case .click: click(delivery, after: exchanges.last?.result)
        case .lead: lead(delivery, after: exchanges.last?.result)
        case .sale: sale(delivery, after: exchanges)
        case .correction: correct(delivery, after: exchanges.last)
        case nil where delivery.event.kind == .clickRecorded:
            .end(.init(.notApplicable, reason: "clicks are recorded at Dub where \"click_domain\" is set"))
        case nil: settings.mode.noPlace(for: delivery.event.kind, at: "Dub")
        }
    }
}

extension DubSink {
    func call(_ label: String, method: String = "POST", path: String, _ body: [JSONValue.Member]) -> Call {
        .json(label, method: method, url: settings.address + path, secretHeaders: authorization, .object(body))
    }

    /// A call without a body.
    func bare(_ label: String, method: String = "GET", path: String) -> Call {
        let headers: HeaderFields = ["Accept": "application/json"]
        return Call(label, method: method, url: settings.address + path, headers: headers, secretHeaders: authorization)
    }

    private var authorization: [Call.SecretHeader] { [.init("Authorization", prefix: "Bearer ", settings.key)] }

    /// The customer's id as Dub is told it: the same at sign-up and at each sale.
    func customer(of event: Event) -> String? {
        let found = Identifiers(of: event, parameters: settings.parameters)
        return found[settings.customerID.identifier]
    }

    /// The click that brought the customer: the one that the checkout named for Dub, the one that Dub was told of, or any.
    ///
    /// Dub's guide for payment links puts it, behind a prefix, where a click id of another platform may stand, too.
    func clickID(of delivery: Delivery) -> String? {
        let attribution = delivery.event.attribution
        let own = attribution.params.first { settings.parameters[$0.name] == .click && !$0.value.isEmpty }?.value
        let prefix = "dub_id_"
        if let click = own ?? delivery.clickReceipt?["click"] ?? attribution.click {
            return click.hasPrefix(prefix) ? String(click.dropFirst(prefix.count)) : click
        }
        guard let referral = attribution.referral, referral.hasPrefix(prefix) else { return nil }
        return String(referral.dropFirst(prefix.count))
    }

    /// The members that describe the customer.
    func description(of event: Event) -> [JSONValue.Member] {
        guard settings.sendsEmail, let email = event.customer.email, email.unicodeScalars.count <= 100 else {
            return []
        }
        return [.init("customerEmail", .string(email))]
    }

    /// Ids of customers have at most this many characters.
    static let customerLengthMax = 100

    /// What a delivery builds on may still be on its way at Dub, so it waits for that a few times.
    func wait(_ delivery: Delivery, for reason: String, else end: Step.End) -> Step {
        .waiting(delivery, retriesMax: settings.lateLeadRetries, for: reason, else: end)
    }

    /// The text of an error, as Dub words it.
    static func message(of answer: Answer) -> String? {
        answer.json?["error"]?["message"]?.string ?? answer.json?["message"]?.string
    }

    /// The text of an error in lower case.
    static func errorText(_ answer: Answer) -> String { (message(of: answer) ?? "").lowercased() }

    /// Whether a 404 speaks of a click, a link or a lead, and not of the address.
    static func findsNobody(_ answer: Answer) -> Bool { answer.status == 404 && answer.json?.members != nil }

    /// A refusal that would come again.
    static func refused(_ answer: Answer) -> Step.End {
        .init(.permanent, reason: "Dub refuses the request (\(answer.status))" + Answer.words(message(of: answer)))
    }
}
