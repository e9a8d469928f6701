// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// A finding of a check, shortly.
private func found(
    _ severity: Finding.Severity,
    _ check: String,
    _ place: String,
    _ text: String,
    remedy: String,
    count: Int64? = nil,
    samples: [String] = []
) -> Finding {
    Finding(severity: severity, check: check, place: place, text: text, remedy: remedy, count: count, samples: samples)
}

extension DoctorCheck {
    /// A provider that used to send and stopped, or never began; test webhooks that reach a live program.
    static let webhooks = DoctorCheck(name: "webhooks") { facts in
        var findings: [Finding] = []
        for arrival in facts.books.arrivals where arrival.isLive && arrival.count >= 10 {
            let span = arrival.last.unixSeconds - arrival.first.unixSeconds
            let usual = span / (arrival.count - 1)
            let silence = facts.now.unixSeconds - arrival.last.unixSeconds
            guard silence > max(86_400, usual * 10) else { continue }
            var finding = found(
                .error,
                "webhooks",
                arrival.source,
                "nothing has come for \(silence / 3600) hours, and before one came every \(max(1, usual / 60)) minutes",
                remedy: "look at the endpoint in the provider's dashboard: address, whether it was switched off after "
                    + "failures, and whether the signing secret was changed (then the log has refused webhooks)",
                count: arrival.count
            )
            (finding.first, finding.last) = (arrival.first, arrival.last)
            findings.append(finding)
        }
        if facts.missingStore == nil, facts.hasBooks {
            for name in facts.configuredProviders where !facts.books.arrivals.contains(where: { $0.source == name }) {
                findings.append(
                    found(
                        .note,
                        "webhooks",
                        name,
                        "no webhook has come yet",
                        remedy: "set the endpoint's address at the provider to /webhooks/\(name), and have a test sent"
                    )
                )
            }
        }
        let tests = facts.books.arrivals.filter { !$0.isLive }
        for sink in facts.sinks where sink.mode == .all && !sink.marksTestMoney && !tests.isEmpty {
            findings.append(
                found(
                    .error,
                    "test money",
                    sink.name,
                    "test webhooks go to this program as if they were real: \"accept\" is \"all\"",
                    remedy:
                        "set \"accept\" to \"live\", and use another sink with a program and a key of its own for tests",
                    count: tests.reduce(0) { $0 + $1.count }
                )
            )
        }
        return findings
    }

    /// What loses a partner between the first payment and the renewals.
    static let renewals = DoctorCheck(name: "renewals") { facts in
        var findings: [Finding] = []
        let both =
            "attach the identifiers to the subscription too: for Stripe, subscription_data.metadata beside metadata; "
            + "`tributary attach PROVIDER --subscription` prints both"
        if !facts.books.lostRenewals.isEmpty {
            findings.append(
                found(
                    .error,
                    "renewals",
                    "ledger",
                    "renewals went as organic although the subscription's first payment had a partner",
                    remedy: both
                        + "; for those that were lost, tell the lead with POST /v1/leads, then "
                        + "`tributary retry --end notAttributed --sink NAME`",
                    count: Int64(facts.books.lostRenewals.count),
                    samples: facts.books.lostRenewals
                )
            )
        }
        for (source, all) in Dictionary(grouping: facts.books.subscriptions.values, by: \.source) {
            let bare = all.filter { $0.isFirstAttributed && $0.bareRenewals > 0 }
            if !bare.isEmpty {
                findings.append(
                    found(
                        .note,
                        "renewals",
                        source,
                        "subscriptions whose first payment names a partner and whose renewals do not: found by their ids here, "
                            + "but lost if this store were",
                        remedy: both,
                        count: Int64(bare.count)
                    )
                )
            }
            let due = all.filter { subscription in
                guard let interval = subscription.interval, !subscription.isOver else { return false }
                return facts.now.since(subscription.first) > interval * 3 / 2
            }
            if due.count >= 3, due.allSatisfy({ $0.renewals == 0 }) {
                findings.append(
                    found(
                        .error,
                        "renewals",
                        source,
                        "subscriptions are due and not one renewal has come",
                        remedy:
                            "have the endpoint get the provider's event of renewals too (Stripe: invoice.paid); the "
                            + "checkout's event tells only the first payment",
                        count: Int64(due.count)
                    )
                )
            }
        }
        return findings
    }

