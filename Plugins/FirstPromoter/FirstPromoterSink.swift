// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// FirstPromoter: sign-ups, payments as sales, refunds and lost disputes under keys of their own, ends as cancellations.
///
/// Source: `reference/platforms.md` section 7; api-evangelist/firstpromoter (tracking, referrals, commissions).
public struct FirstPromoterSink: Sink {
    let settings: FirstPromoterSettings

    /// What FirstPromoter can take.
    public var capabilities: SinkCapabilities {
        let kinds = Set(EventKind.allCases.filter { route(of: $0) != nil })
        return SinkCapabilities(
            kinds: kinds,
            // The end of one subscription cancels the whole customer there, which not every shop means.
            kindsByDefault: kinds.subtracting([.subscriptionEnded]),
            refunds: .partial,
            identifiers: [settings.customerID.identifier, .click, .referral, .code, .coupon],
            parameters: settings.parameters,
            needsOrder: true,
            needsUser: settings.customerID == .user,
            amountByDefault: .exTax,
            // Its refusals name no wait. Source: `reference/platforms.md` section 7.
            rate: CallRate([.init(400, within: .seconds(60))])
        )
    }

    /// Where a kind goes.
    enum Route: Sendable, Hashable {
        /// `POST /track/signup`.
        case signup
        /// `POST /track/sale`.
        case sale
        /// `POST /track/refund`.
        case refund
        /// `POST /track/cancellation`.
        case cancellation
    }

    func route(of kind: EventKind) -> Route? {
        let tellsMoney = settings.mode == .api
        return switch kind {
        case .customerCreated: .signup
        case .paymentSucceeded: tellsMoney ? .sale : nil
        case .refundSucceeded, .refundReversed, .disputeLost, .disputeWon: tellsMoney ? .refund : nil
        case .subscriptionEnded: tellsMoney ? .cancellation : nil
        case .clickRecorded, .checkoutCompleted, .paymentLinked, .paymentFailed, .disputeOpened, .subscriptionCreated,
            .subscriptionTrialStarted, .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged,
            .subscriptionCancelScheduled, .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed,
            .orderCanceled, .milestoneReached, .endpointTest:
            nil
        }
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        switch route(of: delivery.event.kind) {
        case .signup: signup(delivery, after: exchanges.last?.result)
        case .sale: sale(delivery, after: exchanges)
        case .refund: refund(delivery, after: exchanges.last?.result)
        case .cancellation: cancellation(delivery, after: exchanges.last?.result)
        case nil: settings.mode.noPlace(for: delivery.event.kind, at: "FirstPromoter")
        }
    }
}

extension FirstPromoterSink {
    func call(_ label: String, method: String = "POST", path: String, _ body: JSONValue) -> Call {
        .json(
            label,
            method: method,
            url: settings.address + path,
            headers: ["ACCOUNT-ID": settings.account],
            secretHeaders: authorization,
            body
        )
    }

    /// A call that reads.
    func reading(_ label: String, path: String) -> Call {
        Call(
            label,
            method: "GET",
            url: settings.address + path,
            headers: ["ACCOUNT-ID": settings.account, "Accept": "application/json"],
            secretHeaders: authorization
        )
    }

    private var authorization: [Call.SecretHeader] { [.init("Authorization", prefix: "Bearer ", settings.key)] }

    /// The members by which FirstPromoter finds the customer: the same at sign-up, sale and refund.
    func identification(of event: Event) -> [JSONValue.Member] {
        let found = Identifiers(of: event, parameters: settings.parameters)
        let uid = found[settings.customerID.identifier]
        let email = settings.sendsEmail ? event.customer.email : nil
        return [
            uid.map { JSONValue.Member("uid", .string($0)) }, email.map { JSONValue.Member("email", .string($0)) },
        ].compactMap(\.self)
    }

    /// The member that names the partner: the visit, or where none is known the partner's own code.
    func partner(of event: Event) -> JSONValue.Member? {
        let found = Identifiers(of: event, parameters: settings.parameters)
        if let visit = found[.click] { return .init("tid", .string(visit)) }
        return (found[.referral] ?? found[.code]).map { JSONValue.Member("ref_id", .string($0)) }
    }

    /// `skip_email_notification`, where the partner is not to be written to.
    var silence: [JSONValue.Member] { settings.notifies ? [] : [.init("skip_email_notification", true)] }

    /// The platform's message.
    static func message(of answer: Answer) -> String? {
        answer.json?["message"]?.string ?? answer.json?["error"]?.string ?? answer.json?["transaction_id"]?.string
    }

    /// A refusal that would come again.
    static func refused(_ answer: Answer) -> Step.End {
        let words = Answer.words(message(of: answer))
        return .init(.permanent, reason: "FirstPromoter refuses the request (\(answer.status))" + words)
    }

    /// Whether a 404 speaks of a customer or visitor, and not of the address.
    static func findsNobody(_ answer: Answer) -> Bool { answer.status == 404 && answer.json?.members != nil }
}
