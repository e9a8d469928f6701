// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Tolt's API, version 2: clicks, customers, transactions under our own charge id, and refunds of whole transactions.
///
/// Source: `reference/platforms.md` section 11.
public struct ToltSink: Sink {
    let settings: ToltSettings

    /// What Tolt can take.
    public var capabilities: SinkCapabilities {
        let kinds = Set(EventKind.allCases.filter { route(of: $0) != nil })
        return SinkCapabilities(
            kinds: kinds,
            kindsByDefault: kinds,
            refunds: .full,
            identifiers: [settings.customerID.identifier, .click, .code, .referral],
            parameters: settings.parameters,
            needsOrder: true,
            needsUser: settings.customerID == .user
        )
    }

    /// Where a kind goes.
    enum Route: Sendable, Hashable {
        /// `POST /clicks`.
        case click
        /// `POST /customers`.
        case customer
        /// `POST /transactions`.
        case transaction
        /// `POST /transactions/{id}/refund`.
        case correction
    }

    func route(of kind: EventKind) -> Route? {
        let tellsMoney = settings.mode == .api
        return switch kind {
        case .clickRecorded: .click
        case .customerCreated: .customer
        case .paymentSucceeded: tellsMoney ? .transaction : nil
        case .refundSucceeded, .refundReversed, .disputeWon, .disputeLost: tellsMoney ? .correction : nil
        case .checkoutCompleted, .paymentFailed, .disputeOpened, .subscriptionCreated, .subscriptionTrialStarted,
            .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged, .subscriptionCancelScheduled,
            .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed, .subscriptionEnded, .orderCanceled,
            .milestoneReached, .endpointTest, .paymentLinked:
            nil
        }
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        switch route(of: delivery.event.kind) {
        case .click: click(delivery, after: exchanges.last?.result)
        case .customer: lead(delivery, after: exchanges)
        case .transaction: transaction(delivery, after: exchanges)
        case .correction: correction(delivery, after: exchanges)
        case nil: settings.mode.noPlace(for: delivery.event.kind, at: "Tolt")
        }
    }
}

extension ToltSink {
    /// The names of the calls, by which an attempt knows how far it is.
    enum Label {
        static let click = "click"
        static let customerLookUp = "customer look-up"
        static let customer = "customer"
        static let chargeLookUp = "charge look-up"
        static let transaction = "transaction"
        static let refund = "refund"
    }

    func call(_ label: String, path: String, _ body: [JSONValue.Member]) -> Call {
        .json(label, url: settings.address + path, secretHeaders: [authorization], .object(body))
    }

    func call(_ label: String, method: String = "GET", path: String, query: String = "") -> Call {
        Call(
            label,
            method: method,
            url: settings.address + path + query,
            headers: ["Accept": "application/json"],
            secretHeaders: [authorization]
        )
    }

    private var authorization: Call.SecretHeader { .init("Authorization", prefix: "Bearer ", settings.key) }

    /// What an answer carries; version 1 puts single records into a list.
    static func data(_ answer: Answer) -> JSONValue? {
        let data = answer.json?["data"]
        return data?.elements == nil ? data : data?[0]
    }

    /// Tolt's stable word for an error.
    static func code(_ answer: Answer) -> String { answer.json?["code"]?.string ?? "" }

    /// Whether a refusal says that something named in the request does not exist; a page says nothing.
    static func findsNobody(_ answer: Answer) -> Bool {
        answer.json?.members != nil
            && (answer.status == 404 || code(answer) == "invalid_reference" || code(answer) == "not_found")
    }

    /// Whether a refusal is about one field of the request.
    static func speaks(_ answer: Answer, of field: String) -> Bool {
        answer.json?["errors"]?.elements?.contains { $0["field"]?.string?.contains(field) == true } ?? false
    }

    /// A refusal that would come again.
    static func refused(_ answer: Answer) -> Step.End {
        let words = answer.json?["message"]?.string ?? answer.json?["error"]?["message"]?.string
        return .init(.permanent, reason: "Tolt refuses the request (\(answer.status))" + Answer.words(words))
    }
}
