// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel
import TributaryTesting

/// The books of a platform as they must be, by adding and subtracting what the story says, and by the platform's own rules.
struct ExpectedBooks {
    let platform: String
    let basis: AmountBasis
    let acceptsDuplicates: Bool
    /// Whether overdue sign-ups came too late for the sales before them.
    let isCalm: Bool

    /// What is to be booked of a sale; `nil` where the platform must not have it.
    func worth(_ sale: Sale) -> Int64? {
        guard sale.partner != nil, !(isCalm && sale.isBeforeSignUp) else { return nil }
        // Affitor and Dub say nothing of units below a hundredth, and the sinks send none unless told to.
        if ["affitor", "dub"].contains(platform), sale.total.currency.code == "KWD" { return nil }
        return basis == .gross ? sale.total.minor : sale.total.minor - sale.tax
    }

    /// What must remain of it.
    func remaining(_ sale: Sale, worth: Int64) -> Int64 {
        // Half a unit is rounded up; what is given back is never below zero.
        worth - (2 * worth * sale.givenBack + sale.total.minor) / (2 * sale.total.minor)
    }

    /// Compares books and deliveries with the story.
    ///
    /// - Returns: one line for each difference.
    func differences(_ sales: [Sale], _ bookings: [Booking], _ deliveries: [DeliveryRecord]) -> [String] {
        var byKey = Dictionary(grouping: bookings, by: \.key)
        var lines: [String] = []
        for sale in sales {
            let found = byKey.removeValue(forKey: "stripe:invoice:" + sale.invoice) ?? []
            let own = deliveries.filter { isAbout($0, sale) }
            lines += differences(sale, found, own).map { "\(platform) \(sale.invoice): \($0)" }
        }
        lines += byKey.keys.sorted().map { "\(platform): \($0) is booked and never was" }
        for delivery in deliveries {
            if case .ended = delivery.state { continue }
            lines.append("\(platform): \(delivery.event.kind.rawValue) \(delivery.event.key) is \(delivery.state)")
        }
        return lines
    }

    private func differences(_ sale: Sale, _ found: [Booking], _ deliveries: [DeliveryRecord]) -> [String] {
        let payments = deliveries.filter { $0.event.kind == .paymentSucceeded }
        guard payments.count == 1, let payment = payments.first, case .ended(let end) = payment.state else {
            return ["it has \(payments.count) deliveries"]
        }
        let corrections = deliveries.filter { $0.event.kind.movement == .correction }
        guard let worth = worth(sale) else {
            let isFine = sale.total.currency.code == "KWD"
            let isOrganic = sale.partner == nil || isCalm && sale.isBeforeSignUp
            let ends: Set<DeliveryEnd> = isOrganic ? [.notAttributed] : []
            return (found.isEmpty ? [] : ["it is booked for nobody: \(found)"])
                + (ends.contains(end) || isFine && end == .permanent
                    ? [] : ["it ended as \(end.rawValue): \(payment.reason ?? "")"])
                + corrections.compactMap { unexpected($0, [.notApplicable]) }
        }
        guard found.count == 1, let booking = found.first else {
            return ["it is booked \(found.count) times; \(end.rawValue): \(payment.reason ?? "")"]
        }
        var lines: [String] = []
        if booking.sale != Money(minor: worth, sale.total.currency) { lines.append("it is booked as \(booking.sale)") }
        if booking.partner != sale.partner { lines.append("\(booking.partner ?? "nobody") is credited") }
        // Affitor and Tapfiliate take a sale by its click alone where the sign-up comes later.
        let isKnown = booking.customer != nil || !["affitor", "tapfiliate"].contains(platform)
        if isKnown, booking.customer != sale.user { lines.append("it is \(booking.customer ?? "nobody")'s") }
        let remaining = remaining(sale, worth: worth)
        if end == .needsHuman, platform == "affitor", !acceptsDuplicates {
            // After a lost answer only a person can tell whether there is a commission, so nothing more is sent.
            if booking.remaining.minor != worth { lines.append("it is corrected before a person has looked") }
            return lines + corrections.compactMap { unexpected($0, [.needsHuman, .notApplicable]) }
        }
        if !end.isStored { lines.append("it ended as \(end.rawValue): \(payment.reason ?? "")") }
        return lines + outstanding(sale, booking, remaining, corrections)
    }

    /// What a platform cannot take must be told to a person, to the cent.
    ///
    /// Affitor takes one refund for each sale, and neither it nor Affonso takes a refund back that has failed.
    private func outstanding(
        _ sale: Sale,
        _ booking: Booking,
        _ remaining: Int64,
        _ corrections: [DeliveryRecord]
    ) -> [String] {
        var ends: Set<DeliveryEnd> = [.delivered, .duplicate, .notApplicable]
        if platform == "affitor" || platform == "affonso" && sale.hasFailedRefund { ends.insert(.needsHuman) }
        var lines: [String] = []
        var left: Int64 = 0
        for correction in corrections {
            if let line = unexpected(correction, ends) { lines.append(line) }
            guard case .ended(.needsHuman) = correction.state else { continue }
            let reason = correction.reason ?? ""
            guard let amount = amount(in: reason, sale.total.currency) else {
                lines.append("a person is not told how much: \(reason)")
                continue
            }
            left += reason.contains("paid again") ? -amount : amount
        }
        // Where everything is given back in the end, what was to be raised before is raised no more.
        let isOver = sale.givenBack == sale.total.minor && booking.remaining.minor == 0 && left < 0
        if booking.remaining.minor - left != remaining, !isOver {
            lines.append("\(booking.remaining) remain and a person is told of \(left), not to \(remaining)")
        }
        let taken = corrections.count { [.ended(.delivered), .ended(.duplicate)].contains($0.state) }
        if platform == "affitor", taken > 1 || taken == 0 && sale.givenBack > 0 {
            lines.append("\(taken) refunds are taken")
        }
        return lines
    }

    /// The first amount that a reason speaks of, in minor units.
    private func amount(in reason: String, _ currency: Currency) -> Int64? {
        let words = reason.split { " ;,".contains($0) }
        guard let index = words.firstIndex(where: { $0 == currency.code }), index > 0 else { return nil }
        // A word that is no amount is no amount.
        return (try? Money(decimal: String(words[index - 1]), shiftedBy: Int(currency.exponent), currency))?.minor
    }

    private func unexpected(_ delivery: DeliveryRecord, _ ends: Set<DeliveryEnd>) -> String? {
        if case .ended(let end) = delivery.state, ends.contains(end) { return nil }
        return "\(delivery.event.kind.rawValue) \(delivery.event.key) is \(delivery.state): \(delivery.reason ?? "")"
    }

    /// Whether a delivery is about a sale: about its invoice, or the payment that the invoice was paid with.
    private func isAbout(_ delivery: DeliveryRecord, _ sale: Sale) -> Bool {
        let name = sale.invoice.dropFirst(3)
        let ids = [delivery.event.key] + delivery.event.aliases
        return ids.contains { ["in_\(name)", "pi_\(name)", "ch_\(name)"].contains($0.id) }
            && [.payment, .correction].contains(delivery.event.kind.movement)
    }
}
