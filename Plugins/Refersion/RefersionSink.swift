// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Refersion: payments as orders with items, corrections as cancellations of items.
///
/// Source: `reference/platforms.md` section 10.
public struct RefersionSink: Sink {
    let settings: RefersionSettings

    /// What Refersion can take.
    public var capabilities: SinkCapabilities {
        let kinds: Set<EventKind> = [.paymentSucceeded, .refundSucceeded, .refundReversed, .disputeLost, .disputeWon]
        return SinkCapabilities(
            kinds: kinds,
            kindsByDefault: kinds,
            refunds: settings.partialRefunds == .price ? .partial : .full,
            identifiers: [.click, .coupon],
            parameters: settings.parameters,
            needsOrder: true
        )
    }

    /// The next step of one attempt.
    public func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step {
        switch delivery.event.kind {
        case .paymentSucceeded: order(delivery, after: exchanges.last?.result)
        case .refundSucceeded, .refundReversed, .disputeLost, .disputeWon:
            correction(delivery, after: exchanges.last?.result)
        case .clickRecorded, .customerCreated, .checkoutCompleted, .paymentFailed, .disputeOpened,
            .subscriptionCreated, .subscriptionTrialStarted, .subscriptionActivated, .subscriptionRenewed,
            .subscriptionChanged, .subscriptionCancelScheduled, .subscriptionUncanceled, .subscriptionPaused,
            .subscriptionResumed, .subscriptionEnded, .orderCanceled, .milestoneReached, .endpointTest, .paymentLinked:
            .end(.init(.notApplicable, reason: "Refersion has no place for \(delivery.event.kind.rawValue)"))
        }
    }

    /// The next step of checking the keys: totals, which change nothing although they are a POST.
    public func probe(after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else {
            let url = settings.apiAddress + "/conversion/totals"
            return .call(call("probe", url: url, [.init("is_test_conversion", true)]))
        }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result, answer.isSuccess, answer.json?.members != nil else {
            return .end(.init(.needsHuman, reason: "Refersion does not answer as its API does; is \"url\" right?"))
        }
        return .end(.init(.delivered, reason: "the keys are good"))
    }
}

extension RefersionSink {
    func call(_ label: String, url: String, _ body: [JSONValue.Member]) -> Call {
        .json(
            label,
            url: url,
            headers: ["Refersion-Public-Key": settings.publicKey],
            secretHeaders: [.init("Refersion-Secret-Key", settings.key)],
            .object(body)
        )
    }

    /// What an answer complains of: `error`, or the first of `errors`.
    static func complaint(_ answer: Answer) -> String? {
        answer.json?["error"]?.string ?? answer.json?["error"]?["message"]?.string
            ?? answer.json?["errors"]?[0]?.string ?? answer.json?["message"]?.string
    }

    /// What an answer complains of, in lower case.
    static func complaintText(_ answer: Answer) -> String { complaint(answer)?.lowercased() ?? "" }

    /// A refusal that would come again.
    static func refused(_ answer: Answer) -> Step.End {
        .init(.permanent, reason: "Refersion refuses the request (\(answer.status))" + Answer.words(complaint(answer)))
    }

    /// Whether a body is a page for people, which no API sends.
    static func isPage(_ answer: Answer) -> Bool {
        answer.json == nil && answer.body.first { $0 > UInt8(ascii: " ") } == UInt8(ascii: "<")
    }
}
