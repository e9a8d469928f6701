// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Tapfiliate's REST API 1.6: sign-ups as customers, payments as conversions, refunds by the conversion's amount.
///
/// Source: `reference/platforms.md` section 5.
public struct TapfiliateSink: Sink {
    let settings: TapfiliateSettings

    /// What Tapfiliate can take.
    public var capabilities: SinkCapabilities {
        let kinds: Set<EventKind> = [
            .clickRecorded, .customerCreated, .paymentSucceeded, .refundSucceeded, .refundReversed, .disputeLost,
            .disputeWon,
        ]
        return SinkCapabilities(
            kinds: kinds,
            kindsByDefault: kinds,
            refunds: .partial,
            identifiers: [settings.customerID.identifier, .coupon, .code, .click, .referral],
            parameters: settings.parameters,
            needsOrder: true
        )
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        let delivery = delivery.namingClick(as: "tapfiliate_click_id")
        return switch delivery.event.kind {
        case .clickRecorded: click(delivery, after: exchanges.last?.result)
        case .customerCreated: customer(delivery, after: exchanges.last)
        case .paymentSucceeded: conversion(delivery, after: exchanges)
        case .refundSucceeded, .refundReversed, .disputeLost, .disputeWon: refund(delivery, after: exchanges)
        case .checkoutCompleted, .paymentFailed, .disputeOpened, .subscriptionCreated,
            .subscriptionTrialStarted, .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged,
            .subscriptionCancelScheduled, .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed,
            .subscriptionEnded, .orderCanceled, .milestoneReached, .endpointTest, .paymentLinked:
            .end(.init(.notApplicable, reason: "Tapfiliate has no place for \(delivery.event.kind.rawValue)"))
        }
    }
}

extension TapfiliateSink {
    /// A call; paths begin and end with a slash, as every path of this API does.
    func call(
        _ label: String,
        method: String = "POST",
        path: String,
        query: String = "",
        _ body: JSONValue? = nil
    ) -> Call {
        let url = settings.address + path + query
        let key = Call.SecretHeader(settings.keyHeader.rawValue, settings.key)
        if let body { return .json(label, method: method, url: url, secretHeaders: [key], body) }
        return Call(label, method: method, url: url, headers: ["Accept": "application/json"], secretHeaders: [key])
    }

    /// `?override_max_cookie_time=…`; Booleans in queries are words.
    var cookieTimeQuery: String { "?override_max_cookie_time=\(settings.overridesCookieTime)" }

    /// The step after a result that means the same for every call; `nil` where the call must look at it.
    ///
    /// Beyond the common ones: a redirect leads to the login page and a page in HTML comes from a wrong address or a
    /// proxy, never from the API itself, so neither says anything about the delivery. The status of an exhausted rate
    /// limit is not published, so a refusal with no calls remaining counts as one (section 5.1).
    static func general(_ result: Exchange.Result) -> Step? {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        if (300..<400).contains(answer.status) {
            return .retry(.init(reason: "status \(answer.status), a redirect; is \"url\" right?"))
        }
        let remaining = answer.headers["X-Ratelimit-Remaining"].flatMap { Int($0) }
        if answer.status >= 400, remaining == 0 {
            return .retry(.init(reason: "the rate limit is used up (\(answer.status))", after: answer.retryAfter))
        }
        if answer.json == nil, answer.status != 204 {
            return .retry(
                .init(reason: "status \(answer.status) without JSON; is \"url\" right?", after: answer.retryAfter)
            )
        }
        return nil
    }

    /// The platform's message in lower case.
    static func errorText(_ answer: Answer) -> String { answer.json?["message"]?.string?.lowercased() ?? "" }

    /// Whether a refusal speaks of an id that exists already; status and words for it are not published.
    static func speaksOfDuplicate(_ answer: Answer, of word: String) -> Bool {
        if answer.status == 409 { return true }
        let text = errorText(answer)
        guard answer.status == 400 || answer.status == 422 else { return false }
        let says = ["unique", "exist", "already", "duplicate", "taken"].contains { text.contains($0) }
        return says && !text.contains("not exist") && (text.contains(word) || text.contains("unique"))
    }

    /// Whether a refusal says that nobody is known by the identifiers that were sent.
    static func findsNobody(_ answer: Answer) -> Bool {
        guard [400, 404, 422].contains(answer.status) else { return false }
        let text = errorText(answer)
        let subjects = ["click", "referral", "coupon", "customer", "tracking", "affiliate", "asset"]
        let absences = [
            "not found", "invalid", "expired", "unknown", "not exist", "null", "no ", "not match", "could not",
        ]
        return subjects.contains { text.contains($0) } && absences.contains { text.contains($0) }
    }

    /// A refusal that would come again.
    static func refused(_ answer: Answer) -> Step.End {
        let words = Answer.words(answer.json?["message"]?.string)
        return .init(.permanent, reason: "Tapfiliate refuses the request (\(answer.status))" + words)
    }
}
