// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The first thing because of which an event cannot be entered.
public struct EventProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// RFC 6901 pointer to the place in what was sent, for example `/2/data/total`.
    public var pointer: String

    /// What is wrong; no value of the event.
    public var problem: String

    /// What to do about it.
    public var remedy: String

    init(_ pointer: String, _ problem: String, remedy: String) {
        self.pointer = pointer
        self.problem = problem
        self.remedy = remedy
    }

    /// What the model could not read.
    init(_ error: EventFormatError) {
        self.init(error.place, "expected \(error.expected)", remedy: "put \(error.expected) there")
        if error.expected.hasPrefix("nothing") { remedy = "leave it out, or look for a misspelt name" }
    }

    /// `/data/total: …; remedy`.
    public var description: String { "\(pointer.isEmpty ? "/" : pointer): \(problem); \(remedy)" }

    /// The problem as a part of something larger.
    func inside(_ place: String) -> EventProblem {
        var problem = self
        problem.pointer = place + pointer
        return problem
    }
}

extension Event {
    /// What keeps an event that was not made by a mapping from being entered; `nil` where nothing does.
    var problem: EventProblem? {
        if let problem = problemOfNames { return problem }
        if let (field, reason) = unsound {
            let place = ["time": "/time", "key": "/subject", "subscription.trial_end": "/data/subscription/trial_end"]
            return EventProblem(
                place[field] ?? "/data/\(field)",
                "it \(reason)",
                remedy: "correct it and send it again"
            )
        }
        let money = #"for example { "amount": "49.00", "currency": "EUR" }"#
        if needsTotal, total == nil, kind != .refundSucceeded && kind != .refundReversed || refundedTotal == nil {
            return EventProblem("/data/total", "\(kind.rawValue) needs a total", remedy: "state it, \(money)")
        }
        if kind == .paymentSucceeded, let total, total.minor < 0 {
            return EventProblem(
                "/data/total",
                "a payment is not negative",
                remedy: "tell money out as refund.succeeded"
            )
        }
        for field in AmountField.allCases {
            guard let amount = self[field], let total, amount.currency != total.currency else { continue }
            let remedy = "one event has one currency"
            return EventProblem("/data/\(field.rawValue)/currency", "it is not the total's", remedy: remedy)
        }
        if kind == .milestoneReached, milestone?.isEmpty ?? true {
            return EventProblem(
                "/data/milestone",
                "a milestone needs its name",
                remedy: "name it, for example \"onboarded\""
            )
        }
        return nil
    }

    private var problemOfNames: EventProblem? {
        let isWritable = { (text: String) in text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
        for (pointer, text) in [("/id", id), ("/source", source), ("/subject", key.description)] {
            guard !text.isEmpty else { return EventProblem(pointer, "it is empty", remedy: "put a text there") }
            guard text.utf8.count <= Self.nameBytesMax, isWritable(text) else {
                let problem = "it is longer than \(Self.nameBytesMax) bytes or has control characters"
                return EventProblem(pointer, problem, remedy: "shorten it")
            }
        }
        return nil
    }

    /// The longest id of the caller's.
    private static let nameBytesMax = 255

    private var needsTotal: Bool {
        switch kind {
        case .paymentSucceeded, .paymentFailed, .refundSucceeded, .refundReversed, .disputeOpened, .disputeWon,
            .disputeLost:
            true
        case .clickRecorded, .customerCreated, .checkoutCompleted, .paymentLinked, .subscriptionCreated,
            .subscriptionTrialStarted, .subscriptionActivated, .subscriptionRenewed, .subscriptionChanged,
            .subscriptionCancelScheduled, .subscriptionUncanceled, .subscriptionPaused, .subscriptionResumed,
            .subscriptionEnded, .orderCanceled, .milestoneReached, .endpointTest:
            false
        }
    }
}
