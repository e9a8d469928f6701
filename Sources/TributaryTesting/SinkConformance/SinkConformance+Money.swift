// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension SinkConformance {
    /// The sample sale: one that does not divide evenly.
    static let total: Money? = Currency("EUR").map { Money(minor: 9990, $0) }

    /// A sale, a refund of a part, and where the platform takes several, a refund of the rest.
    ///
    /// What the platform cannot take must come to a person and leave its books as they are.
    func partsGivenBack(under name: String, _ faults: FaultPlan) async -> [Breach] {
        let takesRest = subject.sink.capabilities.refunds == .partial
        return await sale(under: name, faults, refundsTo: takesRest ? [3333, 9990] : [3333])
    }

    /// A sale and a refund of all of it.
    func wholeGivenBack(under name: String, _ faults: FaultPlan) async -> [Breach] {
        await sale(under: name, faults, refundsTo: [9990])
    }

    private func sale(under name: String, _ faults: FaultPlan, refundsTo totals: [Int64]) async -> [Breach] {
        var breaches: [Breach] = []
        guard let total = Self.total else { return [] }
        let check = "sale under \(name)"
        await begin(check, &breaches)
        subject.front.begin(faults)
        let payment = subject.buyer.payment("in_1", total)
        let course = await deliver(payment, check, &breaches)
        guard let end = settled(course, check, &breaches) else { return breaches }
        var booking = Booking(key: "", sale: total, remaining: total)
        compare(check, [booking], &breaches)
        guard end.end.isStored else { return breaches }
        var before: Int64 = 0
        for (count, after) in totals.enumerated() {
            let check = "refund to \(after) under \(name)"
            subject.front.begin(faults)
            let refund = subject.buyer.correction(
                "re_\(count)",
                of: payment,
                ended: end,
                from: before,
                to: after,
                earlier: count
            )
            guard let refund else { return breaches }
            let course = await deliver(refund, check, &breaches)
            guard takes(after, of: total) else { return breaches + leftToPerson(course, check, booking) }
            guard settled(course, check, &breaches)?.end.isStored == true else { return breaches }
            booking.remaining.minor = total.minor - after
            compare(check, [booking], &breaches)
            before = after
        }
        return breaches
    }

    /// Whether the platform takes a refund after which that much is given back.
    func takes(_ given: Int64, of total: Money) -> Bool {
        switch subject.sink.capabilities.refunds {
        case .none: false
        case .full: given >= total.minor
        case .once, .partial: true
        }
    }

    /// What is wrong where a correction that the platform cannot take did not come to a person, with the books left alone.
    func leftToPerson(_ course: DeliveryCourse, _ check: String, _ booking: Booking) -> [Breach] {
        var breaches: [Breach] = []
        if course.end?.end != .needsHuman {
            breaches.append(Breach(check: check, message: "came to rest as \(course.rest), not with a person"))
        }
        compare(check, [booking], &breaches)
        return breaches
    }

    /// The end of a course that came to one of the ends that it may have.
    func settled(_ course: DeliveryCourse, _ check: String, _ breaches: inout [Breach]) -> Step.End? {
        guard let end = course.end else {
            breaches.append(Breach(check: check, message: "came to rest as \(course.rest)"))
            return nil
        }
        let mayDoubt = course.wasInDoubt && subject.endsInDoubt.contains(end.end)
        if !end.end.isStored, !mayDoubt {
            breaches.append(Breach(check: check, message: "ended as \(end.end.rawValue): \(end.reason)"))
        }
        return end
    }

    /// Two payments of one customer are two sales.
    func twoSales() async -> [Breach] {
        var breaches: [Breach] = []
        guard let total = Self.total else { return [] }
        let check = "first sale and renewal"
        await begin(check, &breaches)
        _ = settled(await deliver(subject.buyer.payment("in_1", total), check, &breaches), check, &breaches)
        let renewal = subject.buyer.payment("in_2", total, phase: .renewal)
        _ = settled(await deliver(renewal, check, &breaches), check, &breaches)
        let booking = Booking(key: "", sale: total, remaining: total)
        compare(check, [booking, booking], &breaches)
        return breaches
    }

    /// The process dies after the platform's answer and before it is recorded, so everything is sent again.
    func crashBeforeRecording() async -> [Breach] {
        var breaches: [Breach] = []
        guard let total = Self.total else { return [] }
        for isDoubted in [true, false] {
            let check = "sale sent again after a crash" + (isDoubted ? "" : ", without a doubt")
            await begin(check, &breaches)
            var payment = subject.buyer.payment("in_1", total)
            _ = await deliver(payment, check, &breaches)
            payment.attempt = 2
            payment.mayHaveArrivedBefore = isDoubted
            _ = settled(await deliver(payment, check, &breaches), check, &breaches)
            compare(check, [Booking(key: "", sale: total, remaining: total)], &breaches)
        }
        return breaches
    }
}
