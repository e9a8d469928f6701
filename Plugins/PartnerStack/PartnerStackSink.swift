// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// PartnerStack's API, version 2: sign-ups as customers, payments as transactions under our own key.
///
/// Source: `reference/platforms.md` section 9.
public struct PartnerStackSink: Sink {
    let settings: PartnerStackSettings

    /// What PartnerStack can take.
    public var capabilities: SinkCapabilities {
        let kinds = Set(EventKind.allCases.filter { route(of: $0) != nil })
        return SinkCapabilities(
            kinds: kinds,
            kindsByDefault: kinds,
            refunds: settings.refunds == .negative ? .partial : .none,
            identifiers: [settings.customerID.identifier, .click, .code],
            parameters: settings.parameters,
            needsOrder: true,
            needsUser: settings.customerID == .user
        )
    }

    /// Where a kind goes.
    enum Route: Sendable, Hashable {
        /// `POST /customers`, or the conversion API.
        case customer
        /// `POST /transactions`.
        case transaction
        /// A negative transaction, or a person.
        case correction
    }

    func route(of kind: EventKind) -> Route? {
        let tellsMoney = settings.mode == .api
        return switch kind {
        case .customerCreated: .customer
        case .paymentSucceeded: tellsMoney ? .transaction : nil
        case .refundSucceeded, .refundReversed, .disputeWon, .disputeLost: tellsMoney ? .correction : nil
        case .clickRecorded, .checkoutCompleted, .paymentFailed, .disputeOpened, .subscriptionCreated,
            .subscriptionTrialStarted, .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged,
            .subscriptionCancelScheduled, .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed,
            .subscriptionEnded, .orderCanceled, .milestoneReached, .endpointTest, .paymentLinked:
            nil
        }
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        switch route(of: delivery.event.kind) {
        case .customer: lead(delivery, after: exchanges.last?.result)
        case .transaction: transaction(delivery, after: exchanges)
        case .correction: correction(delivery, after: exchanges)
        case nil: settings.mode.noPlace(for: delivery.event.kind, at: "PartnerStack")
        }
    }
}

extension PartnerStackSink {
    /// The names of the calls, by which an attempt knows how far it is.
    enum Label {
        static let customer = "customer"
        static let transaction = "transaction"
        static let again = "transaction again"
        static let lookUp = "look-up"
    }

    func post(_ label: String, path: String, _ body: [JSONValue.Member]) -> Call {
        .json(label, url: settings.address + path, secretHeaders: [authorization], .object(body))
    }

    func get(_ label: String, path: String, query: String) -> Call {
        Call(
            label,
            method: "GET",
            url: settings.address + path + query,
            headers: ["Accept": "application/json"],
            secretHeaders: [authorization]
        )
    }

    private var authorization: Call.SecretHeader { .basic(user: settings.publicKey, password: settings.key) }

    /// The customer's key, the same at sign-up and at each sale.
    func customerKey(of event: Event) -> String? {
        let found = Identifiers(of: event, parameters: settings.parameters)
        return found[settings.customerID.identifier]
    }

    /// What an answer carries; whether it stands in an envelope is not published.
    static func data(_ answer: Answer) -> JSONValue? {
        guard let json = answer.json, json.members != nil else { return nil }
        return json["data"]?.members == nil ? json["rdata"] ?? json : json["data"]
    }

    /// The records of a list, in any of the envelopes that are told of.
    static func records(_ answer: Answer) -> [JSONValue]? {
        let data = answer.json?["data"] ?? answer.json?["rdata"] ?? answer.json
        return data?.elements ?? data?["items"]?.elements
    }

    /// Whether a list goes on.
    static func hasMore(_ answer: Answer) -> Bool {
        (answer.json?["has_more"] ?? answer.json?["data"]?["has_more"])?.bool == true
    }

    private static func message(_ answer: Answer) -> String? {
        let error = answer.json?["error"]
        return answer.json?["message"]?.string ?? error?["message"]?.string ?? error?.string
    }

    /// The platform's message in lower case.
    static func errorText(_ answer: Answer) -> String { message(answer)?.lowercased() ?? "" }

    /// Whether a refusal speaks of a key that exists already; status and words for it are not published.
    static func speaksOfDuplicate(_ answer: Answer) -> Bool {
        if answer.status == 409 { return true }
        guard answer.status == 400 || answer.status == 422 else { return false }
        let text = errorText(answer)
        return !text.contains("not exist")
            && ["unique", "exist", "already", "duplicate"].contains { text.contains($0) }
    }

    /// Whether a refusal says that a customer, partner or click is not known; a page says nothing.
    static func findsNobody(_ answer: Answer) -> Bool {
        if answer.status == 404 { return answer.json?.members != nil }
        guard answer.status == 400 || answer.status == 422 else { return false }
        let text = errorText(answer)
        return ["customer", "partner", "click", "xid"].contains { text.contains($0) }
            && ["not found", "not exist", "unknown", "no such", "could not find"].contains { text.contains($0) }
    }

    /// A refusal that would come again.
    static func refused(_ answer: Answer) -> Step.End {
        let reason = "PartnerStack refuses the request (\(answer.status))" + Answer.words(message(answer))
        return .init(.permanent, reason: reason)
    }
}
