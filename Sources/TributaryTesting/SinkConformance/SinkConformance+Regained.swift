// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension SinkConformance {
    /// One correction of a course: its kind, and how much is given back after it.
    private struct Correction {
        let kind: EventKind
        let id: String
        let after: Int64
    }

    /// Refunds and lost disputes whose money comes back in part or whole.
    func regained(under name: String, _ faults: FaultPlan) async -> [Breach] {
        let kinds = subject.sink.capabilities.kinds
        let courses: [[Correction]] = [
            [
                .init(kind: .refundSucceeded, id: "re_1", after: 3333),
                .init(kind: .refundReversed, id: "re_1", after: 0),
            ],
            [.init(kind: .disputeLost, id: "dp_1", after: 9990), .init(kind: .disputeWon, id: "dp_1", after: 0)],
            [.init(kind: .disputeLost, id: "dp_2", after: 9990), .init(kind: .disputeWon, id: "dp_2", after: 3333)],
        ]
        var breaches: [Breach] = []
        for course in courses where course.allSatisfy({ kinds.contains($0.kind) }) {
            breaches += await correct(course, under: name, faults)
        }
        return breaches
    }

    /// Disputes that take nothing: whatever the platform is told of them, its books stay.
    func noMoneyMoved() async -> [Breach] {
        var breaches: [Breach] = []
        for kind in [EventKind.disputeOpened, .disputeWon] where subject.sink.capabilities.kinds.contains(kind) {
            breaches += await correct([.init(kind: kind, id: "dp_1", after: 0)], under: "no fault", FaultPlan())
        }
        return breaches
    }

    private func correct(_ course: [Correction], under name: String, _ faults: FaultPlan) async -> [Breach] {
        var breaches: [Breach] = []
        guard let total = Self.total else { return [] }
        let check = "\(course.map(\.kind.rawValue).joined(separator: ", ")) under \(name)"
        await begin(check, &breaches)
        let payment = subject.buyer.payment("in_1", total)
        let sold = await deliver(payment, check, &breaches)
        guard let end = settled(sold, check, &breaches), end.end.isStored else { return breaches }
        var booking = Booking(key: "", sale: total, remaining: total)
        var before: Int64 = 0
        for (count, step) in course.enumerated() {
            subject.front.begin(faults)
            let correction = subject.buyer.correction(
                step.id,
                of: payment,
                ended: end,
                from: before,
                to: step.after,
                earlier: count,
                kind: step.kind
            )
            guard let correction else { return breaches }
            let rest = await deliver(correction, check, &breaches)
            if step.after > before {
                guard takes(step.after, of: total) else { return breaches + leftToPerson(rest, check, booking) }
                guard settled(rest, check, &breaches)?.end.isStored == true else { return breaches }
                booking.remaining.minor = total.minor - step.after
            } else {
                breaches += ended(rest, check, isRaise: step.after < before)
                if rest.end?.end.isStored == true { booking.remaining.minor = total.minor - step.after }
            }
            compare(check, [booking], &breaches)
            before = step.after
        }
        return breaches
    }

    /// Money that is regained is booked or handed to a person; where none moved there is nothing for one to do.
    private func ended(_ course: DeliveryCourse, _ check: String, isRaise: Bool) -> [Breach] {
        switch course.end?.end {
        case .delivered, .unproven, .duplicate: []
        case .needsHuman where isRaise: []
        case .notApplicable where !isRaise: []
        case .needsHuman, .notApplicable, .notAttributed, .rejectedByPlatform, .permanent, nil:
            [Breach(check: check, message: "came to rest as \(course.rest)")]
        }
    }
}
