// SPDX-License-Identifier: Apache-2.0

import Tributary
public import TributaryModel

extension SinkConformance {
    /// Sells each amount once, and gives a part of it back where the platform takes any number of parts.
    ///
    /// The books must hold what was sold to the smallest unit, and what remains of it; or the sale was refused with a
    /// reason that names the currency, and the books are empty. A sink whose program has one currency is put to this in
    /// each currency by a test of its own, with a subject for each.
    ///
    /// - Parameter amounts: The sales, for example those of ``SinkSubject/everyCurrency``.
    /// - Returns: all broken promises.
    public func breaches(selling amounts: [Money]) async -> [Breach] {
        var breaches: [Breach] = []
        for amount in amounts {
            let check = "sale of \(amount)"
            await begin(check, &breaches)
            let payment = subject.buyer.payment("in_1", amount)
            let course = await deliver(payment, check, &breaches)
            guard course.end?.end != .permanent else {
                let reason = course.end?.reason ?? ""
                if !reason.contains(amount.currency.code) {
                    breaches.append(Breach(check: check, message: "the refusal names no currency: \(reason)"))
                }
                compare(check, [], &breaches)
                continue
            }
            guard let end = settled(course, check, &breaches) else { continue }
            var booking = Booking(key: "", sale: amount, remaining: amount)
            compare(check, [booking], &breaches)
            let part = amount.minor / 3
            guard subject.sink.capabilities.refunds == .partial, part > 0,
                let refund = subject.buyer.correction("re_1", of: payment, ended: end, from: 0, to: part)
            else { continue }
            _ = settled(await deliver(refund, check, &breaches), check + ", a part given back", &breaches)
            booking.remaining.minor -= part
            compare(check + ", a part given back", [booking], &breaches)
        }
        return breaches
    }
}

extension SinkSubject {
    /// Two sales in every currency of ISO 4217: one of the smallest unit, and one of an amount that looks like nothing.
    ///
    /// The amounts are spread over all magnitudes that shops know, and the same in every run.
    public static var everyCurrency: [Money] {
        var state: UInt64 = 4217
        return Currency.allCodes.compactMap { Currency($0) }.flatMap { currency in
            // The multiplier and increment of Knuth's MMIX generator; nothing here needs better numbers.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let digits = (state >> 40) % 10
            let most = (0...digits).reduce(Int64(1)) { product, _ in product * 10 }
            return [Money(minor: 1, currency), Money(minor: Int64(state >> 33) % most + 2, currency)]
        }
    }
}
