// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// The step at which an order stands, why, and what to do about it.
enum OrderVerdict: Sendable, Hashable {
    /// The file has the order on an earlier line already.
    case repeated(line: Int)
    /// No webhook of it is known.
    case notReceived
    /// Webhooks came, and no sale was made of them.
    case cameToNothing(JournalOutcome, source: String, type: String, webhook: Int64)
    /// The sale has another amount.
    case otherAmount(order: Money, sale: Money)
    /// No partner brought it.
    case organic
    /// No sink takes it.
    case noSink
    /// It is under way to a sink.
    case waiting(sink: String, reason: String)
    /// A sink could not be told.
    case notDelivered(sink: String, DeliveryEnd, reason: String)
    /// A sink was told, and its platform does not list it.
    case notListed(sink: String)
    /// A platform lists another amount than the one that it should have by what it was told.
    case listedOtherwise(sink: String, told: Money, listed: Money)
    /// A sink has the sale and could not be told that money was given back.
    case refundNotTold(sink: String, DeliveryEnd, reason: String)
    /// Taken, and nothing says whether anybody is credited.
    case unproven(sink: String)
    /// All sinks that it was meant for have it.
    case delivered

    /// The name in tables and JSON.
    var name: String {
        switch self {
        case .repeated: "twice in the file"
        case .notReceived: "not received"
        case .cameToNothing(let outcome, _, _, _): outcome.kind.rawValue
        case .otherAmount: "other amount"
        case .organic: "organic"
        case .noSink: "no sink"
        case .waiting: "waiting"
        case .notDelivered(_, let end, _): end.rawValue
        case .notListed: "not listed"
        case .listedOtherwise: "listed otherwise"
        case .refundNotTold: "refund not told"
        case .unproven: "unproven"
        case .delivered: "delivered"
        }
    }

    /// Whether something was lost, or differs.
    var isMissing: Bool {
        switch self {
        case .notReceived, .cameToNothing, .otherAmount, .notDelivered, .notListed, .listedOtherwise, .refundNotTold:
            true
        case .repeated, .organic, .noSink, .waiting, .unproven, .delivered: false
        }
    }

    /// Why it stands there, in words.
    var why: String {
        switch self {
        case .repeated(let line): "the same order stands on line \(line); it is counted once"
        case .notReceived: "no webhook names this order"
        case .cameToNothing(let outcome, let source, let type, let webhook):
            "webhook \(webhook) of \(source), \(type), came to nothing" + (outcome.why.map { ": \($0)" } ?? "")
        case .otherAmount(let order, let sale): "the sale has \(sale), the order \(order)"
        case .organic: "no partner brought it"
        case .noSink: "no sink takes it: test money, or a kind that is not sent"
        case .waiting(let sink, let reason): "on its way to \(sink)" + (reason.isEmpty ? "" : ": \(reason)")
        case .notDelivered(let sink, _, let reason): "\(sink): \(reason)"
        case .notListed(let sink): "\(sink) took it and does not list it now"
        case .listedOtherwise(let sink, let told, let listed):
            "\(sink) lists \(listed), and by what it was told it should have \(told)"
        case .refundNotTold(let sink, let end, let reason):
            "money was given back, and \(sink) \(end.rawValue): \(reason)"
        case .unproven(let sink): "\(sink) took it and does not say whether anybody is credited"
        case .delivered: "every sink that it was meant for has it"
        }
    }

    /// What to do about it.
    var remedy: String {
        switch self {
        case .notReceived:
            "look at the provider's list of webhooks for this order: have it sent again, or post its body with "
                + "`tributary send`; check the endpoint's address and which types it gets"
        case .cameToNothing(let outcome, _, _, let webhook):
            switch outcome.kind {
            case .unmapped, .incomplete, .invalid:
                "mend the mapping, then `tributary replay --webhook \(webhook)`; `tributary doctor` names the place"
            case .ignored, .filtered, .emitted:
                "if this is a sale, mend the rule and `tributary replay --webhook \(webhook)`; else the provider tells it "
                    + "by another type, which the endpoint has to get"
            }
        case .otherAmount:
            "see whether one of the two has tax, shipping or a discount; else mend the mapping's \"total\""
        case .organic:
            "none, if that is so; else attach the click's id to the checkout: `tributary attach PROVIDER`"
        case .noSink: "see \"send\" and \"accept\" of the sinks"
        case .waiting: "none; `tributary deliveries --state pending` says until when"
        case .notDelivered: "`tributary deliveries --state ended` shows what was called and answered"
        case .notListed:
            "look for it in the platform's dashboard: it may have been deleted there, or belong to another account"
        case .listedOtherwise:
            "look at the sale in the platform's dashboard: somebody changed it there, or a refund was made there by hand; "
                + "set it right before the next payout"
        case .refundNotTold: "do what the reason says in the platform's dashboard, or the partner is paid for it"
        case .unproven: "look for it in the platform's dashboard, or compare with its list where it has one: --platform"
        case .repeated: "see why the export has it twice"
        case .delivered: "none"
        }
    }
}