    /// Amounts that look as if major and minor units were mistaken for each other.
    static let amounts = DoctorCheck(name: "amounts") { facts in
        facts.books.products.sorted { $0.key < $1.key }.compactMap { name, product in
            guard product.count >= 5 else { return nil }
            let sorted = product.amounts.sorted()
            let median = sorted[sorted.count / 2]
            guard median > 0, let least = product.least, let most = product.most else { return nil }
            let isHigh = most / median >= 80 && most / median <= 120
            let isLow = least > 0 && median / least >= 80 && median / least <= 120
            guard isHigh || isLow else { return nil }
            return found(
                .attention,
                "amounts",
                name,
                "one amount is about 100 times \(isHigh ? "more" : "less") than usual",
                remedy:
                    "see whether the provider changed the unit of amounts, or a second source sends major units; mend "
                    + "\"minor\" and \"major\" in the mapping, and correct the sale at the platform",
                count: Int64(product.count),
                samples: [isHigh ? product.exampleOfMost : product.exampleOfLeast]
            )
        }
    }

    /// Whether clicks and users reach the payments.
    static let identifiers = DoctorCheck(name: "identifiers") { facts in
        var findings: [Finding] = []
        if facts.books.payments >= 20, facts.books.attributedPayments == 0 {
            findings.append(
                found(
                    .attention,
                    "identifiers",
                    "attribution",
                    "no payment carries an identifier of a click, referral or coupon",
                    remedy: "hand the click's id from the browser to your server and attach it to the checkout: "
                        + "`tributary attach PROVIDER` prints where; or tell the lead with POST /v1/leads",
                    count: Int64(facts.books.payments)
                )
            )
        }
        if !facts.books.leadUsers.isEmpty, facts.books.strangeUsers >= 3, facts.books.knownUsers == 0 {
            findings.append(
                found(
                    .attention,
                    "identifiers",
                    "user",
                    "leads and sales name users, and never the same ones: they take the id from different places",
                    remedy:
                        "use your own stable user id in both: in the lead, and as customer_key or user_id in the checkout",
                    count: Int64(facts.books.strangeUsers)
                )
            )
        }
        return findings
    }

    /// Deliveries that need a human, platforms that take nothing, and counts that do not add up.
    static let deliveries = DoctorCheck(name: "deliveries") { facts in
        var findings = facts.books.ends.compactMap(finding)
        for balance in facts.books.balances where balance.imbalance != 0 {
            findings.append(
                found(
                    .error,
                    "balance",
                    balance.sink,
                    "accepted and accounted for differ by \(balance.imbalance)",
                    remedy: "keep a copy of the store's files and report this: nothing may be lost or invented"
                )
            )
        }
        return findings
    }

    private static func finding(_ ends: BookFacts.Ends) -> Finding? {
        let show = "`tributary deliveries --sink \(ends.sink) --state ended`"
        func note(_ severity: Finding.Severity, _ text: String, _ remedy: String) -> Finding {
            found(
                severity,
                "deliveries",
                ends.sink,
                text + (ends.reason.isEmpty ? "" : ": \(ends.reason)"),
                remedy: remedy,
                count: ends.count,
                samples: ["webhook \(ends.example)"]
            )
        }
        guard let end = DeliveryEnd(rawValue: ends.state) else {
            if ends.reason.contains("refuses the key") {
                return note(
                    .error,
                    "the sink is paused, its key is refused",
                    "put a valid key into the secret that \"key\" names and restart; what waits is sent then"
                )
            }
            if ends.reason.contains("the receiver is gone") {
                return note(
                    .error,
                    "the sink is paused, its receiver is gone (410)",
                    "remove the sink, or mend its \"url\", and restart; what waits is sent then"
                )
            }
            return ends.attempts < 10
                ? nil
                : note(.attention, "sending fails again and again", "see the platform's state; it is tried for 3 days")
        }
        switch end {
        case .needsHuman:
            return note(.attention, "need a person", "do what the reason says in the platform's dashboard; \(show)")
        case .permanent:
            return note(
                .attention,
                "the platform refuses what is sent",
                "mend what the reason names (a required field, an identifier, the amount), then `tributary retry --sink "
                    + "\(ends.sink)`; \(show)"
            )
        case .rejectedByPlatform:
            return note(
                .attention,
                "the platform rejected sales",
                "see the program's rules for such sales at the platform"
            )
        case .duplicate where ends.atFirst >= 3:
            return note(
                .attention,
                "the platform knew sales before it was told",
                "something else tells it too: switch off its native integration or its pixel, or let both use one order id"
            )
        case .notAttributed where ends.atFirst >= 3:
            return note(
                .attention,
                "the platform took sales and found no partner for them",
                "see that the click's id is valid and not older than the program's window, and that the lead is told "
                    + "before the sale and with the same user id"
            )
        case .unproven:
            return note(
                .note,
                "taken, and the platform does not say whether anybody is credited",
                "compare with the platform now and then: `tributary reconcile`, or its dashboard; \"silent_answers\": "
                    + "\"review\" has a person look at each"
            )
        case .delivered, .duplicate, .notAttributed, .notApplicable: return nil
        }
    }
}
